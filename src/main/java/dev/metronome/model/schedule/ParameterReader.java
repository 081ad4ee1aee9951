package dev.metronome.model.schedule;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code parameters} of an event. */
final class ParameterReader {
  /** As many as an event's result shows. */
  private static final int MAX_NUMBER = 32;

  /** They stand in the presence of each agent. */
  private static final int MAX_TEXT = 200;

  private static final Set<String> KEYS = Set.of("required", "pattern", "description");

  private final Findings findings;

  ParameterReader(Findings findings) {
    this.findings = findings;
  }

  DeclaredParameters read(Section event) {
    return event
        .mapping("parameters", "a mapping of names to what they take")
        .map(it -> DeclaredParameters.of(declared(it, event)))
        .orElse(DeclaredParameters.ANY);
  }

  private Map<String, Parameter> declared(Value.Mapping mapping, Section event) {
    Map<String, Parameter> declared = new LinkedHashMap<>();
    mapping.entries().values().forEach(it -> declared.put(it.key(), parameter(it, event.title())));
    if (declared.size() > MAX_NUMBER) {
      findings.error(
          event.position("parameters"),
          event.title()
              + " declares "
              + declared.size()
              + " parameters (limit "
              + MAX_NUMBER
              + ")");
    }
    return declared;
  }

  private Parameter parameter(Value.Entry entry, String event) {
    String title = "parameter " + Shown.text(entry.key()) + " of " + event;
    if (!Event.isParameterName(entry.key())) {
      findings.error(
          entry.position(),
          title + " must be named by a letter or underscore, then letters, digits, underscores");
    }
    Section section = section(entry, title);
    return new Parameter(
        section.flag("required").orElse(false),
        pattern(section),
        section.text("description").filter(it -> isShort(section, "description", it)));
  }

  private Section section(Value.Entry entry, String title) {
    if (entry.value() instanceof Value.Mapping mapping) {
      return new Section(mapping, title, findings).allow(KEYS);
    }
    if (entry.value().usable() && !entry.value().isNothing()) {
      findings.error(
          entry.value().position(),
          title
              + " must be a mapping such as `{required: true, pattern: \"[0-9.]+\"}`, found "
              + entry.value().kind());
    }
    return new Section(new Value.Mapping(Map.of(), entry.position()), title, findings);
  }

  private Optional<String> pattern(Section section) {
    Optional<String> pattern =
        section.text("pattern").filter(it -> isShort(section, "pattern", it));
    try {
      pattern.ifPresent(Pattern::compile);
      return pattern;
    } catch (PatternSyntaxException e) {
      findings.error(
          section.value("pattern").orElseThrow().position(),
          Shown.text("pattern: " + e.getPattern())
              + " of "
              + section.title()
              + " is no regular expression: "
              + e.getDescription().toLowerCase(java.util.Locale.ROOT)
              + (e.getIndex() < 0 ? "" : " at its character " + (e.getIndex() + 1)));
      return Optional.empty();
    }
  }

  private boolean isShort(Section section, String key, String text) {
    if (text.length() <= MAX_TEXT) {
      return true;
    }
    findings.error(
        section.value(key).orElseThrow().position(),
        Shown.text(key)
            + " of "
            + section.title()
            + " has "
            + Shown.number(text.length())
            + " characters (limit "
            + MAX_TEXT
            + ")");
    return false;
  }
}
