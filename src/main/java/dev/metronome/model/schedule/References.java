package dev.metronome.model.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks the templates of a file: names that nobody defines, and variables that never end. */
final class References {
  private static final String CONFIG = "config.";

  private final TaskFile file;
  private final Variables variables;
  private final Findings findings;
  private final SortedSet<String> defined;

  /** The configuration is not known here, so that any key of it may exist. */
  private final boolean anyConfig;

  References(TaskFile file, Variables variables, Findings findings) {
    this.file = file;
    this.variables = variables;
    this.findings = findings;
    this.defined = new TreeSet<>(variables.names());
    defined.add("role");
    defined.add("config.token");
    this.anyConfig = variables.names().stream().noneMatch(it -> it.startsWith(CONFIG));
  }

  void check(Section top) {
    capture(top.mapping());
    top.value("events").ifPresent(this::declared);
    Value section = top.value("variables").orElse(null);
    if (section instanceof Value.Mapping mapping) {
      defined.addAll(mapping.entries().keySet());
      Cycles.check(mapping, variables, findings);
    }
    for (String key : List.of("environments", "variables")) {
      top.value(key).ifPresent(new Slips(findings)::texts);
    }
    for (String key : List.of("environments", "variables", "default", "tasks", "events")) {
      top.value(key).ifPresent(this::undefined);
    }
  }

  /** Every {@code consul-kvs: {action: get, name: X}} anywhere in the file defines X. */
  private void capture(Value value) {
    if (value instanceof Value.Sequence sequence) {
      sequence.items().forEach(this::capture);
    } else if (value instanceof Value.Mapping mapping) {
      Value.Entry operation = mapping.entries().get("consul-kvs");
      if (operation != null && operation.value() instanceof Value.Mapping arguments) {
        Optional.ofNullable(arguments.entries().get("name"))
            .filter(it -> it.value() instanceof Value.Text)
            .ifPresent(it -> defined.add(((Value.Text) it.value()).text()));
      }
      mapping.entries().values().forEach(it -> capture(it.value()));
    }
  }

  /** The parameters that an event declares: templates mean them, too. */
  private void declared(Value events) {
    entries(events)
        .flatMap(event -> entries(event.value()))
        .filter(section -> section.key().equals("parameters"))
        .flatMap(section -> entries(section.value()))
        .forEach(parameter -> defined.add(parameter.key()));
  }

  private static Stream<Value.Entry> entries(Value value) {
    return value instanceof Value.Mapping mapping
        ? mapping.entries().values().stream()
        : Stream.empty();
  }

  private void undefined(Value value) {
    if (value instanceof Value.Text text) {
      Set<String> seen = new HashSet<>();
      ForeignTemplates.in(text.text())
          .forEach(
              it ->
                  findings.warning(
                      file.find(it, text.position()),
                      Shown.text(it)
                          + " is no template here (Jinja's filters, expressions and blocks are not"
                          + " known); it stays as it is"));
      Templates.references(
          text.text(),
          it -> {
            boolean unknown =
                !findings.isFull(Severity.WARNING)
                    && !known(it.group(1))
                    && !ForeignTemplates.isOfGo(it.group(1), text.text());
            if (unknown && seen.add(it.group(1))) {
              findings.warning(file.find(it.group(), text.position()), message(it.group(1)));
            }
          });
    } else if (value instanceof Value.Sequence sequence) {
      sequence.items().forEach(this::undefined);
    } else if (value instanceof Value.Mapping mapping) {
      mapping.entries().values().forEach(it -> undefined(it.value()));
    }
  }

  private boolean known(String name) {
    return defined.contains(name) || (anyConfig && name.startsWith(CONFIG));
  }

  private String message(String name) {
    List<String> listed = defined.stream().filter(it -> !it.startsWith(CONFIG)).toList();
    if (name.startsWith(CONFIG)) {
      return Shown.text("{{" + name + "}}")
          + " is no setting"
          + Nearest.hint(name, defined, "")
          + "; it stands for nothing";
    }
    return Shown.text("{{" + name + "}}")
        + " is not defined; "
        + Nearest.to(name, defined).map(it -> "did you mean " + Shown.text(it) + "? ").orElse("")
        + "defined: "
        + Shown.list(listed)
        + "; unless the event has such a parameter, it stays as it is";
  }
}
