package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static dev.metronome.base.crash.Bench.NODES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.crash.Scenario.Phase;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Event;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when the same comes twice, or targets come and go. */
@ExtendWith(FaultBench.class)
class StepFaultIT {

  @Test
  @DisplayName("F20 1,000 times")
  void an_event_sent_a_thousand_times_from_everywhere_is_accepted_once(Scenario scenario) {
    scenario.cluster();
    Event event = Event.of("same-1", "quick", Map.of(), Clock.systemUTC().instant(), "bench", null);
    long taken =
        NODES.parallelStream()
            .flatMap(node -> accepted(scenario, node, event, 334).stream())
            .filter(receipt -> receipt == Queue.Receipt.ACCEPTED)
            .count();
    assertThat(taken).isEqualTo(1);
    scenario.accepted("same-1").expect("success").expectRuns(DB, 0, 1).expectRuns(LB, 2, 1);
  }

  private static List<Queue.Receipt> accepted(
      Scenario scenario, String node, Event event, int times) {
    int port = scenario.bench().consul().httpPort(node);
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port))) {
      EventQueue queue = new EventQueue(connection, scenario.keys(), Clock.systemUTC());
      return IntStream.range(0, times).mapToObj(time -> queue.accept(event)).toList();
    }
  }

  @Test
  @Tag("slow")
  @DisplayName("F20 full ring")
  void an_agent_that_is_started_at_a_full_ring_runs_nothing_again(Scenario scenario) {
    scenario.cluster();
    List<String> ids =
        IntStream.range(0, 200).mapToObj(i -> scenario.fireUserEvent(DB, "probe")).toList();
    ids.forEach(id -> scenario.accepted(id));
    ids.forEach(id -> scenario.expect("success", id));
    scenario.kill(LB).start(LB).awaitStarted();
    scenario.fire("quick").expect("success");
    ids.forEach(id -> assertThat(scenario.journal().of(id)).as("lines of %s", id).hasSize(6));
  }

  @Test
  @DisplayName("F24 frozen")
  void the_targets_of_a_running_task_are_frozen(Scenario scenario) {
    scenario.cluster().fire("slow").during(Phase.RUNNING);
    scenario.bench().keys(APP).putTo("/v1/agent/service/deregister/app", "");
    scenario.bench().keys(LB).registerService("app");
    scenario.expect("success").expectRuns(APP, 1, 1).expectRuns(LB, 1, 0);
    scenario.until("the catalog knows", () -> scenario.bench().instances("app").equals(Set.of(LB)));
    scenario.fire("slow").expect("success").expectRuns(APP, 1, 0).expectRuns(LB, 1, 1);
    scenario.bench().keys(LB).putTo("/v1/agent/service/deregister/app", "");
  }

  @Test
  @DisplayName("F25 nobody")
  void a_task_without_a_node_is_skipped_and_says_which_filter_matches_none(Scenario scenario) {
    scenario.with("--start-timeout", "15s").cluster().fire("nobody").fault();
    scenario.during(Phase.ENDED);
    assertThat(scenario.status(scenario.event())).isEqualTo("success");
    assertThat(scenario.results(scenario.event()).get("results/" + scenario.event() + "/1"))
        .contains("\"skip\"", "absent", "blue");
  }

  @Test
  @DisplayName("F17 clocks")
  void clocks_that_are_hours_apart_end_nothing_early(Scenario scenario) {
    scenario.leading(DB, "-Dmetronome.clock-offset=PT-1H");
    scenario.start(APP, "-Dmetronome.clock-offset=PT1H").awaitStarted();
    scenario.others().fault().fire("slow").expect("success").expectRuns(APP, 1, 1);
    scenario.kill(DB).expectLeaderWithin(Duration.ofSeconds(5)).fire("quick").start(DB);
    scenario.expect("success").expectRuns(APP, 1, 1);
    assertThat(scenario.log(APP)).contains("-Dmetronome.clock-offset is set");
  }
}
