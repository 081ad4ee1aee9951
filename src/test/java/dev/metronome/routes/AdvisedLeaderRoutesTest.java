package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.dispatch.Advancer;
import dev.metronome.pipeline.dispatch.Candidate;
import dev.metronome.pipeline.dispatch.Epochs;
import dev.metronome.pipeline.dispatch.GateHealth;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Planner;
import dev.metronome.pipeline.dispatch.Progress;
import dev.metronome.pipeline.dispatch.SelectedNodes;
import dev.metronome.pipeline.dispatch.ServiceHealth;
import dev.metronome.pipeline.dispatch.Step;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The leader's routes by themselves: {@code dispatch}, {@code plan}, {@code select-targets}, {@code
 * advance}, {@code notify}, and the timers and watches that wake them. Queues and hooks are mocks;
 * the beans that decide are played by the test.
 */
class AdvisedLeaderRoutesTest extends CamelMainTestSupport {

  private static final String FENCE = "session";
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Clock CLOCK = Clock.fixed(Records.NOON, ZoneOffset.UTC);
  private static final Optional<EventResult> ENDED =
      Optional.of(
          EventResult.ended(Records.event("e1"), Records.NOON, Records.NOON, Outcome.success()));

  /** For plans whose task is not open it reads nothing. */
  private static final Advancer ADVANCER =
      new Advancer(
          null,
          KEYS,
          null,
          node -> false,
          new Epochs(Keys.COMMON_LANE, KEYS),
          new ServiceHealth(null, () -> {}),
          EventSignatures.none(),
          plan -> false,
          Limits.DEFAULT,
          CLOCK,
          System::nanoTime);

  private final Beans beans = new Beans();

  /** Answers as the test wants; {@code public} because Camel calls it. */
  public static final class Beans {
    private boolean known = true;
    private Event oldest;
    private Step step = step(Optional.empty());
    private Progress progress;
    private boolean outage;
    private GateHealth health =
        new GateHealth(
            "e1", "deploy", "t", "app", List.of("a"), List.of(), Optional.empty(), false);
    private final List<QueuedEvent> planned = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    public boolean isKnown() {
      return known;
    }

    public QueuedEvent oldest(Object delivered) {
      return delivered instanceof QueuedEvent event
          ? event
          : oldest == null ? null : new QueuedEvent(oldest, "key", 7, Optional.empty());
    }

    public Step plan(QueuedEvent event) {
      planned.add(event);
      Plan plan = Records.plan(event.id(), 1);
      return step(Optional.of(event), Optional.of(plan), none(), none());
    }

    public boolean isPlanned(Object body) {
      return body instanceof Step;
    }

    public List<Progress> look() {
      looks.incrementAndGet();
      if (outage) {
        throw new IllegalStateException("no Consul");
      }
      return progress == null ? List.of() : List.of(progress);
    }

    public List<Candidate> candidates(Step opening) {
      assertThat(opening.opensTask()).isTrue();
      return List.of(node("a", Optional.empty()), node("b", Optional.of("no agent")));
    }

    public Candidate select(Candidate candidate) {
      return candidate.select();
    }

    private static Candidate node(String name, Optional<String> why) {
      return new Candidate(name, Map.of(), Candidate.Condition.READY, true, why, false);
    }

    public Step advance(Object body) {
      return body instanceof Progress waiting ? ADVANCER.advance(waiting) : step;
    }
  }

  @Override
  @SuppressWarnings("deprecation") // its successor is a setting of the same name, made in a hook
  public boolean isUseAdviceWith() {
    return true;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern(
        "file:routes/dispatch*.camel.yaml,file:routes/plan.camel.yaml,"
            + "file:routes/advance*.camel.yaml,file:routes/notify.camel.yaml,"
            + "file:routes/select-targets.camel.yaml,file:routes/health-gate.camel.yaml");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    registry.bind("progress-task-queue", beans);
    registry.bind("event-queue", beans);
    registry.bind("planner", beans);
    registry.bind("advancer", beans);
    registry.bind(
        "next-event",
        new Planner(null, null, null, KEYS, true, CLOCK, "leader", event -> Optional.empty()));
    registry.bind("targets", beans);
    registry.bind("selected-nodes", new SelectedNodes());
    registry.bind("task-opening", ADVANCER.opener());
    registry.bind("gates", ADVANCER.gates());
  }

  @BeforeEach
  void advise() throws Exception {
    AdviceWith.adviceWith(
        context,
        "dispatch",
        route -> {
          route.weaveById("dispatch-begin").replace().to("mock:progress-queue");
          route.weaveById("dispatch-notify").replace().to("mock:notify");
        });
    AdviceWith.adviceWith(
        context,
        "advance",
        route -> {
          route.weaveById("advance-write").replace().to("mock:progress-queue");
        });
    for (String waking :
        List.of("dispatch-timer", "dispatch-watch", "advance-timer", "advance-watch")) {
      AdviceWith.adviceWith(context, waking, route -> route.replaceFromWith("direct:" + waking));
    }
    AdviceWith.adviceWith(
        context,
        "notify",
        route -> {
          route.weaveById("notify-tell-batch-finished").replace().to("mock:batch-finished");
          route.weaveById("notify-tell-task-finished").replace().to("mock:task-finished");
          route.weaveById("notify-tell-event-finished").replace().to("mock:event-finished");
          route.weaveById("notify-tell-approval-wanted").replace().to("mock:approval-wanted");
        });
  }

  private static Step step(Optional<EventResult> end) {
    TaskResult task =
        TaskResult.ended(
            Records.plan("e1", 1).open(Records.NOON, List.of("a")),
            Records.NOON,
            Outcome.success());
    return step(none(), none(), Optional.of(task), end);
  }

  private static Step step(
      Optional<QueuedEvent> queued,
      Optional<Plan> plan,
      Optional<TaskResult> task,
      Optional<EventResult> event) {
    Transaction change = new Transaction().delete("some/key");
    Move.Finished finished = new Move.Finished(task, task, List.of(), event);
    return new Step(FENCE, List.of(new Move(queued, none(), plan, change, List.of(), finished)));
  }

  private static Map<?, ?> fields(MockEndpoint hook) {
    return hook.getExchanges().get(0).getMessage().getBody(Map.class);
  }

  private static Map<String, Object> body(MockEndpoint hook) {
    return fields(hook).entrySet().stream()
        .collect(Collectors.toMap(field -> field.getKey().toString(), Map.Entry::getValue));
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private MockEndpoint begun(String mock) throws Exception {
    context.start();
    return getMockEndpoint("mock:" + mock);
  }

  @Test
  void a_waiting_event_is_planned_and_written_when_none_is_in_progress() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.oldest = Records.event("e2");
    queue.expectedMessageCount(1);

    template.sendBody("direct:dispatch-watch", beans.oldest);

    queue.assertIsSatisfied();
    assertThat(dispatched(written(queue, 0))).contains("e2");
  }

  @Test
  void nothing_is_planned_before_it_is_known_what_is_in_progress() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.oldest = Records.event("e2");
    beans.known = false;
    queue.expectedMessageCount(0);

    template.sendBody("direct:dispatch-watch", beans.oldest);

    queue.assertIsSatisfied();
    assertThat(beans.planned).isEmpty();
  }

  @Test
  void an_event_that_ends_takes_the_next_one_with_it() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.step = step(ENDED);
    beans.oldest = Records.event("e2");
    queue.expectedMessageCount(1);

    template.sendBody("direct:advance-watch", "a plan");

    queue.assertIsSatisfied();
    assertThat(written(queue, 0).moves()).hasSize(2);
    assertThat(dispatched(written(queue, 0))).contains("e2");
  }

  @Test
  void a_task_that_ends_within_an_event_takes_nothing_with_it() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.oldest = Records.event("e2");
    queue.expectedMessageCount(1);

    template.sendBody("direct:advance-watch", "a plan");

    queue.assertIsSatisfied();
    assertThat(beans.planned).isEmpty();
  }

  @Test
  void nothing_is_written_when_nothing_is_due() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.step = new Step(FENCE, List.of());
    queue.expectedMessageCount(0);

    template.sendBody("direct:advance-watch", "a plan");

    queue.assertIsSatisfied();
  }

  @Test
  void the_hooks_get_the_results_as_they_stand_in_consul() throws Exception {
    MockEndpoint tasks = begun("task-finished");
    MockEndpoint batches = getMockEndpoint("mock:batch-finished");
    MockEndpoint events = getMockEndpoint("mock:event-finished");
    beans.step = step(ENDED);
    tasks.expectedMessageCount(1);
    batches.expectedMessageCount(1);
    events.expectedMessageCount(1);

    template.sendBody("direct:advance-watch", "a plan");

    tasks.assertIsSatisfied();
    batches.assertIsSatisfied();
    events.assertIsSatisfied();
    assertThat(body(events)).containsEntry("ID", "e1").containsEntry("Status", "success");
    assertThat(body(tasks)).containsEntry("EventID", "e1").containsEntry("No", 0);
  }

  /** Its newest batch has ended, and waits; the routes see the health that the test answers. */
  private Step atGate(String id) {
    NodeSelector app = new NodeSelector(Optional.of("app"), none());
    Batching gate =
        new Batching(List.of(), none(), none(), none(), Optional.of(new HealthGate(0, 9, none())));
    PlannedTask task =
        new PlannedTask(0, "web", "t", app, new Rollout(true, false, false, 1), gate);
    Plan plan =
        Plan.of(Records.event(id), Records.NOON, "", List.of(task))
            .open(Records.NOON, List.of("a"))
            .atGate(Records.NOON);
    Claim claim = Claim.untaken(id, 0, "a", Records.NOON).ended(Records.NOON, Outcome.success());
    Progress waiting =
        new Progress(plan, 7, Map.of("a", new Progress.Held(claim, 7, false, none())), FENCE);
    return ADVANCER.advance(waiting);
  }

  @Test
  void a_task_at_its_gate_goes_on_when_the_route_health_gate_says_that_all_is_well()
      throws Exception {
    AdviceWith.adviceWith(
        context,
        "health-gate",
        route ->
            route
                .weaveById("health-gate-in-consul")
                .replace()
                .process(exchange -> exchange.getMessage().setBody(beans.health)));
    MockEndpoint queue = begun("progress-queue");
    beans.step = atGate("g1");
    assertThat(beans.step.isAtGate()).isTrue();

    template.sendBody("direct:advance", "a plan");
    beans.health = beans.health.against("the error rate is high");
    template.sendBody("direct:advance", "a plan");
    beans.health = null;
    template.sendBody("direct:advance", "a plan");

    assertThat(queue.getExchanges()).hasSize(2);
    assertThat(written(queue, 0).isEnd()).isTrue();
    assertThat(last(written(queue, 1)).plan().orElseThrow().gate().orElseThrow().waiting())
        .hasValueSatisfying(wait -> assertThat(wait.what()).hasValue("the error rate is high"));
  }

  @Test
  void a_health_gate_that_fails_says_so_and_the_task_waits() throws Exception {
    AdviceWith.adviceWith(
        context,
        "health-gate",
        route ->
            route
                .weaveById("health-gate-in-consul")
                .replace()
                .throwException(new IllegalStateException("no Prometheus")));
    MockEndpoint queue = begun("progress-queue");
    beans.step = atGate("g2");

    template.sendBody("direct:advance", "a plan");

    assertThat(last(written(queue, 0)).plan().orElseThrow().gate().orElseThrow().waiting())
        .hasValueSatisfying(
            wait ->
                assertThat(wait.what())
                    .hasValue("the route health-gate cannot tell: no Prometheus"));
  }

  private static Step written(MockEndpoint queue, int place) {
    return queue.getExchanges().get(place).getMessage().getBody(Step.class);
  }

  private static Optional<String> dispatched(Step step) {
    return last(step).queued().map(QueuedEvent::id);
  }

  private static List<String> targets(Step step) {
    return last(step).plan().orElseThrow().targets();
  }

  private static Move last(Step step) {
    return step.moves().get(step.moves().size() - 1);
  }

  @Test
  void an_event_is_written_with_the_nodes_that_are_wanted_for_its_first_task() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.oldest = Records.event("e2");

    template.sendBody("direct:dispatch", null);
    beans.step = step(ENDED);
    template.sendBody("direct:advance", "a plan");

    assertThat(queue.getExchanges()).hasSize(2);
    assertThat(targets(written(queue, 0))).containsExactly("a");
    assertThat(written(queue, 1).moves()).hasSize(2);
    assertThat(targets(written(queue, 1))).containsExactly("a");
  }

  @Test
  void a_task_whose_turn_it_is_is_opened_for_the_nodes_that_are_wanted() throws Exception {
    MockEndpoint queue = begun("progress-queue");

    template.sendBody("direct:advance", new Progress(Records.plan("e1", 1), 1, Map.of(), FENCE));

    assertThat(queue.getExchanges()).hasSize(1);
    assertThat(targets(written(queue, 0))).containsExactly("a");
  }

  @Test
  void every_node_is_looked_at_and_who_is_not_chosen_stays_known() throws Exception {
    context.start();

    Step planned = beans.plan(new QueuedEvent(Records.event("e1"), "key", 7, Optional.empty()));
    List<?> nodes = template.requestBody("direct:select-targets", planned, List.class);

    assertThat(nodes)
        .map(Candidate.class::cast)
        .map(node -> node.name() + " " + node.selected())
        .containsExactly("a true", "b false");
  }

  @Test
  void only_an_event_that_waits_is_planned() throws Exception {
    context.start();

    assertThat(template.requestBody("direct:plan", "anything")).isNull();
    beans.oldest = Records.event("e2");
    assertThat(template.requestBody("direct:plan", "anything")).isInstanceOf(Step.class);

    assertThat(beans.planned).hasSize(1);
  }

  @Test
  void the_timer_of_events_reads_the_queue_and_dispatches() throws Exception {
    MockEndpoint queue = begun("progress-queue");
    beans.oldest = Records.event("e2");

    template.sendBody("direct:dispatch-timer", null);

    assertThat(beans.looks).hasValue(1);
    assertThat(queue.getExchanges()).hasSize(1);
  }

  @Test
  void the_timer_of_progress_reads_the_queue_and_advances_what_is_there() throws Exception {
    MockEndpoint queue = begun("progress-queue");

    template.sendBody("direct:advance-timer", null);
    assertThat(queue.getExchanges()).isEmpty();
    beans.progress = new Progress(Records.plan("e3", 1), 1, Map.of(), FENCE);
    template.sendBody("direct:advance-timer", null);

    assertThat(beans.looks).hasValue(2);
    assertThat(queue.getExchanges()).hasSize(1);
  }

  @Test
  void a_timer_puts_off_what_fails() throws Exception {
    context.start();
    beans.outage = true;

    template.sendBody("direct:dispatch-timer", null);
    template.sendBody("direct:advance-timer", null);

    assertThat(beans.looks).hasValue(2);
  }
}
