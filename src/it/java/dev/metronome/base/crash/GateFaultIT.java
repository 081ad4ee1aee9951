package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Request.any;
import static dev.metronome.base.crash.Request.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.base.crash.Scenario.Phase;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the checks in our transactions are for: the proxy takes one kind of them off the wire, and
 * the checker has to find the promise broken. A bench that finds nothing here tests nothing.
 */
@ExtendWith(FaultBench.class)
class GateFaultIT {

  private static Predicate<JsonNode> verb(String verb, String key) {
    return operation ->
        operation.path("Verb").asText().equals(verb)
            && operation.path("Key").asText().contains(key);
  }

  @Test
  @DisplayName("control fence")
  void without_the_fence_a_deposed_leader_writes(Scenario scenario) {
    deposed(
        scenario,
        () ->
            scenario
                .proxy(DB)
                .edit(any(), request -> request.without(verb("check-session", "/leader"))));
    scenario.expectViolationOf(5);
  }

  @Test
  @DisplayName("control fence in place")
  void with_the_fence_the_same_leader_writes_nothing(Scenario scenario) {
    deposed(scenario, () -> {});
    scenario.expect("success");
  }

  /** Its write is under way while its session ends and another one takes the lock. */
  private static void deposed(Scenario scenario, Runnable gate) {
    scenario.leading(DB).others();
    Rule old = scenario.proxy(DB).hold(step("close"));
    Bench.NODES.stream()
        .filter(node -> !node.equals(DB))
        .forEach(node -> scenario.proxy(node).hold(step("close")));
    gate.run();
    scenario.fire("quick");
    scenario.until("the write is under way", () -> old.met().getCount() == 0).fault();
    scenario.consulKeys().putTo("/v1/session/destroy/" + scenario.leaderSession(), "");
    scenario.until("another leader", () -> !scenario.leaderNow().isEmpty());
    old.lift();
    scenario.until(
        "its answer",
        () ->
            scenario.proxy(DB).transactions().stream()
                .anyMatch(written -> written.request().takes("close")));
    scenario.proxies().forEach(ConsulProxy::heal);
  }

  @Test
  @DisplayName("control claim")
  void without_the_claim_a_task_runs_twice(Scenario scenario) {
    for (ConsulProxy proxy : scenario.proxies()) {
      proxy.edit(
          step("claim"),
          request ->
              request.without(
                  verb("check-not-exists", "/claims/")
                      .or(verb("check-not-exists", "/results/"))
                      .or(verb("check-index", "/task."))));
    }
    scenario.with("--lost-after", "1h").lasting("3600").cluster().fire("slow");
    scenario.during(Phase.RUNNING).kill(APP).start(APP);
    scenario.expectViolationOf(4);
  }

  @Test
  @DisplayName("control deduplication")
  void without_deduplication_an_event_runs_twice(Scenario scenario) {
    for (ConsulProxy proxy : scenario.proxies()) {
      proxy.edit(any(), request -> request.without(verb("check-not-exists", "/results/")));
    }
    scenario.cluster();
    String id = scenario.fireUserEvent(DB, "quick");
    scenario.accepted(id).expect("success");
    scenario.kill(APP).start(APP);
    scenario.expectViolationOf(4);
  }
}
