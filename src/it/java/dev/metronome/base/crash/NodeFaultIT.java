package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.crash.Journal.Mark;
import dev.metronome.base.crash.Scenario.Phase;
import dev.metronome.testing.AgentProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when a node's agent and its operations do not live and die together. */
@ExtendWith(FaultBench.class)
class NodeFaultIT {

  /** docs/protocol.md, "Times": the crash of the leader's process. */
  private static final Duration CRASH = Duration.ofSeconds(5);

  /** RestartSec of the unit. */
  private static final Duration RESTART = Duration.ofSeconds(10);

  @Test
  @DisplayName("F05 interrupted")
  void a_leader_that_dies_while_it_runs_a_task_itself_records_it_as_interrupted(Scenario scenario) {
    scenario.lasting("3600").with("--lost-after", "1h").leading(APP).others().fire("slow");
    scenario.during(Phase.RUNNING).kill(APP).expectLeaderWithin(CRASH).restarted(APP);
    scenario.expect("error").expectReason(APP, 1, "interrupted").expectRuns(APP, 1, 1);
    assertThat(scenario.has(APP, 1, Mark.END)).as("its operation was ended").isFalse();
    assertThat(scenario.has(LB, 2, Mark.START)).as("the next task has run").isFalse();
  }

  @Test
  @Tag("slow")
  @DisplayName("F05 retryable")
  void what_may_be_repeated_is_run_again_after_its_operation_has_been_ended(Scenario scenario)
      throws IOException {
    Path end = scenario.folder().resolve("end");
    scenario.lasting(end.toString()).cluster().fire("again").repeatable();
    scenario.until("it runs", () -> scenario.has(APP, 0, Mark.START)).kill(APP);
    scenario.restartedAfter(RESTART, APP);
    scenario.until("it runs again", () -> attempts(scenario).contains(2));
    Files.createFile(end);
    scenario.expect("success").expectRuns(APP, 0, 2);
    assertThat(attempts(scenario)).containsExactly(1, 2, 2);
  }

  private static List<Integer> attempts(Scenario scenario) {
    return scenario.journal().of(scenario.event()).stream().map(Journal.Line::attempt).toList();
  }

  @Test
  @DisplayName("F08 killed, its task goes on")
  void a_node_takes_no_task_while_a_lost_one_still_runs_there(Scenario scenario)
      throws IOException {
    Path end = scenario.folder().resolve("end");
    scenario.lasting(end.toString()).with("--start-timeout", "10m").cluster().fire("slow");
    scenario.during(Phase.RUNNING).kill(APP);
    String lost = scenario.expect("error").expectReason(APP, 1, "lost").event();
    scenario.restarted(APP).fire("quick");
    scenario.until("it says so", () -> scenario.presence(APP).contains("still runs as processes"));
    Files.createFile(end);
    scenario.expect("success");
    assertThat(scenario.journal().lines())
        .as("the lost run had ended before the next began")
        .filteredOn(line -> line.node().equals(APP) && line.no() == 1)
        .extracting(Journal.Line::mark)
        .containsExactly(Mark.START, Mark.END, Mark.START, Mark.END);
    scenario.until("it is free", () -> !scenario.presence(APP).contains("Busy"));
    scenario.expect("error", lost);
    assertThat(scenario.stored(APP, 1)).contains("has ended; its status stays");
  }

  @Test
  @DisplayName("F08 killed, its task goes on and is to be undone")
  void a_lost_task_is_taken_back_when_its_processes_have_ended(Scenario scenario)
      throws IOException {
    Path end = scenario.folder().resolve("end");
    scenario.lasting(end.toString()).with("--start-timeout", "30s").cluster().fire("slow-back");
    scenario.during(Phase.RUNNING).kill(APP);
    String result = "results/" + scenario.event() + "/1/" + APP;
    scenario.until("lost", () -> scenario.keysOf(result).getOrDefault(result, "").contains("lost"));
    scenario.restarted(APP);
    scenario.until("it says so", () -> scenario.presence(APP).contains("still runs as processes"));
    Instant since = Instant.now();
    scenario.until("it had the start-timeout", () -> since.plusSeconds(31).isBefore(Instant.now()));
    assertThat(scenario.keysOf("results/" + scenario.event() + "/3/" + APP)).isEmpty();
    Files.createFile(end);
    scenario.expect("error").expectRuns(DB, 4, 1);
    assertThat(scenario.journal().of(scenario.event()))
        .filteredOn(line -> line.node().equals(APP))
        .extracting(line -> line.no() + " " + line.mark())
        .containsExactly("1 START", "1 END", "3 START", "3 END");
  }

  @Test
  @Tag("slow")
  @DisplayName("F08 on_lost: stop")
  void a_lost_task_that_is_to_be_stopped_is_ended_when_its_node_comes_back(Scenario scenario) {
    scenario.lasting("600").cluster().fire("lasting");
    scenario.until("it runs", () -> scenario.has(APP, 0, Mark.START)).kill(APP);
    String lost = scenario.expect("error").expectReason(APP, 0, "lost").event();
    scenario.restarted(APP).fire("quick").expect("success").expectRuns(APP, 1, 1);
    scenario.expect("error", lost);
    assertThat(scenario.has(APP, 0, Mark.END)).isFalse();
    assertThat(scenario.stored(APP, 0)).contains("was ended (on_lost: stop)");
  }

  @Test
  @Tag("slow")
  @DisplayName("F08 paused")
  void a_paused_node_ends_as_lost_and_its_late_outcome_changes_nothing(Scenario scenario) {
    scenario.lasting("45").with("--start-timeout", "60s").cluster().fire("slow");
    scenario.during(Phase.RUNNING).pause(APP);
    String lost = scenario.expect("error").expectReason(APP, 1, "lost").event();
    scenario.resume(APP).fire("quick");
    scenario.until("it says so", () -> scenario.presence(APP).contains("was given up"));
    scenario.expect("success").expect("error", lost).expectRuns(APP, 1, 1);
    assertThat(scenario.stored(APP, 1))
        .contains("1 done on app-1", "the task ended here as success after the cluster had given");
  }

  @Test
  @Tag("slow")
  @DisplayName("F08 paused, on_lost: stop")
  void a_paused_node_stops_what_it_has_lost_when_it_wakes_up(Scenario scenario) {
    scenario.lasting("600").cluster().fire("lasting");
    scenario.until("it runs", () -> scenario.has(APP, 0, Mark.START)).pause(APP);
    String lost = scenario.expect("error").expectReason(APP, 0, "lost").event();
    scenario.resume(APP).fire("quick").expect("success").expect("error", lost);
    assertThat(scenario.has(APP, 0, Mark.END)).isFalse();
  }

  @Test
  @DisplayName("F23 same name")
  void a_second_agent_of_a_name_does_not_start_and_says_who_is_in_its_way(Scenario scenario) {
    scenario.cluster();
    AgentProcess second = scenario.beside(APP);
    assertThat(second.awaitExit()).isEqualTo(7);
    assertThat(second.log())
        .contains("is held on this host by process " + scenario.agent(APP).pid(), "--node")
        .doesNotContain("\tat ");
    AgentProcess elsewhere = scenario.beside(APP, "--state-dir", scenario.folder() + "/other");
    assertThat(elsewhere.awaitExit()).isEqualTo(7);
    assertThat(elsewhere.log()).contains("is held by process " + scenario.agent(APP).pid());
    scenario.fault().fire("quick").expect("success").expectRuns(APP, 1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("F29 reboot")
  void a_node_that_is_rebooted_has_its_task_interrupted_and_takes_the_next(Scenario scenario)
      throws IOException {
    scenario.lasting("3600").with("--lost-after", "1h");
    bootable(scenario).fire("slow");
    scenario.during(Phase.RUNNING);
    reboot(scenario);
    scenario.expect("error").expectReason(APP, 1, "interrupted").expectRuns(APP, 1, 1);
    assertThat(scenario.has(APP, 1, Mark.END)).isFalse();
  }

  @Test
  @Tag("slow")
  @DisplayName("F29 reboot, retryable")
  void what_may_be_repeated_is_run_again_after_a_reboot(Scenario scenario) throws IOException {
    Path end = scenario.folder().resolve("end");
    scenario.lasting(end.toString());
    bootable(scenario).fire("again").repeatable();
    scenario.until("it runs", () -> scenario.has(APP, 0, Mark.START));
    reboot(scenario);
    scenario.until("it runs again", () -> attempts(scenario).contains(2));
    Files.createFile(end);
    scenario.expect("success").expectRuns(APP, 0, 2);
  }

  /** All three agents; that of APP has its own folder of what a reboot empties. */
  private static Scenario bootable(Scenario scenario) throws IOException {
    scenario.leading(DB);
    boot(scenario);
    return scenario.others();
  }

  private static void boot(Scenario scenario) throws IOException {
    Path run = Files.createDirectories(scenario.folder().resolve("run"));
    scenario.start(APP, List.of(), List.of("--state-dir", run.toString())).awaitStarted();
  }

  /** Every process of the node at once, Consul's agent too; what is under /run is gone. */
  private static void reboot(Scenario scenario) throws IOException {
    Path run = scenario.folder().resolve("run");
    assertThat(run).isNotEmptyDirectory();
    List<ProcessHandle> processes =
        ProcessHandle.of(scenario.agent(APP).pid()).orElseThrow().descendants().toList();
    assertThat(processes).as("of the operation").isNotEmpty();
    scenario.bench().consul().kill(APP);
    scenario.kill(APP);
    processes.forEach(ProcessHandle::destroyForcibly);
    scenario.agent(APP).awaitExit();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    scenario.bench().consul().startAgain(APP);
    boot(scenario);
  }

  @Test
  @Tag("slow")
  @DisplayName("F29 kills the agent")
  void an_operation_that_kills_its_agent_is_interrupted_and_not_run_again(Scenario scenario) {
    scenario.with("--lost-after", "60s");
    scenario.tasks(
        """
        environments:
          JOURNAL: "%s"
        events:
          deadly: {ordered_tasks: [{service: app, task: deadly}]}
          probe: {task: fine}
        tasks:
          deadly:
            operations:
              - execute: {script: "./step 0 0; kill -9 $PPID; sleep 60"}
          fine:
            operations:
              - execute: {file: step, arguments: ["0", "0"]}
        """
            .formatted(scenario.journal().file()));
    scenario.cluster().fire("deadly").fault().restarted(APP);
    scenario.expect("error").expectReason(APP, 0, "interrupted").expectRuns(APP, 0, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("F13 idle")
  void an_idle_node_that_was_cut_off_takes_part_again(Scenario scenario) {
    scenario.with("--session-ttl", "10s").cluster().fault();
    scenario.proxy(LB).link(ConsulProxy.Link.SILENT);
    scenario.until("its session is gone", () -> !scenario.locked(LB));
    scenario.proxy(LB).link(ConsulProxy.Link.UP);
    scenario.fire("quick").expect("success").expectRuns(DB, 0, 1).expectRuns(LB, 2, 1);
  }
}
