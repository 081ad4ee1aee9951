package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.signature.EventSignatures;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.camel.Body;

/**
 * Decides what is to be done about what is in progress in a slot. Reads, but writes nothing: a
 * {@link Step} says what to write.
 *
 * <p>Called by one thread at a time. What it remembers are stopwatches only; a successor starts
 * them anew.
 */
public final class Advancer {

  /** How often a task that waits for nodes asks the catalog. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Predicate<Plan> held;
  private final Clock clock;
  private final Elapsed elapsed;
  private final Closing closing;
  private final Cancelling cancelling;
  private final Assigner assigner;
  private final Settler settler;
  private final Opener opener;
  private final Gates gates;
  private final Approvals approvals;

  /**
   * @param busy whether a node is at work on what is in progress in another slot
   * @param health of services, for tasks that wait for it
   * @param signatures judge the votes about approvals
   * @param held whether nothing more of an event is to begin at present
   */
  public Advancer(
      ConsulConnection connection,
      Keys keys,
      Targets targets,
      Predicate<String> busy,
      Epochs epochs,
      ServiceHealth health,
      EventSignatures signatures,
      Predicate<Plan> held,
      Limits limits,
      Clock clock,
      LongSupplier nanos) {
    this.held = held;
    this.clock = clock;
    this.elapsed = new Elapsed(nanos);
    this.closing = new Closing(keys);
    this.cancelling = new Cancelling(keys, limits, clock, elapsed, closing);
    this.assigner = new Assigner(connection, keys, elapsed);
    this.settler = new Settler(connection, keys, targets, busy, limits, clock, elapsed);
    this.approvals = new Approvals(keys, signatures, closing, clock, elapsed);
    this.opener =
        new Opener(keys, held, limits, clock, elapsed, closing, assigner, epochs, approvals);
    this.gates = new Gates(keys, health, targets, opener, closing, clock, elapsed);
  }

  /** Opens the tasks of its steps, and of those that dispatch. */
  public Opener opener() {
    return opener;
  }

  /** Looks at the health that tasks wait for, and joins it to those of its steps that do. */
  public Gates gates() {
    return gates;
  }

  /** The next step, which may be none, or one that depends on the nodes for a task. */
  public synchronized Step advance(@Body Progress progress) {
    return opener.withoutSelection(next(progress));
  }

  private Step next(Progress progress) {
    Plan plan = progress.plan();
    elapsed.about(
        progress.fence()
            + "/"
            + plan.event().id()
            + "/"
            + plan.current()
            + "/"
            + plan.isOpen()
            + "/"
            + plan.later().size()
            + (plan.isCancelling() ? "/cancelled" : ""));
    boolean atGate = !plan.isCancelling() && plan.isOpen() && progress.allEnded();
    if (atGate && gates.isDue(progress)) {
      return gates.step(progress);
    }
    gates.rest();
    if (plan.isCancelling()) {
      return cancelling.step(progress, plan.cancelled().get());
    }
    if (plan.isAsking()) {
      return approvals.step(progress);
    }
    return plan.isOpen() ? watched(progress) : looked(progress);
  }

  // INVARIANT: never do more nodes than a batch has hold a claim of the task.
  // INVARIANT: promise 3, a task is closed, and the next one opened, only when all have ended.
  private Step watched(Progress progress) {
    if (progress.allEnded() && progress.opensNextBatch()) {
      return opener.batch(progress);
    }
    if (progress.allEnded()) {
      return closing.of(progress, Outcomes.ofTask(progress), clock.instant());
    }
    List<Transaction> changes = new ArrayList<>(assigner.again(progress, clock.instant()));
    changes.addAll(settler.settlements(progress));
    return Step.within(progress, changes);
  }

  private Step looked(Progress progress) {
    if (held.test(progress.plan())) {
      return Step.none(progress.fence());
    }
    if (progress.plan().head().isUndo() || progress.plan().head().isApproval()) {
      return Step.of(progress.fence(), Move.looking(progress));
    }
    elapsed.of("start");
    return elapsed.isDue("look", LOOK)
        ? Step.of(progress.fence(), Move.looking(progress))
        : Step.none(progress.fence());
  }
}
