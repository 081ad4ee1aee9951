package dev.metronome.model.schedule;

import java.util.Map;
import java.util.Set;

/** What the arguments of the original's operations must be; consul-kvs has its {@link KvsRule}. */
final class ArgumentRules {
  private ArgumentRules() {}

  static void echo(Arguments arguments) {
    if (!arguments.isText() && arguments.onlyHas(Set.of("text")) && !arguments.has("text")) {
      arguments.complain("`echo` needs `text`");
    }
    arguments.text("text");
  }

  static void execute(Arguments arguments) {
    if (!arguments.onlyHas(Set.of("file", "script", "arguments", "output"))) {
      return;
    }
    if (arguments.has("file") == arguments.has("script")) {
      arguments.complain("`execute` needs exactly one of `file` or `script`");
    }
    arguments.text("script");
    arguments
        .text("file")
        .filter(String::isBlank)
        .ifPresent(it -> arguments.complain("file", "`file` of `execute` must not be empty"));
    arguments.texts("arguments");
    arguments.flag("output");
  }

  static void service(Arguments arguments) {
    if (!arguments.onlyHas(Set.of("name", "action"))) {
      return;
    }
    arguments.required("name").ifPresent(it -> serviceWord(arguments, "name", it));
    arguments.required("action").ifPresent(it -> serviceWord(arguments, "action", it));
  }

  /** A word for a command line: no white space, nothing that a shell reads, no option. */
  private static void serviceWord(Arguments arguments, String name, String word) {
    if (!arguments.settledPart(word).matches("[A-Za-z0-9._@-]*")) {
      arguments.complain(
          name,
          "service " + name + " " + Shown.text(word) + " may contain only letters, digits, `._@-`");
    } else if (word.startsWith("-")) {
      arguments.complain(
          name, "service " + name + " " + Shown.text(word) + " must not start with `-`");
    }
  }

  static void chef(Arguments arguments) {
    if (arguments.onlyHas(Set.of("run_list", "configurations", "attributes", "attribute_keys"))) {
      arguments.texts("run_list");
      arguments.texts("attribute_keys");
      arguments.mapping("configurations");
      arguments.mapping("attributes");
    }
  }

  static void consulEvent(Arguments arguments) {
    if (!arguments.onlyHas(Set.of("name", "filter"))) {
      return;
    }
    arguments
        .required("name")
        .flatMap(it -> Names.objection(it).map(objection -> Shown.text(it) + " " + objection))
        .ifPresent(it -> arguments.complain("name", "event name " + it));
    arguments.mapping("filter");
    if (arguments.value("filter").orElse(null) instanceof Map<?, ?> filter) {
      eventFilter(arguments, filter);
    }
  }

  private static void eventFilter(Arguments arguments, Map<?, ?> filter) {
    Arguments inner = new Arguments("filter", filter, Form.WRITTEN);
    inner.onlyHas(Set.of("service", "tag"));
    inner.text("service");
    inner
        .text("tag")
        .filter(it -> !inner.has("service"))
        .ifPresent(
            it ->
                inner.warn(
                    "tag",
                    "`consul-event` has "
                        + Shown.text("tag: " + it)
                        + " but no `service`; Consul refuses such an event when it is fired"));
    inner
        .problems()
        .forEach(
            it ->
                arguments.complain(
                    new ArgumentProblem(
                        java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("filter"), it.path().stream())
                            .toList(),
                        it.message(),
                        it.severity())));
  }
}
