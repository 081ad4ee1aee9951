package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ForeignKeys;
import dev.metronome.model.record.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class KeyValuesTest {
  private static final String TWO_TASKS =
      """
      events: {e: {ordered_tasks: [{task: first}, {task: t}]}}
      tasks:
        first:
          operations:
            - consul-kvs: {action: get, key: app/version, name: app-version}
        t:
          operations:
      """;

  @TempDir Path folder;
  @AutoClose private final ForeignConsul consul = new ForeignConsul();
  private final ForeignKeys keys = consul.keys;
  private Bench bench;

  @BeforeEach
  void set_up() {
    bench = new Bench(folder).set("port", consul.port());
  }

  @Test
  void templates_are_resolved_in_key_and_value() {
    bench.param("app", "shop?recurse=true&x").param("version", "1.2 %2F 'x'");
    keys.put("apps", "stays");

    assertThat(bench.run("- consul-kvs: {action: put, key: 'apps/{{app}}', value: 'v{{version}}'}"))
        .isEqualTo(Outcome.success());
    assertThat(keys.get("apps/shop?recurse=true&x")).contains("v1.2 %2F 'x'");
    assertThat(bench.log()).containsExactly("[INFO ] wrote key apps/shop?recurse=true&x");

    assertThat(bench.run("- consul-kvs: {action: delete, key: 'apps/{{app}}'}"))
        .isEqualTo(Outcome.success());
    assertThat(keys.get("apps/shop?recurse=true&x")).isEmpty();
    assertThat(keys.get("apps")).contains("stays");
  }

  @Test
  void a_captured_value_is_known_to_the_later_operations_and_tasks_of_the_event() {
    keys.put("app/version", "7 $(touch x) {{config.prefix}}");

    Outcome outcome =
        bench.runFile(
            TWO_TASKS,
            """
            - echo: {text: 'it is {{app-version}}'}
            - execute: {script: 'echo "$METRONOME_VAR_APP_VERSION"'}
            - consul-kvs: {action: put, key: app/copy, value: '{{app-version}}'}
            """
                .indent(2));
    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.log())
        .containsExactly(
            "[INFO ] read key app/version into variable app-version",
            "[INFO ] echo: it is 7 $(touch x) {{config.prefix}}",
            "[INFO ] 7 $(touch x) {{config.prefix}}",
            "[INFO ] wrote key app/copy");
    assertThat(keys.get("app/copy")).contains("7 $(touch x) {{config.prefix}}");
  }

  @Test
  void a_missing_key_is_an_error_unless_there_is_a_default() {
    assertThat(bench.run("- consul-kvs: {action: get, key: no/such, name: x}").message())
        .contains(
            "operation 1 (consul-kvs): key no/such does not exist in Consul;"
                + " write it first, or give a `default`");
    assertThat(
            bench.run(
                """
                - consul-kvs: {action: get, key: no/such, name: x, default: none}
                - echo: {text: 'x is {{x}}'}
                """))
        .isEqualTo(Outcome.success());
    assertThat(bench.log())
        .containsExactly(
            "[INFO ] key no/such does not exist, variable x has its default",
            "[INFO ] echo: x is none");
  }

  @Test
  void keys_of_metronome_itself_are_closed_also_through_a_template() {
    bench.param("key", "metronome/event_queue/x");

    assertThat(bench.run("- consul-kvs: {action: delete, key: '{{key}}'}").message().orElse(""))
        .contains("is reserved for metronome itself");
  }

  @Test
  void an_unreachable_consul_is_named() {
    consul.disconnect();

    assertThat(bench.run("- consul-kvs: {action: put, key: a, value: b}").message().orElse(""))
        .startsWith("operation 1 (consul-kvs): Consul at http://127.0.0.1:")
        .contains("could not write a");
  }
}
