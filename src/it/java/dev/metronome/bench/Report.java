package dev.metronome.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, and what could not be. */
final class Report {

  private final Map<String, String> conditions;
  private final List<Figure> figures = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Report(Map<String, String> conditions) {
    this.conditions = new LinkedHashMap<>(conditions);
  }

  void condition(String name, String value) {
    conditions.put(name, value);
  }

  void add(List<Figure> measured) {
    figures.addAll(measured);
  }

  void failed(String probe, String why) {
    failures.put(probe, why);
  }

  boolean isComplete() {
    return failures.isEmpty();
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    conditions.forEach((name, value) -> text.append("- ").append(name + ": " + value + "\n"));
    text.append(
        "\n| what | wanted | measured | floor | original | verdict |\n|---|---|---|---|---|---|\n");
    for (Figure figure : figures) {
      row(
          text,
          figure.what(),
          figure.wanted(),
          figure.measured(),
          figure.floor(),
          figure.original(),
          figure.verdict());
    }
    failures.forEach((probe, why) -> row(text, probe, "", "not measured: " + why, "", "", ""));
    return text.toString();
  }

  private static void row(StringBuilder text, String... cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replaceAll("\\s+", " ").replace("|", "\\|")).append(" |");
    }
    text.append('\n');
  }

  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("conditions", conditions);
    all.put("figures", figures);
    all.put("notMeasured", failures);
    try {
      return new ObjectMapper()
          .registerModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the figures cannot be written", e);
    }
  }
}
