package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.InstanceHealth;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.hook.RouteFailures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * The gates of health, behind each batch of a task: what opens next does so when the nodes of the
 * batch have been well for so long, and enough others are. For routes it asks Consul, and joins a
 * step and the answer. Thread-safe.
 *
 * <p><em>Guarantees</em>: a gate ends, passed or failed: its deadline stands in the plan. With
 * another leader the time in which all must stay well starts anew, the deadline does not.
 */
public final class Gates implements AggregationStrategy {

  /** How often it is told, at most, what a task waits for. */
  private static final Duration TELL = Duration.ofSeconds(2);

  private static final String HEALTHY = "healthy";

  private final Keys keys;
  private final ServiceHealth services;
  private final Targets targets;
  private final Opener opener;
  private final Closing closing;
  private final Clock clock;
  private final Elapsed elapsed;

  /** The gate that this leader looks at, and what it found there. */
  private String known = "";

  private Duration allowed = Duration.ZERO;
  private Set<String> identity = Set.of();
  private Optional<Broken> broken = Optional.empty();
  private boolean untold;

  /**
   * That not all was well.
   *
   * @param at when that was seen last
   */
  private record Broken(String what, Instant at) {}

  Gates(
      Keys keys,
      ServiceHealth services,
      Targets targets,
      Opener opener,
      Closing closing,
      Clock clock,
      Elapsed elapsed) {
    this.keys = keys;
    this.services = services;
    this.targets = targets;
    this.opener = opener;
    this.closing = closing;
    this.clock = clock;
    this.elapsed = elapsed;
  }

  /** Whether a task on whose targets all has ended has a gate to pass before it goes on. */
  boolean isDue(Progress progress) {
    Plan plan = progress.plan();
    if (plan.gate().isEmpty()) {
      return false;
    }
    boolean last = plan.later().isEmpty() && !progress.hasFailed();
    boolean any = !progress.gateNodes().isEmpty() || (gate(plan).keep().isPresent() && !last);
    return any && (last || progress.opensNextBatch());
  }

  /** The first one has the gate begin, and its deadline stand in the plan. */
  Step step(Progress progress) {
    return state(progress.plan()).waiting().isPresent()
        ? Step.of(progress.fence(), Move.atGate(progress))
        : told(progress, progress.plan().atGate(clock.instant()));
  }

  /** No task waits for anybody's health. */
  void rest() {
    services.close();
  }

  private Step told(Progress progress, Plan plan) {
    Transaction gate =
        new Transaction("gate")
            .set(
                keys.result(plan.event().id(), plan.current()),
                Json.write(TaskResult.opened(plan)));
    return Step.of(progress.fence(), Move.to(progress, plan, gate, Move.Finished.NOTHING));
  }

  /** For routes: how those stand whose health a task waits for, as Consul finds them. */
  public GateHealth health(@Body Step waiting, Exchange exchange) {
    RouteFailures.about(exchange, waiting.waitingProgress().orElseThrow().plan().event().id());
    return health(waiting);
  }

  synchronized GateHealth health(Step waiting) {
    Progress progress = waiting.waitingProgress().orElseThrow();
    Plan plan = progress.plan();
    about(progress);
    Map<String, String> nodes = targets.consulNodes(progress.gateNodes());
    boolean wasBroken = false;
    HealthLook look = null;
    for (List<InstanceHealth> state : services.look(plan.head().service().orElseThrow())) {
      look = HealthLook.of(plan.head(), state, keys.prefix());
      Set<String> now = look.identity(nodes);
      boolean others = !identity.isEmpty() && !now.equals(identity);
      List<String> sick = others ? List.of(changed(identity, now)) : look.sick(nodes);
      if (!sick.isEmpty()) {
        wasBroken = true;
        isBroken(GateHealth.some(sick));
      }
      identity = now;
    }
    Optional<String> tooFew =
        plan.later().isEmpty() ? Optional.empty() : look.tooFew(gate(plan), nextBatch(plan));
    return new GateHealth(
        plan.event().id(),
        plan.event().name(),
        plan.head().task(),
        look.service(),
        progress.gateNodes(),
        look.sick(nodes),
        tooFew,
        wasBroken);
  }

  private void isBroken(String what) {
    broken = Optional.of(new Broken(what, clock.instant().truncatedTo(ChronoUnit.SECONDS)));
  }

  private static String changed(Set<String> before, Set<String> now) {
    return HealthLook.missing(before, now)
        .map(check -> check + " is gone")
        .or(() -> HealthLook.missing(now, before).map(check -> check + " is new"))
        .orElseThrow();
  }

  private Collection<String> nextBatch(Plan plan) {
    return targets.consulNodes(plan.later().get(0)).values();
  }

  /** What a route cannot tell is not well: the deadline counts all the same. */
  @Override
  public Exchange aggregate(Exchange waiting, Exchange answer) {
    Step step = waiting.getMessage().getBody(Step.class);
    waiting.getMessage().setBody(judged(step, answered(step, answer)));
    return waiting;
  }

  private static GateHealth answered(Step step, Exchange answer) {
    Exception failure = answer.getException();
    if (failure == null && answer.getMessage().getBody() instanceof GateHealth health) {
      return health;
    }
    Plan plan = step.waitingProgress().orElseThrow().plan();
    String why =
        failure == null ? "it answers something else" : String.valueOf(failure.getMessage());
    return new GateHealth(
        plan.event().id(),
        plan.event().name(),
        plan.head().task(),
        plan.head().service().orElse(""),
        plan.gateNodes(),
        List.of("the route health-gate cannot tell: " + why),
        Optional.empty(),
        true);
  }

  // INVARIANT: health, nothing opens before all have been well for so long without a break.
  synchronized Step judged(Step step, GateHealth health) {
    Progress progress = step.waitingProgress().orElseThrow();
    about(progress);
    if (health.broken() || !health.isHealthy()) {
      elapsed.reset(HEALTHY);
    }
    if (!health.isHealthy()) {
      isBroken(GateHealth.some(health.sick()));
    }
    Duration calm = health.isHealthy() ? elapsed.of(HEALTHY) : Duration.ZERO;
    Duration wanted =
        Duration.ofSeconds(health.nodes().isEmpty() ? 0 : gate(progress.plan()).forSeconds());
    boolean well = health.isHealthy() && calm.compareTo(wanted) >= 0;
    if (well && health.tooFew().isEmpty()) {
      return goneOn(ended(progress, Optional.empty()), new Transaction("gate passed"));
    }
    if (elapsed.of("gate").compareTo(allowed) < 0) {
      return waiting(progress, health);
    }
    if (well) {
      return failed(ended(progress, health.tooFew()), health);
    }
    String why = unhealthy(progress, health);
    return failed(ended(progress.gateFailed(why), Optional.of(why)), health);
  }

  /** A successor has as much time as there is left by its clock, and counts that as it passes. */
  private void about(Progress progress) {
    Plan plan = progress.plan();
    Instant until = state(plan).waiting().orElseThrow().until();
    String now = progress.fence() + "/" + plan.event().id() + "/" + plan.current() + "/" + until;
    if (!known.equals(now)) {
      known = now;
      identity = Set.of();
      broken = Optional.empty();
      untold = true;
      elapsed.reset("gate");
      elapsed.reset(HEALTHY);
      Duration most = Duration.ofSeconds(gate(plan).withinSeconds());
      Duration left = Duration.between(clock.instant(), until);
      allowed = left.compareTo(most) > 0 ? most : left;
      elapsed.of("gate");
    }
  }

  private Step waiting(Progress progress, GateHealth health) {
    Optional<String> what = health.what();
    GateWait said = state(progress.plan()).waiting().orElseThrow();
    untold |= !what.equals(said.what()) || (health.broken() && what.isEmpty());
    if (untold && elapsed.isDue("tell", TELL)) {
      untold = false;
      boolean same = what.isPresent() && what.equals(said.what());
      return told(progress, progress.plan().waiting(same ? said.since() : clock.instant(), what));
    }
    return Step.none(progress.fence());
  }

  /** Under a freeze a gate that is passed stays, and is looked at until the batch may open. */
  private Step goneOn(Progress progress, Transaction gate) {
    Step next =
        progress.opensNextBatch()
            ? opener.batch(progress)
            : closing.of(progress, Outcomes.ofTask(progress), clock.instant());
    if (!next.isDue()) {
      return next;
    }
    rest();
    return opener.withoutSelection(next.after(gate));
  }

  private Progress ended(Progress progress, Optional<String> why) {
    return progress.gateEnded(clock.instant(), why);
  }

  /** As many must be well beside a batch, however many may fail. */
  private Step failed(Progress progress, GateHealth health) {
    Transaction gate = new Transaction("gate failed");
    if (health.tooFew().isEmpty() || !progress.opensNextBatch()) {
      return goneOn(progress, gate);
    }
    rest();
    Outcome outcome = Outcome.error(Reason.UNHEALTHY, notOpened(progress, health));
    return opener.withoutSelection(closing.of(progress, outcome, clock.instant()).after(gate));
  }

  private String unhealthy(Progress progress, GateHealth health) {
    Plan plan = progress.plan();
    HealthGate gate = gate(plan);
    String batch = plan.batch().map(BatchPlace::toString).orElse("its nodes");
    return batch
        + (plan.batch().isPresent() ? " was" : " were")
        + " not well for "
        + gate.forSeconds()
        + " s within "
        + gate.withinSeconds()
        + " s: "
        + (health.isHealthy() ? tooLate() : GateHealth.some(health.sick()));
  }

  private String tooLate() {
    return broken
        .map(it -> it.what() + " until " + it.at() + "; since then all is well")
        .orElseGet(
            () ->
                "all is well, but this leader has looked for only "
                    + elapsed.of(HEALTHY).toSeconds()
                    + " s");
  }

  private static String notOpened(Progress progress, GateHealth health) {
    Plan plan = progress.plan();
    return Outcomes.ofGates(state(plan)).map(why -> why + "; ").orElse("")
        + "no further batch could be opened within "
        + gate(plan).withinSeconds()
        + " s for "
        + health.tooFew().orElseThrow();
  }

  private static HealthGate gate(Plan plan) {
    return plan.head().batching().health().orElseThrow();
  }

  private static GateState state(Plan plan) {
    return plan.gate().orElseThrow();
  }
}
