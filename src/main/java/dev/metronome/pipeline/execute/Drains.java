package dev.metronome.pipeline.execute;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import dev.metronome.base.loop.Turn;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.ServiceMaintenance;
import dev.metronome.consul.ServiceMaintenance.LocalService;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.DrainReason;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.pipeline.process.Leftovers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the service of a task out of traffic on this node while the task is at work there, by
 * Consul's service maintenance. Its reason names node, event and task: that alone tells, also to
 * the next agent of the node, what was set here.
 *
 * <p><em>Guarantees</em>: a maintenance that somebody else has set stays as it is. One that was set
 * here ends when the task has ended, in whatever way: what could not be ended then, or an agent
 * that was killed has left, is ended as soon as nothing of the task runs any more.
 *
 * <p><em>Does not guarantee</em> to tell a maintenance that somebody wants while ours is on: Consul
 * keeps the first reason. Thread-safe.
 */
public final class Drains implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Drains.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ServiceMaintenance services;
  private final String beginning;
  private final Pattern ours;
  private final String node;
  private final Set<String> atWork = new HashSet<>();
  private final Loop loop;

  /**
   * @param prefix of Metronome's keys: agents of two clusters may be on one node
   */
  public Drains(ServiceMaintenance services, String prefix, String node, Loops loops) {
    this.services = services;
    this.node = node;
    this.beginning = DrainReason.beginning(prefix, node);
    this.ours = Pattern.compile(Pattern.quote(beginning) + "(\\S+) \\(.*\\), task (\\d{1,6}) .*");
    this.loop = loops.of(Loop.Kind.LOOK, "drains", this::look);
  }

  /** Begins to look for what an earlier agent has left. */
  public void start() {
    loop.start();
  }

  /**
   * For routes: begins the maintenance of all instances here that the task's service and tag mean.
   *
   * @throws OperationFailedException there is none, or Consul does not let it be done
   */
  public void begin(@ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    PlannedTask task = run.assignment().task();
    String reason = reason(run.assignment());
    try {
      List<LocalService> instances =
          services.services().stream().filter(each -> isOf(each, task)).toList();
      if (instances.isEmpty()) {
        throw new OperationFailedException(
            "no instance of "
                + task.service().orElse("a service")
                + task.nodes().tag().map(tag -> " with tag " + tag).orElse("")
                + " is registered with the Consul agent of node "
                + node
                + ", so it cannot be taken out of traffic there (drain); nothing was run");
      }
      begin(instances, reason, run);
    } catch (ConsulDeniedException e) {
      throw new OperationFailedException(
          "service "
              + task.service().orElse("")
              + " could not be taken out of traffic (drain), since the operations' token lacks:"
              + " service \""
              + task.service().orElse("")
              + "\" { policy = \"write\" }; nothing was run ("
              + e.getMessage()
              + ")");
    } catch (ConsulUnavailableException | ConsulRejectedException e) {
      throw new OperationFailedException(
          "service "
              + task.service().orElse("")
              + " could not be taken out of traffic (drain): "
              + e.getMessage()
              + "; nothing was run");
    }
  }

  private synchronized void begin(List<LocalService> instances, String reason, TaskRun run) {
    atWork.add(reason);
    Map<String, String> before = services.reasons();
    for (LocalService instance : instances) {
      String known = before.get(instance.id());
      if (known != null && !ours.matcher(known).matches()) {
        run.log()
            .line(
                "WARN",
                "service "
                    + instance.id()
                    + " is in maintenance already and will stay there: "
                    + known);
        continue;
      }
      if (known != null && !known.equals(reason)) {
        services.end(
            instance.id()); // left by a task that is no more; Consul keeps the first reason
      }
      services.begin(instance.id(), reason);
      run.log().line("INFO", "-- Service " + instance.id() + " is out of traffic");
      LOG.info("task={} state=drained service={}", run.assignment().taskId(), instance.id());
    }
  }

  /** Consul does not tell names by their case. */
  private static boolean isOf(LocalService instance, PlannedTask task) {
    return task.service().filter(instance.name()::equalsIgnoreCase).isPresent()
        && task.nodes().tag().map(instance.tags()::contains).orElse(true);
  }

  /**
   * For routes: has the operations begin later, as the step says. Their first one waits, so that a
   * cancellation ends the waiting like any operation.
   */
  public void await(@ExchangeProperty(TaskRun.PROPERTY) TaskRun run, Exchange exchange) {
    long seconds = run.assignment().task().rollout().drainSeconds().orElse(0L);
    run.log().line("INFO", "-- Operations begin in " + seconds + " s");
    exchange.setProperty(TaskRun.PROPERTY, run.after(Duration.ofSeconds(seconds)));
  }

  /** For routes: ends the maintenance that this task has begun. */
  public void end(@ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    String reason = reason(run.assignment());
    try {
      end(reason, run);
    } catch (ConsulUnavailableException | ConsulDeniedException | ConsulRejectedException e) {
      run.log()
          .line(
              "WARN",
              "the service could not be brought back into traffic, it will be tried again: "
                  + e.getMessage());
      loop.wake();
    }
  }

  private synchronized void end(String reason, TaskRun run) {
    atWork.remove(reason);
    for (Map.Entry<String, String> each : services.reasons().entrySet()) {
      if (each.getValue().equals(reason)) {
        services.end(each.getKey());
        run.log().line("INFO", "-- Service " + each.getKey() + " is back in traffic");
        LOG.info("task={} state=undrained service={}", run.assignment().taskId(), each.getKey());
      }
    }
  }

  private String reason(Assignment assignment) {
    return beginning
        + assignment.event().id()
        + " ("
        + assignment.event().name()
        + "), task "
        + assignment.task().no()
        + " "
        + assignment.task().task();
  }

  /** Ends what was set here and is at work no more. */
  private synchronized Duration look() {
    boolean left = false;
    for (Map.Entry<String, String> each : reasons().entrySet()) {
      Matcher named = ours.matcher(each.getValue());
      if (named.matches() && !atWork.contains(each.getValue())) {
        if (runs(named.group(1), Integer.parseInt(named.group(2)))) {
          left = true;
        } else {
          services.end(each.getKey());
          LOG.warn("service={} state=undrained it was left so: {}", each.getKey(), each.getValue());
        }
      }
    }
    return left ? LOOK : Turn.UNTIL_WOKEN;
  }

  private Map<String, String> reasons() {
    try {
      return services.reasons();
    } catch (ConsulDeniedException e) {
      LOG.debug("what is in maintenance is not known: {}", e.getMessage());
      return Map.of(); // with this token nothing was set
    }
  }

  private boolean runs(String eventId, int no) {
    return !new Leftovers(TaskRuns.cookie(node, eventId, no)).find().isEmpty();
  }

  @Override
  public void close() {
    loop.interrupt();
  }
}
