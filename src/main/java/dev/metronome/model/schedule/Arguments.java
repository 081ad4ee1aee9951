package dev.metronome.model.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The arguments of one operation under check. Getters report a value of the wrong kind and then say
 * that there is none. Not thread-safe.
 */
final class Arguments {
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\{\\{[^{}]*}}");

  private final String type;
  private final Object all;
  private final Form form;
  private final List<ArgumentProblem> problems = new ArrayList<>();

  Arguments(String type, Object all, Form form) {
    this.type = type;
    this.all = all;
    this.form = form;
  }

  List<ArgumentProblem> problems() {
    return List.copyOf(problems);
  }

  /** The operation's name as messages show it. */
  String title() {
    return Shown.text(type);
  }

  boolean isText() {
    return all instanceof String;
  }

  /** Whether these are a mapping of no other arguments; reports it if not. */
  boolean onlyHas(Collection<String> known) {
    if (!(all instanceof Map<?, ?> map)) {
      String names = known.stream().sorted().map(Shown::text).collect(Collectors.joining(", "));
      complain(title() + " must be a mapping with " + names + ", found " + kind(all));
      return false;
    }
    for (Object key : map.keySet()) {
      if (!known.contains(key)) {
        unknown(String.valueOf(key), known);
      }
    }
    return true;
  }

  private void unknown(String key, Collection<String> known) {
    String hint = Nearest.hint(key, known, "; known: " + String.join(", ", new TreeSet<>(known)));
    complain(key, "unknown argument " + Shown.text(key) + " of " + title() + hint);
  }

  boolean has(String name) {
    return value(name).isPresent();
  }

  Optional<Object> value(String name) {
    return all instanceof Map<?, ?> map ? Optional.ofNullable(map.get(name)) : Optional.empty();
  }

  Optional<String> text(String name) {
    Optional<Object> value = value(name);
    if (value.isPresent() && !(value.get() instanceof String)) {
      complain(name, subject(name) + " must be text, found " + kind(value.get()));
    }
    return value.filter(String.class::isInstance).map(String.class::cast);
  }

  /** A text that must be there and not empty. */
  Optional<String> required(String name) {
    Optional<String> text = text(name);
    if (!has(name) || (text.isPresent() && text.get().isBlank())) {
      complain(name, title() + " needs " + Shown.text(name));
    }
    return text.filter(it -> !it.isBlank());
  }

  /** A list of texts, or a single text. */
  void texts(String name) {
    Optional<Object> value = value(name);
    boolean fine =
        value.isEmpty()
            || value.get() instanceof String
            || (value.get() instanceof List<?> list
                && list.stream().allMatch(String.class::isInstance));
    if (!fine) {
      complain(name, subject(name) + " must be a list of texts");
    }
  }

  void mapping(String name) {
    Optional<Object> value = value(name);
    if (value.isPresent() && !(value.get() instanceof Map<?, ?>)) {
      complain(name, subject(name) + " must be a mapping, found " + kind(value.get()));
    }
  }

  void flag(String name) {
    text(name)
        .filter(this::settled)
        .filter(it -> !it.matches("(?i)true|false|yes|no|on|off"))
        .ifPresent(
            it -> complain(name, Shown.text(name + ": " + it) + " is neither true nor false"));
  }

  /** Whether the text is final: no template can change it any more. */
  boolean settled(String text) {
    return form == Form.RESOLVED || !text.contains("{{");
  }

  /** What of a text is final, without the templates that may become anything. */
  String settledPart(String text) {
    return form == Form.RESOLVED ? text : REFERENCE.matcher(text).replaceAll("");
  }

  String subject(String name) {
    return Shown.text(name) + " of " + title();
  }

  void complain(String message) {
    problems.add(ArgumentProblem.ofAll(message));
  }

  void complain(String name, String message) {
    problems.add(ArgumentProblem.at(name, message));
  }

  void complain(ArgumentProblem problem) {
    problems.add(problem);
  }

  /** What the operation can run with, and its author may want to know. */
  void warn(String name, String message) {
    problems.add(new ArgumentProblem(List.of(name), message, Severity.WARNING));
  }

  static String kind(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty() ? "nothing" : "a mapping";
    }
    return value instanceof List<?> ? "a list" : "text";
  }
}
