package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Scenario.crashAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Vote;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.steering.Voter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events that wait for an approval, while leaders die around its opening, its votes, its decision,
 * and its end where somebody has deleted its plan.
 */
@ExtendWith(FaultBench.class)
class ApprovalFaultIT {

  private static final Duration CRASH = Duration.ofSeconds(5);

  private static final Pattern PORT = Pattern.compile("http=(http://\\S+)");

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%s"
      events:
        asked:
          ordered_tasks:
            - {service: db, task: zero}
            - approve: {message: "on?", by: [alice, http], timeout: %s}
            - {service: app, task: two}
        probe: {task: zero}
      tasks:
        zero: {operations: [{execute: {file: step, arguments: ["0", "0"]}}]}
        two: {operations: [{execute: {file: step, arguments: ["2", "0"]}}]}
      """;

  private static Scenario asking(Scenario scenario, String timeout, String point) {
    scenario.tasks(TASKS.formatted(scenario.journal().file(), timeout));
    return scenario.leading(DB, crashAt(point)).others().fire("asked");
  }

  private static Scenario isAsked(Scenario scenario) {
    return scenario.until(
        "somebody is asked",
        () ->
            scenario
                .results(scenario.event())
                .getOrDefault("results/" + scenario.event() + "/1", "")
                .contains("Until"));
  }

  private static Voter.Answer vote(Scenario scenario, Vote.Choice choice) {
    int port = scenario.bench().consul().httpPort(scenario.bench().runningServer());
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port))) {
      return new Voter(connection, scenario.keys(), EventSignatures.none())
          .vote(
              new Voter.Wish(
                  scenario.event(),
                  "alice@bench",
                  List.of(),
                  choice,
                  Instant.now(),
                  Optional.empty()));
    }
  }

  private static Scenario replaced(Scenario scenario) {
    scenario.crashed(DB).expectLeaderWithin(CRASH).start(DB);
    return scenario;
  }

  private static void goesOn(Scenario scenario) {
    scenario.expect("success").expectRuns(DB, 0, 1).expectRuns(APP, 2, 1);
  }

  private static void ends(Scenario scenario) {
    scenario.expect("error").expectRuns(DB, 0, 1).expectRuns(APP, 2, 0);
    assertThat(scenario.keysOf("results/" + scenario.event()).get("results/" + scenario.event()))
        .contains("\"Reason\":\"denied\"");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:ask", "after:ask"})
  void a_leader_that_dies_when_it_asks_has_it_asked_once(String point, Scenario scenario) {
    asking(scenario, "1h", point);
    isAsked(replaced(scenario));
    assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Counted.class);
    goesOn(scenario);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:approved", "after:approved"})
  void a_leader_that_dies_when_all_have_agreed_has_the_event_go_on(
      String point, Scenario scenario) {
    isAsked(asking(scenario, "1h", point));
    assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Counted.class);
    goesOn(replaced(scenario));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:denied", "after:denied"})
  void a_leader_that_dies_when_somebody_has_denied_has_nothing_run_behind_it(
      String point, Scenario scenario) {
    isAsked(asking(scenario, "1h", point));
    assertThat(vote(scenario, Vote.Choice.DENY)).isInstanceOf(Voter.Answer.Counted.class);
    ends(replaced(scenario));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:expired", "after:expired"})
  void a_leader_that_dies_when_its_time_is_over_has_no_later_vote_count(
      String point, Scenario scenario) {
    asking(scenario, "2s", point);
    replaced(scenario);
    ends(scenario);
    assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Late.class);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:vote", "after:vote"})
  void a_vote_whose_agent_dies_is_taken_whole_or_not_at_all(String point, Scenario scenario)
      throws Exception {
    isAsked(asking(scenario, "1h", point));
    Matcher port = PORT.matcher(scenario.log(DB));
    assertThat(port.find()).as("%s", scenario.log(DB)).isTrue();
    HttpRequest approve =
        HttpRequest.newBuilder(
                URI.create(port.group(1) + "/v1/events/" + scenario.event() + "/approve"))
            .POST(BodyPublishers.noBody())
            .build();
    assertThatThrownBy(() -> HttpClient.newHttpClient().send(approve, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    replaced(scenario);
    if (point.startsWith("before")) {
      assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Counted.class);
    }
    goesOn(scenario);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:strike vote", "after:strike vote"})
  void a_leader_that_dies_when_it_strikes_a_vote_out_has_it_count_for_nothing(
      String point, Scenario scenario) {
    isAsked(asking(scenario, "1h", point));
    forced(scenario, "mallory");
    replaced(scenario);
    String key = "approvals/" + scenario.event() + "/1/mallory";
    scenario.until("it is struck out", () -> !scenario.keysOf("approvals/").containsKey(key));
    assertThat(scenario.results(scenario.event()).get("results/" + scenario.event() + "/1"))
        .doesNotContain("mallory");
    scenario.expectRuns(APP, 2, 0);
    assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Counted.class);
    goesOn(scenario);
    assertThat(scenario.results(scenario.event()).get("results/" + scenario.event() + "/1"))
        .contains("alice@bench")
        .doesNotContain("mallory");
  }

  /** As somebody who may write the KV does it, without asking whether he may vote. */
  private static void forced(Scenario scenario, String user) {
    int port = scenario.bench().consul().httpPort(scenario.bench().runningServer());
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port))) {
      Keys keys = scenario.keys();
      Entry slot = connection.get(keys.plan(Keys.COMMON_LANE)).orElseThrow();
      Plan plan = Json.read(slot.key(), slot.value(), Plan.class);
      Vote vote =
          Vote.of(
              scenario.event(),
              plan.current(),
              user + "@bench",
              List.of(),
              Vote.Choice.APPROVE,
              Instant.now(),
              Optional.empty());
      assertThat(
              connection
                  .commit(
                      Voter.casting(
                          keys, plan, slot.key(), slot.modifyIndex(), vote, Optional.empty()))
                  .isDone())
          .isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:end without plan", "after:end without plan"})
  void a_leader_that_dies_when_it_ends_what_lost_its_plan_has_it_end_once(
      String point, Scenario scenario) {
    isAsked(asking(scenario, "1h", point));
    scenario.consulKeys().delete("/v1/kv/" + scenario.keys().plan(Keys.COMMON_LANE));
    replaced(scenario);
    scenario.expect("error").expectRuns(DB, 0, 1).expectRuns(APP, 2, 0);
    assertThat(scenario.results(scenario.event()).get("results/" + scenario.event()))
        .contains("\"Reason\":\"lost\"");
    scenario.until(
        "its approval has ended, too",
        () ->
            scenario
                .results(scenario.event())
                .get("results/" + scenario.event() + "/1")
                .contains("\"Status\":\"error\""));
    assertThat(vote(scenario, Vote.Choice.APPROVE)).isInstanceOf(Voter.Answer.Late.class);
    scenario.expectRuns(APP, 2, 0);
  }
}
