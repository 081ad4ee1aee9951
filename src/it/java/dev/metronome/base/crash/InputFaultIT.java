package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static dev.metronome.base.crash.Bench.NODES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.crash.Scenario.Phase;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens when somebody sends, writes or edits what should not be there. */
@ExtendWith(FaultBench.class)
class InputFaultIT {

  private static final String KEY = SigningKeys.newKey("k1");

  private static String signed(String key, String name, Duration ago) {
    Clock clock = Clock.offset(Clock.systemUTC(), ago.negated());
    return new Signer(SigningKeys.parse(key).first().orElseThrow(), clock)
        .sign(Statement.of(name, Map.of()))
        .text();
  }

  private static void fire(Scenario scenario, String name, String payload) {
    scenario.bench().keys(DB).fire(name, payload);
  }

  @Test
  @DisplayName("F21 forged, F20 replayed")
  void only_what_was_signed_is_accepted_and_only_once(Scenario scenario) throws IOException {
    Files.writeString(scenario.folder().resolve("config.yml"), "signing-key: \"" + KEY + "\"\n");
    scenario.cluster().fault();
    fire(scenario, "quick", signed(SigningKeys.newKey("k1"), "quick", Duration.ZERO));
    fire(scenario, "quick", signed(KEY, "wide", Duration.ZERO));
    fire(scenario, "quick", signed(KEY, "quick", Duration.ofHours(1)));
    fire(scenario, "quick", "x".repeat(90));
    fire(scenario, "quick", "");
    String right = signed(KEY, "quick", Duration.ZERO);
    fire(scenario, "quick", right);
    scenario.until("the right one", () -> scenario.keysOf("results/").size() > 0);
    scenario.accepted(scenario.keysOf("results/").firstKey().substring(8)).expect("success");
    fire(scenario, "quick", right);
    scenario.fire("quick").expect("success");
    assertThat(scenario.keysOf("results/").keySet())
        .filteredOn(key -> key.indexOf(0x2f, 8) < 0)
        .as("the right one and the last one")
        .hasSize(2);
    scenario.until(
        "it says why",
        () ->
            Stream.of("its signature does not fit", "compare the clocks", "is no signature")
                .allMatch(scenario.log(DB)::contains));
    assertThat(scenario.log(DB)).doesNotContain("x".repeat(90), right);
  }

  @ParameterizedTest(name = "F22 {0}")
  @CsvSource({
    "event truncated, event_queue/BUCKET/bad-1, '{\"Format\":1,\"ID\":\"bad-1\"'",
    "assignment, nodes/app-1/task.common, '{}'"
  })
  void a_damaged_record_is_set_aside_by_its_key_and_the_next_event_runs(
      String what, String key, String value, Scenario scenario) {
    setAside(key, value, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F22 {0}")
  @CsvSource({
    "event of the wrong type, event_queue/BUCKET/bad-1, '[]'",
    "plan, progress_task_queue/common, 'noise'",
    "presence, nodes/app-1/agent, 'noise'"
  })
  void any_other_damaged_record_is_set_aside_too(
      String what, String key, String value, Scenario scenario) {
    setAside(key, value, scenario);
  }

  private static void setAside(String place, String value, Scenario scenario) {
    scenario.cluster().fault();
    String key = place.replace("BUCKET", scenario.keysOf("queue_bucket").get("queue_bucket"));
    scenario.consulKeys().put(scenario.keys().prefix() + key, value);
    scenario.fire("quick").expect("success");
    scenario.until("it is set aside", () -> scenario.keysOf("quarantine/" + key).size() == 1);
    scenario.until("it says so", () -> scenario.logs().contains(scenario.keys().prefix() + key));
  }

  @Test
  @Tag("slow")
  @DisplayName("F22 noise")
  void half_a_megabyte_of_noise_is_set_aside_too(Scenario scenario) {
    scenario.cluster().fault();
    scenario.consulKeys().put(scenario.keys().prefix() + "event_queue/bad-1", "~".repeat(500_000));
    scenario.fire("quick").expect("success");
    scenario.until("it is set aside", () -> scenario.keysOf("quarantine/").size() == 1);
  }

  @Test
  @DisplayName("F31 broken and removed")
  void a_running_event_keeps_its_plan_whatever_becomes_of_the_files(Scenario scenario)
      throws IOException {
    scenario.lasting("6").cluster().fire("slow").during(Phase.RUNNING).fault();
    String before = Files.readString(scenario.folder().resolve("site/task.yml"));
    scenario.tasks("events: [");
    scenario.until("the error", () -> NODES.stream().allMatch(n -> broken(scenario, n)));
    scenario.expect("success").expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
    scenario.tasks(before.replace("  nobody:", "  renamed:"));
    scenario.until("it is taken", () -> NODES.stream().allMatch(n -> renamed(scenario, n)));
    scenario.fire("nobody");
    scenario.expect("skip").tasks(before).fire("quick").expect("success");
  }

  private static boolean renamed(Scenario scenario, String node) {
    return scenario.presence(node).contains("\"renamed\"");
  }

  private static boolean broken(Scenario scenario, String node) {
    return scenario.log(node).contains("site/task.yml:1");
  }

  @Test
  @Tag("slow")
  @DisplayName("F32 refused while it runs")
  void an_agent_whose_token_is_revoked_keeps_its_task_and_does_not_rush(Scenario scenario) {
    scenario.lasting("3").cluster().fire("slow").during(Phase.RUNNING).fault();
    scenario.proxy(APP).answer(Request.any(), 403, "text/plain", "ACL not found");
    scenario.until("it ends", () -> scenario.has(APP, 1, Journal.Mark.END));
    long from = System.nanoTime();
    scenario.until("10 s", () -> System.nanoTime() - from > 10_000_000_000L);
    assertThat(scenario.proxy(APP).requestsSince(from)).as("requests in 10 s").isLessThan(40);
    scenario.proxy(APP).heal();
    scenario.during(Phase.ENDED).expectRuns(APP, 1, 1);
    assertThat(scenario.log(APP)).contains("ACL not found");
  }
}
