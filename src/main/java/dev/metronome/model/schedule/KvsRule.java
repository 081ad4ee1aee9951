package dev.metronome.model.schedule;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the arguments of consul-kvs must be.
 *
 * @param prefix of the keys that hold this project's own state, such as {@code metronome/}
 */
record KvsRule(String prefix) implements Consumer<Arguments> {
  private static final List<String> ACTIONS = List.of("get", "put", "delete");

  KvsRule {
    Objects.requireNonNull(prefix, "prefix");
  }

  @Override
  public void accept(Arguments arguments) {
    if (!arguments.onlyHas(Set.of("action", "key", "value", "name", "default"))) {
      return;
    }
    Optional<String> action = arguments.required("action");
    action.filter(arguments::settled).ifPresent(it -> action(arguments, it));
    arguments.required("key").ifPresent(it -> key(arguments, it));
    arguments.text("value");
    arguments.text("default");
    arguments.text("name").ifPresent(it -> variable(arguments, it));
  }

  private static void action(Arguments arguments, String action) {
    if (!ACTIONS.contains(action)) {
      arguments.complain(
          "action",
          "unknown action "
              + Shown.text(action)
              + " of `consul-kvs`"
              + Nearest.hint(action, ACTIONS, "; known: get, put, delete"));
    } else if (action.equals("put") && !arguments.has("value")) {
      arguments.warn(
          "action", "`consul-kvs` with `action: put` has no `value`; it writes an empty one");
    } else if (action.equals("get") && !arguments.has("name")) {
      arguments.complain(
          "action", "`consul-kvs` with `action: get` needs `name`, the variable to set");
    }
  }

  private void key(Arguments arguments, String key) {
    String shown = "key " + Shown.text(key);
    if (key.startsWith(prefix) || key.equals(prefix.replaceAll("/$", ""))) {
      arguments.complain("key", shown + " is reserved for metronome itself");
    } else if (key.startsWith("/")) {
      arguments.complain("key", shown + " must not start with a slash");
    } else if (List.of(key.split("/", -1)).stream().anyMatch(it -> it.matches("\\.\\.?"))) {
      arguments.complain("key", shown + " must not contain `.` or `..` between slashes");
    } else if (key.contains("//")) {
      arguments.complain("key", shown + " must not contain two slashes in a row");
    } else if (key.codePoints().anyMatch(Shown::disturbs)) {
      arguments.complain("key", shown + " must not contain control characters");
    }
  }

  private static void variable(Arguments arguments, String name) {
    if (arguments.settled(name) && (!Templates.isName(name) || name.startsWith("config."))) {
      arguments.complain(
          "name",
          "variable name "
              + Shown.text(name)
              + " may contain only letters, digits, `._-`, and not start with `config.`");
    }
  }
}
