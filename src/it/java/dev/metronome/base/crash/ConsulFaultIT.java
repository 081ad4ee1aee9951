package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static dev.metronome.base.crash.Request.any;
import static dev.metronome.base.crash.Request.step;
import static dev.metronome.base.crash.Request.to;
import static dev.metronome.base.crash.Request.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.crash.Scenario.Phase;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when Consul, or the way to it, does not do as it should. */
@ExtendWith(FaultBench.class)
class ConsulFaultIT {

  /** docs/protocol.md, "Times": Consul's own leader loss. */
  private static final Duration STALL = Duration.ofSeconds(10);

  /** The longest back-off, and what there is to do then. */
  private static final Duration BACK = Duration.ofSeconds(25);

  @Test
  @DisplayName("F10 5 s")
  void a_consul_agent_that_is_back_at_once_costs_an_election_at_most(Scenario scenario) {
    scenario.cluster().fire("slow").during(Phase.RUNNING).fault();
    scenario.bench().consul().kill(DB);
    passed(scenario, 5);
    scenario.bench().consul().restart(DB);
    scenario.expect("success").expectRuns(APP, 1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("F10 60 s")
  void a_node_whose_consul_agent_is_gone_for_long_comes_back_by_itself(Scenario scenario) {
    scenario.lasting("40").cluster().fire("slow").during(Phase.RUNNING).fault();
    scenario.bench().consul().kill(DB);
    scenario.expectLeaderWithin(Duration.ofSeconds(60)).expect("success").expectRuns(APP, 1, 1);
    passed(scenario, 60);
    atMostOneRequestPerSecond(scenario, DB);
    scenario.healConsul().probe();
  }

  /** Its Consul agent stands still: neither gossip nor an answer passes, either way. */
  @Test
  @Tag("slow")
  @DisplayName("F13 leader")
  void a_leader_that_is_cut_from_everything_is_replaced_and_comes_back(Scenario scenario) {
    scenario.lasting("30").cluster().fire("slow").during(Phase.RUNNING).fault();
    scenario.bench().consul().pause(DB);
    scenario.expectLeaderWithin(Duration.ofSeconds(30)).expect("success").expectRuns(APP, 1, 1);
    passed(scenario, 60);
    scenario.healConsul().probe();
  }

  @Test
  @Tag("slow")
  @DisplayName("F13 worker")
  void a_node_that_is_cut_from_everything_while_it_works_ends_as_lost(Scenario scenario) {
    scenario.lasting("50").cluster().fire("slow").during(Phase.RUNNING).fault();
    scenario.bench().consul().pause(APP);
    scenario.expect("error").expectReason(APP, 1, "lost").expectRuns(LB, 2, 0);
    passed(scenario, 60);
    scenario.healConsul().probe();
  }

  @ParameterizedTest(name = "F11 {0}")
  @ValueSource(strings = "kill")
  void consul_may_lose_its_leader_while_events_run(String how, Scenario scenario) {
    consulWithoutLeader(how, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F11 {0}")
  @ValueSource(strings = "pause")
  void consul_may_have_its_leader_stand_still_while_events_run(String how, Scenario scenario) {
    consulWithoutLeader(how, scenario);
  }

  private static void consulWithoutLeader(String how, Scenario scenario) {
    scenario.cluster();
    List<String> ids =
        List.of("slow", "quick", "wide").stream().map(e -> fired(scenario, e)).toList();
    String session = scenario.leaderSession();
    String server = scenario.bench().consulLeader();
    scenario.fault();
    if (how.equals("kill")) {
      scenario.bench().consul().kill(server);
    } else {
      scenario.bench().consul().pause(server);
    }
    scenario.until("a write", () -> written(scenario, server)).within("writes", STALL);
    ids.forEach(id -> scenario.expect("success", id));
    if (how.equals("kill")) {
      assertThat(scenario.leaderSession()).as("sessions survive").isEqualTo(session);
    }
  }

  private static String fired(Scenario scenario, String name) {
    return scenario.fire(name).event();
  }

  /** Any write to Consul succeeds. */
  private static boolean written(Scenario scenario, String without) {
    try {
      String other =
          Bench.SERVERS.stream().filter(s -> !s.equals(without)).findFirst().orElseThrow();
      scenario.bench().keys(other).put(scenario.keys().prefix() + "stall", "");
      return true;
    } catch (AssertionError | java.io.UncheckedIOException e) {
      return false;
    }
  }

  @Test
  @Tag("slow")
  @DisplayName("F12 2 of 3 servers")
  void without_a_quorum_nothing_begins_and_what_runs_is_recorded_later(Scenario scenario) {
    scenario.lasting("10").cluster().fire("slow").during(Phase.RUNNING).fault();
    List<String> lost = List.of("server-1", "server-2");
    lost.forEach(scenario.bench().consul()::kill);
    scenario.until("the operation ends", () -> scenario.has(APP, 1, Journal.Mark.END));
    passed(scenario, 60);
    assertThat(scenario.has(LB, 2, Journal.Mark.START)).isFalse();
    Bench.NODES.forEach(node -> atMostOneRequestPerSecond(scenario, node));
    scenario.fault().bench().heal();
    scenario.during(Phase.ENDED).measured("end", scenario.sinceFault());
    assertThat(scenario.status(scenario.event())).isIn("success", "error");
    scenario.healConsul().probe();
  }

  /** Counted in the last 30 s, when the first rush is over. */
  private static void atMostOneRequestPerSecond(Scenario scenario, String node) {
    long sent = scenario.proxy(node).requestsSince(System.nanoTime() - 30_000_000_000L);
    scenario.measured("requests/s " + node, Duration.ofMillis(sent * 1_000 / 30));
    assertThat(sent).as("requests of %s in 30 s", node).isLessThanOrEqualTo(30);
  }

  private static void passed(Scenario scenario, int seconds) {
    await(seconds + " s")
        .atMost(Duration.ofMinutes(5))
        .until(() -> scenario.sinceFault().compareTo(Duration.ofSeconds(seconds)) > 0);
  }

  @Test
  @Tag("slow")
  @DisplayName("F15 2 s late")
  void a_slow_way_to_consul_makes_events_slow_and_nothing_else(Scenario scenario) {
    scenario.cluster();
    scenario.proxies().forEach(proxy -> proxy.delay(any(), Duration.ofSeconds(2)));
    scenario.fire("quick").fault().expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("F15 dropped")
  void connections_that_break_before_a_write_delay_it(Scenario scenario) {
    scenario.cluster();
    scenario.proxies().forEach(proxy -> proxy.cut(writes(), 4));
    scenario.fire("quick").fault().expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
  }

  @Test
  @DisplayName("F16 all")
  void every_writer_knows_its_own_write_again_when_the_reply_is_lost(Scenario scenario) {
    scenario.cluster();
    scenario.proxies().forEach(proxy -> proxy.loseReply(step("accept")));
    scenario.proxy(DB).loseReply(step("dispatch"));
    scenario.proxy(DB).loseReply(step("end"));
    scenario.proxy(APP).loseReply(step("claim"));
    scenario.proxy(LB).loseReply(step("finish"));
    String id = scenario.fault().fireUserEvent(DB, "quick");
    scenario.accepted(id).expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F16 {0}")
  @ValueSource(strings = {"dispatch", "close", "end", "claim", "finish", "lead"})
  void a_lost_reply_is_not_a_failure(String step, Scenario scenario) {
    if (step.equals("lead")) {
      scenario.proxy(DB).loseReply(step("lead"));
    }
    scenario.cluster();
    scenario.proxies().forEach(proxy -> proxy.loseReply(step(step)));
    scenario.fire("wide").fault().expect("success");
    scenario.expectRuns(APP, 0, 1).expectRuns(LB, 0, 1).expectRuns(APP, 1, 1);
    scenario.expectRuns(DB, 2, 1);
  }

  @Test
  @DisplayName("F18 restored")
  void a_consul_restored_from_a_snapshot_is_followed_from_where_it_is(Scenario scenario) {
    scenario.cluster().fire("quick").expect("success");
    byte[] snapshot = scenario.bench().server().snapshot();
    scenario.fire("quick").expect("success").forget();
    scenario.fault().bench().server().restore(snapshot);
    scenario.probe();
    assertThat(scenario.proxy(APP).requestsSince(System.nanoTime() - 5_000_000_000L))
        .as("requests after the restore")
        .isLessThan(200);
  }

  @ParameterizedTest(name = "F33 {0}")
  @ValueSource(strings = {"html", "truncated"})
  void an_answer_that_is_not_consuls_is_never_taken_for_one(String what, Scenario scenario) {
    nonsense(what, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F33 {0}")
  @ValueSource(strings = {"429", "500", "404", "hang"})
  void a_consul_that_fails_is_asked_again(String what, Scenario scenario) {
    nonsense(what, scenario);
  }

  private static void nonsense(String what, Scenario scenario) {
    scenario.lasting("8").cluster().fire("slow").during(Phase.RUNNING).fault();
    Predicate<Request> all = to("/v1/");
    for (ConsulProxy proxy : scenario.proxies()) {
      switch (what) {
        case "html" -> proxy.answer(all, 200, "text/html", "<html><body>Welcome</body></html>");
        case "truncated" -> proxy.truncate(all, Rule.ALWAYS);
        case "hang" -> proxy.hang(all, Rule.ALWAYS);
        default -> proxy.answer(all, Integer.parseInt(what), "text/plain", "no");
      }
    }
    passed(scenario, 12);
    assertThat(scenario.keysOf("quarantine/")).isEmpty();
    scenario.proxies().forEach(ConsulProxy::heal);
    scenario.fault().expect("success").expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
    scenario.within("end", BACK);
  }
}
