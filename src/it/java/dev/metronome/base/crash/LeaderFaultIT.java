package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static dev.metronome.base.crash.Request.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.crash.ConsulProxy.Link;
import dev.metronome.base.crash.Scenario.Phase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a leader lives and yet does not lead any more. */
@ExtendWith(FaultBench.class)
class LeaderFaultIT {

  /**
   * docs/protocol.md, "Sessions": a stalled agent is noticed in about 15 s; the test's own looks
   * included.
   */
  private static final Duration STALL = Duration.ofSeconds(20);

  private static final Duration CRASH = Duration.ofSeconds(5);

  @ParameterizedTest(name = "F07 before {0}")
  @ValueSource(strings = {"close"})
  void a_paused_leader_writes_nothing_after_it_resumes(String step, Scenario scenario) {
    pausedWithAWriteUnderWay(step, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F07 before {0}")
  @ValueSource(strings = {"dispatch", "end"})
  void a_paused_leader_writes_nothing_at_any_other_point(String step, Scenario scenario) {
    pausedWithAWriteUnderWay(step, scenario);
  }

  private static void pausedWithAWriteUnderWay(String step, Scenario scenario) {
    scenario.cluster();
    Rule write = scenario.proxy(DB).hold(step(step));
    scenario.fire("quick");
    scenario.until("the write is under way", () -> write.met().getCount() == 0);
    scenario.pause(DB).expectLeaderWithin(STALL);
    write.lift();
    scenario.resume(DB).expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
    assertThat(scenario.proxy(DB).transactions())
        .as("the old leader's write")
        .anyMatch(written -> written.request().takes(step) && written.status() == 409);
    leadsAgain(scenario);
  }

  /** When the others go, the one that was replaced leads. */
  private static void leadsAgain(Scenario scenario) {
    scenario.terminate(APP).terminate(LB);
    await("the resumed agent leads")
        .atMost(Duration.ofSeconds(30))
        .until(() -> scenario.leaderNow().equals(DB));
    scenario.agent(APP).awaitExit();
    scenario.agent(LB).awaitExit();
  }

  @Test
  @Tag("slow")
  @DisplayName("F09 short pauses")
  void pauses_shorter_than_a_session_change_no_leader(Scenario scenario) {
    scenario.lasting("50").cluster().fire("slow").during(Phase.RUNNING).fault();
    String session = scenario.leaderSession();
    for (int pause = 1; pause <= 5; pause++) {
      long paused = System.nanoTime();
      Bench.NODES.forEach(node -> scenario.agent(node).pause());
      await("8 s of standing still")
          .atMost(Duration.ofSeconds(30))
          .until(() -> System.nanoTime() - paused > 8_000_000_000L);
      Bench.NODES.forEach(scenario::resume);
      scenario.until("all go on", () -> Bench.NODES.stream().allMatch(n -> answers(scenario, n)));
      assertThat(scenario.leaderSession()).as("after pause %s", pause).isEqualTo(session);
    }
    scenario.expect("success").expectRuns(APP, 1, 1);
  }

  private static boolean answers(Scenario scenario, String node) {
    long now = System.nanoTime();
    return scenario.proxy(node).requestsSince(now - 5_000_000_000L) > 0;
  }

  @ParameterizedTest(name = "F13 F14 {0}")
  @EnumSource(names = {"SILENT", "UNHEARD", "REFUSED"})
  @Tag("slow")
  void a_leader_that_is_cut_off_stops_by_its_own_clock_before_others_take_over(
      Link cut, Scenario scenario) {
    scenario.with("--session-ttl", "10s").lasting("25").cluster().fire("slow");
    scenario.during(Phase.RUNNING).fault().proxy(DB).link(cut);
    scenario.agent(DB).awaitLog("leader=another agent");
    Duration stopped = scenario.sinceFault();
    scenario.measured("stops", stopped);
    scenario.expectLeaderWithin(Duration.ofSeconds(30));
    assertThat(stopped).as("before others take over").isLessThan(scenario.times().get("leader"));
    scenario.expect("success").expectRuns(APP, 1, 1);
    scenario.proxy(DB).link(Link.UP);
    scenario.probe();
  }

  @ParameterizedTest(name = "F19 {0}")
  @ValueSource(strings = {"delete", "overwrite", "destroy"})
  void an_operator_who_meddles_with_the_lock_costs_a_new_election_and_nothing_else(
      String how, Scenario scenario) {
    scenario.cluster().fire("slow").during(Phase.RUNNING).fault();
    String key = "/v1/kv/" + scenario.keys().leader();
    switch (how) {
      case "delete" -> scenario.consulKeys().delete(key);
      case "overwrite" -> scenario.consulKeys().put(scenario.keys().leader(), "mine");
      default -> scenario.consulKeys().putTo("/v1/session/destroy/" + scenario.leaderSession(), "");
    }
    if (how.equals("destroy")) {
      scenario.expectLeaderWithin(CRASH);
    }
    scenario.expect("success").expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
  }
}
