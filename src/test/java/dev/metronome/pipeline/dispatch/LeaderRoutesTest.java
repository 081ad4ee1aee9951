package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.pipeline.queue.Views;
import dev.metronome.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.function.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes {@code dispatch} and {@code advance} with all that they call, in front of Consul. */
@Tag("consul")
class LeaderRoutesTest {

  @TempDir private Path folder;
  @AutoClose private final Leader leader = new Leader();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;

  @BeforeEach
  void load() throws Exception {
    leader.agent("a");
    Views.open(leader.events);
    Views.open(leader.progress);
    Path file = Files.createDirectories(folder.resolve("web")).resolve("task.yml");
    Files.writeString(
        file,
        "events: {deploy: {ordered_tasks: [{task: one}, {task: two}]}}\n"
            + "tasks: {one: {operations: [{echo: {text: 1}}]},"
            + " two: {operations: [{echo: {text: 2}}]}}\n");
    bind(leader.planner(file));
    for (String route : List.of("dispatch", "plan", "advance", "select-targets", "health-gate")) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              ResourceHelper.resolveResource(context, "file:routes/" + route + ".camel.yaml"));
    }
    advise("dispatch", route -> route.weaveById("dispatch-notify").remove());
    advise("advance", route -> route.weaveById("advance-notify").remove());
    template = context.createProducerTemplate();
  }

  private void bind(Planner planner) {
    Registry registry = context.getRegistry();
    registry.bind("consul-connection", leader.connection);
    registry.bind("keys", leader.keys);
    registry.bind("event-queue", leader.events);
    registry.bind("progress-task-queue", leader.progress);
    registry.bind("planner", planner);
    registry.bind("advancer", leader.advancer);
    registry.bind("next-event", planner);
    registry.bind("targets", leader.targets);
    registry.bind("selected-nodes", new SelectedNodes());
    registry.bind("task-opening", leader.advancer.opener());
    registry.bind("gates", leader.advancer.gates());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private void advise(String route, ThrowingConsumer<AdviceWithRouteBuilder, Exception> how)
      throws Exception {
    AdviceWith.adviceWith(context, route, how);
  }

  /** Accepted, and seen by the watch, which delivers it. */
  private QueuedEvent queued(String id) {
    leader.events.accept(Records.event(id));
    leader.look();
    return leader.queued(id);
  }

  private void dispatch(QueuedEvent delivered) {
    template.sendBody("direct:dispatch", delivered);
  }

  private void advance() {
    template.sendBody("direct:advance", leader.read());
  }

  @Test
  void an_event_goes_its_way_to_the_end_and_takes_the_next_one_with_it() {
    context.start();
    dispatch(queued("e1"));
    assertThat(leader.isAssigned("a", "e1", 0)).isTrue();
    leader.events.accept(Records.event("e2"));

    for (int no = 0; no < 2; no++) {
      leader.ended("e1", no, "a", Outcome.success());
      advance();
    }

    assertThat(leader.result("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.isAssigned("a", "e2", 0)).isTrue();
  }

  /** Negative control: without the look at what is in progress, two events are at once. */
  @Test
  void a_plan_that_has_become_stale_since_another_event_began_is_dropped() throws Exception {
    advise(
        "dispatch",
        route ->
            route
                .weaveById("dispatch-begin")
                .before()
                .process(
                    exchange -> {
                      leader.given(Records.plan("e0", 1).open(Records.NOON, List.of("a")));
                      leader.look();
                    }));
    context.start();

    dispatch(queued("e1"));

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.connection.get(leader.keys.event(1, "e1"))).isPresent();
    assertThat(leader.connection.get(leader.keys.result("e1"))).isEmpty();
  }

  /** Negative control: with the index that is known when it is written the old plan would stand. */
  @Test
  void a_plan_of_an_event_that_was_replaced_since_it_was_read_is_dropped() throws Exception {
    Event other = Event.of("e1", "deploy", Map.of("version", "2"), Records.NOON, "test", null);
    advise(
        "dispatch",
        route ->
            route
                .weaveById("dispatch-begin")
                .before()
                .process(
                    exchange -> {
                      leader.set(leader.keys.event(1, "e1"), Json.write(other));
                      leader.look();
                    }));
    context.start();

    dispatch(queued("e1"));

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.queued("e1").event()).isEqualTo(other);
  }

  /** The same, where the view does not know of it: the transaction does. */
  @Test
  void an_event_that_was_replaced_without_being_seen_is_planned_as_it_stands() {
    context.start();
    QueuedEvent delivered = queued("e1");
    leader.events.oldest(delivered); // it has read the queue
    Event other = Event.of("e1", "deploy", Map.of("version", "2"), Records.NOON, "test", null);
    leader.set(leader.keys.event(1, "e1"), Json.write(other));

    dispatch(delivered);
    assertThat(leader.plan("e1")).isEmpty();

    dispatch(delivered);
    assertThat(leader.plan("e1").map(Plan::event)).contains(other);
  }

  /** What the watch has delivered is planned as it is: only its bytes in the queue are ours. */
  @Test
  void the_delivered_event_is_not_read_again() {
    context.start();
    QueuedEvent delivered = queued("e1");

    dispatch(delivered);

    assertThat(leader.plan("e1").map(Plan::event)).contains(delivered.event());
    assertThat(leader.events.oldest(delivered)).isNull();
    QueuedEvent next = queued("e2");
    assertThat(leader.events.oldest(next).event()).isSameAs(next.event());
  }

  /** Negative control: without the demand a task would be closed, and the next never opened. */
  @Test
  void a_task_whose_nodes_a_route_has_not_selected_is_refused() throws Exception {
    advise("dispatch", route -> route.weaveById("dispatch-opens-task").remove());
    advise("advance", route -> route.weaveById("advance-opens-task").remove());
    context.start();
    dispatch(queued("e1"));
    assertThat(leader.plan("e1").map(Plan::isOpen)).contains(false);
    List<String> before = leader.everything();

    assertThatThrownBy(this::advance)
        .isInstanceOf(CamelExecutionException.class)
        .rootCause()
        .hasMessageContaining("no nodes were selected for its next task");

    assertThat(leader.everything()).isEqualTo(before);
  }

  @Test
  void an_event_that_is_gone_is_not_dispatched() {
    context.start();
    QueuedEvent delivered = queued("e1");
    leader.connection.commit(new Transaction().delete(leader.keys.event(1, "e1")));

    dispatch(delivered);

    assertThat(leader.plan("e1")).isEmpty();
    assertThat(leader.events.view().head()).isEmpty();
  }
}
