package dev.metronome.pipeline.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ServiceMaintenance;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service is taken out of traffic and put back, also while Consul fails. */
class DrainsTest {

  private static final String MAINTENANCE = "/v1/agent/service/maintenance/";
  private static final String TASKS =
      """
      events: {deploy: {ordered_tasks: [{service: app, task: t, drain: 90}]}}
      tasks: {t: {timeout: 600, operations: [{echo: x}]}}
      """;

  @TempDir Path folder;
  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final ServiceMaintenance services = new ServiceMaintenance(connection);
  private final Drains drains = new Drains(services, "metronome/", "a", connection.loops());
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private TaskRun run;

  @BeforeEach
  void begin() throws Exception {
    NodeStates.service(consul, "a", "app-1", "app", "blue");
    Path file = folder.resolve("web/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, TASKS);
    ScheduleReader.Reading reading =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none()).read(List.of(file));
    assertThat(reading.hasErrors()).as("%s", reading.problems()).isFalse();
    new TaskRuns(
            reading::schedule,
            Map.of(),
            Map::of,
            Map::of,
            "a",
            () -> new BoundedOutput(4_096, Clock.systemUTC()),
            RunAs.otherwise(Optional.empty()),
            id -> 1,
            EventSignatures.none(),
            List.of())
        .begin(assignment(), exchange);
    run = run();
  }

  private static Assignment assignment() {
    Optional<String> none = Optional.empty();
    Rollout drained =
        new Rollout(
            true,
            false,
            false,
            1,
            Optional.empty(),
            Optional.of(90L),
            Optional.of(90L),
            Optional.empty());
    PlannedTask task =
        new PlannedTask(0, "web", "t", new NodeSelector(Optional.of("app"), none), drained);
    return Assignment.of(Records.event("e1"), task, 0, Records.NOON);
  }

  private TaskRun run() {
    return exchange.getProperty(TaskRun.PROPERTY, TaskRun.class);
  }

  @AfterEach
  void close() {
    drains.close();
    connection.close();
    faulty.close();
    consul.close();
  }

  @Test
  void operations_begin_as_much_later_as_the_step_says_and_have_their_whole_time_then() {
    drains.await(run, exchange);

    assertThat(run().pause()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
    assertThat(run().remaining()).isGreaterThan(Duration.ofMinutes(11));
    assertThat(run().attempt()).isEqualTo(1);
    assertThat(run().isDue()).isTrue();
  }

  @Test
  void without_the_right_to_it_the_rule_is_named_that_is_missing() {
    faulty.next(1, MAINTENANCE, FaultyConsul.Fault.DENIED);

    assertThatThrownBy(() -> drains.begin(run))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("service \"app\" { policy = \"write\" }")
        .hasMessageContaining("nothing was run");
    drains.end(run);
    assertThat(services.reasons()).isEmpty();
  }

  @Test
  void a_consul_that_fails_at_the_beginning_fails_the_task_before_it_runs() {
    faulty.next(1, MAINTENANCE, FaultyConsul.Fault.FAILING);

    assertThatThrownBy(() -> drains.begin(run))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("nothing was run");
  }

  @Test
  void a_service_that_cannot_be_put_back_at_once_is_put_back_later() {
    drains.start();
    drains.begin(run);
    faulty.next(3, MAINTENANCE, FaultyConsul.Fault.FAILING);

    drains.end(run);

    assertThat(run.log().render()).contains("could not be brought back into traffic");
    await().atMost(Duration.ofMinutes(2)).until(() -> services.reasons().isEmpty());
  }

  @Test
  void what_is_at_work_is_not_taken_for_left_over() {
    drains.begin(run);
    NodeStates.service(consul, "a", "app-2", "app", "blue");
    NodeStates.maintainService(
        consul, "a", "app-2", "metronome/ on a: event e0 (deploy), task 0 t");

    drains.start();

    await().atMost(Duration.ofMinutes(2)).until(() -> services.reasons().size() == 1);
    assertThat(services.reasons()).containsOnlyKeys("app-1");
  }
}
