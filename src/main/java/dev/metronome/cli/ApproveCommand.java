package dev.metronome.cli;

import dev.metronome.base.account.Accounts;
import dev.metronome.config.Configuration;
import dev.metronome.http.access.User;
import dev.metronome.http.access.Users;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Vote;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.pipeline.steering.Voter.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Votes about the approval that an event waits for. */
@picocli.CommandLine.Command(
    name = "approve",
    description = "Agree that an event goes on that waits for an approval, or deny it",
    footer = {
      "metronome approve 3f2a91bc",
      "metronome approve 3f2a91bc --deny --reason 'not before the release'",
    })
final class ApproveCommand implements Command {

  @Parameters(arity = "1", paramLabel = "ID", description = "The event's ID or its beginning")
  private String id;

  @Option(names = "--deny", description = "The event ends: its further tasks are dropped")
  private boolean deny;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later")
  private String reason;

  @Option(names = "--json", description = "As JSON: Vote, and Missing: how many more must agree")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    String by = Sender.of(terminal.environment());
    List<String> groups = groups(configuration, by.substring(0, by.lastIndexOf('@')));
    try (Cluster cluster = new Cluster(configuration)) {
      String event = cluster.id(id);
      Answer answer =
          new Voter(cluster.connection(), cluster.keys(), cluster.signatures())
              .vote(
                  new Voter.Wish(
                      event,
                      by,
                      groups,
                      deny ? Vote.Choice.DENY : Vote.Choice.APPROVE,
                      Instant.now(),
                      Optional.ofNullable(reason)));
      Answer.Counted counted = demandCounted(event, answer);
      if (json) {
        terminal
            .out()
            .println(Json.text(Map.of("Missing", counted.missing(), "Vote", counted.vote())));
      } else {
        new TextOutput(terminal).line(counted.sentence() + " (event " + event + ")");
      }
      return ExitCode.DONE;
    }
  }

  /** Those of the file of users, if there is one; else those of this machine. */
  private static List<String> groups(Configuration configuration, String user) {
    try {
      return configuration
          .path("http-users")
          .map(file -> Users.of(file).all())
          .map(users -> Optional.ofNullable(users.get(user)).map(User::groups).orElse(List.of()))
          .orElseGet(() -> Accounts.groups(user));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE,
          e.getMessage() + "; it says which groups " + user + " is of: vote over HTTP, or as root",
          e);
    }
  }

  private static Answer.Counted demandCounted(String event, Answer answer) {
    if (answer instanceof Answer.Counted counted) {
      return counted;
    }
    if (answer instanceof Answer.Refused refused) {
      throw new CommandException(
          ExitCode.USAGE, "the vote about event " + event + " would not count: " + refused.why());
    }
    if (answer instanceof Answer.Late late) {
      throw new CommandException(
          ExitCode.USAGE, "there is nothing to vote about at event " + event + ": " + late.why());
    }
    throw answer instanceof Answer.Unknown
        ? new CommandException(ExitCode.NO_SUCH_EVENT, "there is no event " + event + " any more")
        : new CommandException(
            ExitCode.CONSUL, "event " + event + " changed all the time; vote once more");
  }
}
