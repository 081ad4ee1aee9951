package dev.metronome.model.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the sections that are maps of texts: {@code environments} and {@code variables}. */
record TextsReader(Findings findings) {
  /** Names by which the dynamic linker and shells load foreign code into every process. */
  private static final Set<String> DANGEROUS =
      Set.of(
          "LD_PRELOAD",
          "LD_AUDIT",
          "DYLD_INSERT_LIBRARIES",
          "BASH_ENV",
          "IFS",
          "SHELLOPTS",
          "BASHOPTS",
          "PS4");

  Map<String, String> environments(Section top) {
    Map<String, String> read = new LinkedHashMap<>();
    for (Value.Entry entry : top.entries("environments", "a mapping of names to values")) {
      if (environmentName(entry)) {
        text("environment", entry, read);
      }
    }
    return read;
  }

  Map<String, String> variables(Section top) {
    return variables(top.entries("variables", "a mapping of names to values"));
  }

  Map<String, String> variables(Iterable<Value.Entry> entries) {
    Map<String, String> read = new LinkedHashMap<>();
    for (Value.Entry entry : entries) {
      if (variableName(entry)) {
        text("variable", entry, read);
      }
    }
    return read;
  }

  private boolean environmentName(Value.Entry entry) {
    String name = entry.key();
    if (name.indexOf('=') >= 0 || name.length() > Names.MAX_LENGTH) {
      findings.error(
          entry.position(),
          "environment name "
              + Shown.text(name)
              + " is not valid; use letters, digits and `_`, not a digit first");
      return false;
    }
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      findings.warning(
          entry.position(),
          "environment name "
              + Shown.text(name)
              + " is none that a shell has: programs get it, scripts cannot ask for it");
    }
    if (DANGEROUS.contains(name)) {
      findings.error(
          entry.position(),
          "environment name "
              + Shown.text(name)
              + " is not allowed here; it changes what every started program does");
      return false;
    }
    return pathIsSet(entry);
  }

  private boolean pathIsSet(Value.Entry entry) {
    boolean empty =
        entry.value().isNothing()
            || (entry.value() instanceof Value.Text it && it.text().isBlank());
    if (entry.key().equals("PATH") && empty) {
      findings.error(
          entry.position(), "environment `PATH` must not be empty; no program would be found");
      return false;
    }
    return true;
  }

  private boolean variableName(Value.Entry entry) {
    String name = entry.key();
    if (!Templates.isName(name)) {
      findings.error(
          entry.position(),
          "variable name " + Shown.text(name) + " may contain only letters, digits, `._-`");
      return false;
    }
    if (name.startsWith("config.")) {
      findings.error(
          entry.position(),
          "variable name " + Shown.text(name) + " is reserved for values of the configuration");
      return false;
    }
    return true;
  }

  private void text(String kind, Value.Entry entry, Map<String, String> read) {
    if (entry.value() instanceof Value.Text text && !text.isNothing()) {
      read.put(entry.key(), text.text());
    } else if (entry.value().usable()) {
      findings.error(
          entry.value().position(),
          "%s %s must be text or a number, found %s"
              .formatted(kind, Shown.text(entry.key()), entry.value().kind()));
    }
  }
}
