package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.pipeline.steering.Retrier.Scope;
import dev.metronome.state.forecast.Forecast;
import java.time.Instant;
import java.util.Optional;

/**
 * How an event is to be gone on with, as it was typed.
 *
 * @param id the event's ID or its beginning
 * @param failedNodes the first task only where it has not succeeded
 * @param from NO of the first task; absent: the one that failed
 */
record RetryWish(String id, boolean failedNodes, Optional<Integer> from) {

  /**
   * A task's number, if one was typed.
   *
   * @throws CommandException if it is none
   */
  static Optional<Integer> number(String typed) {
    if (typed != null && !typed.matches("[0-9]{1,6}")) {
      throw new CommandException(
          ExitCode.USAGE, "--from must be a task's number, found `" + typed + "`");
    }
    return Optional.ofNullable(typed).map(Integer::valueOf);
  }

  Retrier.Wish in(Cluster cluster, Terminal terminal) {
    return new Retrier.Wish(
        cluster.id(id),
        Events.newId(),
        failedNodes ? Scope.FAILED_NODES : Scope.ALL,
        from,
        Sender.of(terminal.environment()),
        Instant.now(),
        Sender.trace(terminal.environment()));
  }

  /**
   * What it would do now, by the task files here.
   *
   * @throws dev.metronome.pipeline.steering.NotRetryableException if it cannot be gone on with
   * @throws CommandException if there are no task files here, or they do not define the event
   */
  Forecast foreseen(Cluster cluster, Configuration configuration, Terminal terminal) {
    return new LocalForecasts(configuration, cluster.connection())
        .of(retrier(cluster).foreseen(in(cluster, terminal)));
  }

  static Retrier retrier(Cluster cluster) {
    return new Retrier(cluster.connection(), cluster.keys(), cluster.signatures());
  }

  /** As it is typed. */
  String command(Cluster cluster) {
    return "metronome retry " + cluster.id(id) + options();
  }

  /** The command that says what it would do. */
  String planned(Cluster cluster) {
    return "metronome plan --retry " + cluster.id(id) + options();
  }

  private String options() {
    return from.map(number -> " --from " + number).orElse("")
        + (failedNodes ? " --failed-nodes" : "");
  }
}
