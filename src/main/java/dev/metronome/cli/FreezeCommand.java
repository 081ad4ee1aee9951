package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Lane;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.traffic.Freezes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has nothing begin any more, of one event or of all, until somebody thaws it. */
@picocli.CommandLine.Command(
    name = "freeze",
    description = "Have nothing begin: no event, task or batch; what runs, runs on",
    footer = {
      "metronome freeze --reason 'the database is moved'",
      "metronome freeze deploy --reason 'release 1.4 is broken' --until 2h",
      "metronome freeze --lane db --reason 'the database is moved'",
    })
final class FreezeCommand implements Command {
  private static final Duration LONGEST = Duration.ofDays(365);

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "EVENT",
      description = "Only events of this name (all)")
  private String event;

  @Option(
      names = "--lane",
      paramLabel = "LANE",
      description = "Only events of this lane; `common` is that of all that name none")
  private String lane;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those whose events wait")
  private String reason;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "When it ends by itself: 2h, or 2026-01-31T08:00:00Z (never)")
  private String until;

  @Option(names = "--json", description = "As JSON: Event, Lane, By, At, Reason, Until")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    if (reason.isBlank()) {
      throw new CommandException(ExitCode.USAGE, "--reason must say why, for those who wait");
    }
    Instant now = Instant.now();
    Optional<Instant> end =
        Optional.ofNullable(until).map(text -> Times.ahead("--until", text, now, LONGEST));
    Freeze freeze =
        Freeze.of(scope(event, lane), Sender.of(terminal.environment()), now, reason, end);
    try (Cluster cluster = new Cluster(configuration)) {
      if (!freeze.scope().equals(FreezeScope.ALL)) {
        demandKnown(freeze.scope(), Roster.read(cluster.connection(), cluster.keys()));
      }
      new Freezes(cluster.connection(), cluster.keys()).freeze(freeze);
    }
    if (json) {
      terminal.out().println(Json.text(freeze));
    } else {
      new TextOutput(terminal)
          .line(
              freeze.sentence()
                  + end.map(at -> ", until " + TextOutput.local(at)).orElse("")
                  + "; what runs, runs on. To undo it: metronome thaw"
                  + freeze.event().map(name -> " " + quoted(name)).orElse("")
                  + freeze.lane().map(name -> " --lane " + name).orElse(""));
    }
    return ExitCode.DONE;
  }

  /** A freeze of a mistyped event would hold nothing, and look as if it did. */
  private static void demandKnown(FreezeScope scope, Roster agents) {
    scope
        .event()
        .flatMap(agents::undefined)
        .or(() -> scope.lane().flatMap(agents::unknownLane))
        .ifPresent(
            why -> {
              throw new CommandException(ExitCode.NO_SUCH_EVENT, why + "; nothing was frozen");
            });
  }

  private static FreezeScope scope(String event, String lane) {
    if (event != null && lane != null) {
      throw new CommandException(
          ExitCode.USAGE, "a freeze is about EVENT or about --lane, not about both");
    }
    if (lane != null && !Lane.isName(lane)) {
      throw new CommandException(ExitCode.USAGE, Lane.NAME_RULE);
    }
    return new FreezeScope(Optional.ofNullable(event), Optional.ofNullable(lane));
  }

  private static String quoted(String event) {
    return event.matches("[A-Za-z0-9._:@-]+") ? event : "'" + event + "'";
  }

  /** Ends a freeze. */
  @picocli.CommandLine.Command(
      name = "thaw",
      description = "End a freeze: what waits for it begins",
      footer = {"metronome thaw", "metronome thaw deploy", "metronome thaw --lane db"})
  static final class Thaw implements Command {
    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "EVENT",
        description = "The freeze of events of this name (that of all)")
    private String event;

    @Option(names = "--lane", paramLabel = "LANE", description = "The freeze of this lane")
    private String lane;

    @Option(names = "--json", description = "As JSON: Thawed")
    private boolean json;

    @Override
    public ExitCode run(Configuration configuration, Terminal terminal) {
      try (Cluster cluster = new Cluster(configuration)) {
        Freezes freezes = new Freezes(cluster.connection(), cluster.keys());
        boolean thawed = freezes.thaw(scope(event, lane));
        if (json) {
          terminal.out().println(Json.text(Map.of("Thawed", thawed)));
        } else {
          new TextOutput(terminal).line(sentence(thawed, freezes));
        }
        return thawed ? ExitCode.DONE : ExitCode.NO_SUCH_EVENT;
      }
    }

    private String sentence(boolean thawed, Freezes freezes) {
      String what = scope(event, lane).subject();
      String others =
          freezes.all().stream()
              .map(Freeze::sentence)
              .reduce((one, other) -> one + "; " + other)
              .map(left -> "; still " + left)
              .orElse("");
      return (thawed ? what + " may begin again" : "there was no freeze of " + what) + others;
    }
  }
}
