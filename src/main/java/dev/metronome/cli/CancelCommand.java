package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.config.Amounts;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Canceller.Answer;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends an event: its running scripts, and all that would follow. */
@picocli.CommandLine.Command(
    name = "cancel",
    description = "End an event: running scripts are ended, following tasks dropped",
    footer = {
      "metronome cancel 3f2a91bc --reason 'wrong version'",
      "metronome cancel 3f2a91bc --timeout 5m --json",
    })
final class CancelCommand implements Command {
  private static final Duration LONGEST = Duration.ofHours(1);

  @Parameters(arity = "1", paramLabel = "ID", description = "The event's ID or its beginning")
  private String id;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later")
  private String reason;

  @Option(names = "--timeout", paramLabel = "TIME", description = "How long to await its end (2m)")
  private String timeout = "2m";

  @Option(names = "--json", description = "As JSON: the event with Tasks and Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Duration most = Times.read("--timeout", timeout, LONGEST);
    Cancellation wanted = wanted(reason, terminal);
    try (Cluster cluster = new Cluster(configuration)) {
      String event = cluster.id(id);
      Answer answer = new Canceller(cluster.connection(), cluster.keys()).cancel(event, wanted);
      said(event, answer, terminal);
      boolean ended = !(answer instanceof Answer.Accepted) || isEnded(event, cluster, most);
      if (json) {
        terminal.out().println(Json.text(cluster.viewer().event(event).orElseThrow()));
      } else if (ended && answer instanceof Answer.Accepted) {
        cluster.viewer().event(event).ifPresent(now -> end(now, terminal));
      }
      return ended ? ExitCode.DONE : late(event, most, terminal);
    }
  }

  static Cancellation wanted(String reason, Terminal terminal) {
    return new Cancellation(
        Sender.of(terminal.environment()),
        Instant.now(),
        Optional.ofNullable(reason).filter(text -> !text.isBlank()));
  }

  private void said(String event, Answer answer, Terminal terminal) {
    String sentence = sentence(event, answer);
    if (!json) {
      terminal.out().println(PrintableText.of(sentence));
      terminal.out().flush();
    }
  }

  /**
   * @throws CommandException if nothing was cancelled
   */
  static String sentence(String event, Answer answer) {
    if (answer instanceof Answer.Removed) {
      return "event " + event + " has not begun, and never will: it is out of the queue";
    }
    if (answer instanceof Answer.Accepted accepted) {
      return "event " + event + " is being " + accepted.standing().sentence();
    }
    if (answer instanceof Answer.Ended ended) {
      throw new CommandException(ExitCode.USAGE, tooLate(ended.result()));
    }
    if (answer instanceof Answer.Foreign) {
      throw new CommandException(
          ExitCode.USAGE,
          "event " + event + " was begun by the original, nothing here runs it: stop its agents");
    }
    throw answer instanceof Answer.Unknown
        ? new CommandException(ExitCode.NO_SUCH_EVENT, "there is no event " + event + " any more")
        : new CommandException(
            ExitCode.CONSUL, "event " + event + " changed all the time; cancel it once more");
  }

  private static String tooLate(EventResult result) {
    return "event "
        + result.id()
        + " has ended before, as "
        + result.status().word()
        + result.finishedAt().map(at -> " at " + TextOutput.local(at)).orElse("")
        + "; there is nothing to cancel";
  }

  private static boolean isEnded(String event, Cluster cluster, Duration most) throws Exception {
    try (EventFollower follower = cluster.follow(cluster.viewer().event(event).orElseThrow())) {
      EventView last = follower.untilEnd(most, now -> {});
      if (follower.isGone()) {
        throw new CommandException(ExitCode.NO_SUCH_EVENT, Cluster.gone(last));
      }
      return last.hasEnded();
    }
  }

  private static void end(EventView now, Terminal terminal) {
    new TextOutput(terminal)
        .line(
            "event "
                + now.id()
                + " ended as "
                + now.status().word()
                + now.event().message().map(text -> ": " + text).orElse(""));
  }

  private static ExitCode late(String event, Duration most, Terminal terminal) {
    terminal.say(
        "event "
            + event
            + " has not ended after "
            + Amounts.show(most)
            + "; it will: metronome show "
            + Cluster.shortened(event));
    return ExitCode.TIMED_OUT;
  }
}
