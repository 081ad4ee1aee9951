package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.migration.Migration;
import dev.metronome.pipeline.migration.MigrationReport;
import dev.metronome.pipeline.migration.OriginalAgents;
import dev.metronome.pipeline.migration.OriginalAgents.Life;
import dev.metronome.pipeline.migration.OriginalState;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Takes over what the original left in Consul, as the leader does at its first start. */
@picocli.CommandLine.Command(
    name = "migrate",
    description = "Take over the queues of the original metronome, or tell what that would do",
    footer = {"metronome migrate --dry-run", "metronome migrate --json"})
final class MigrateCommand implements Command {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final long LOOK_MILLIS = 200;

  @Option(names = "--dry-run", description = "Only tell what is there and what would come of it")
  private boolean dryRun;

  @Option(
      names = "--quiet-for",
      paramLabel = "TIME",
      description = "How long the original's lock must stay untouched (5s)")
  private String quiet = OriginalAgents.QUIET.toSeconds() + "s";

  @Option(names = "--json", description = "As JSON: State, Accepted, Known, Ended, Faults")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws InterruptedException {
    Duration least = Times.read("--quiet-for", quiet, LONGEST);
    try (Cluster cluster = new Cluster(configuration)) {
      Migration migration = new Migration(cluster.connection(), cluster.keys(), Clock.systemUTC());
      OriginalAgents agents = new OriginalAgents(System::nanoTime, least);
      OriginalState state = migration.look();
      Life life = agents.seen(state);
      while (life == Life.UNCERTAIN) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        state = migration.look();
        life = agents.seen(state);
      }
      boolean taken = life == Life.GONE && !dryRun;
      MigrationReport findings =
          taken ? migration.takeOver(state, Transaction::new) : migration.foresee(state);
      print(life, findings, terminal);
      return life == Life.AT_WORK ? ExitCode.CHANGED : ExitCode.DONE;
    }
  }

  private void print(Life life, MigrationReport findings, Terminal terminal) {
    if (json) {
      terminal.out().println(json(life, findings));
      return;
    }
    TextOutput output = new TextOutput(terminal);
    if (life == Life.ABSENT) {
      output.line("the original has left nothing to take over");
      return;
    }
    boolean done = life == Life.GONE && !dryRun;
    String accepted = done ? "accepted" : "to accept";
    findings.accepted().forEach(event -> output.line(accepted + "  " + text(event)));
    findings.known().forEach(id -> output.line("known  " + id + ", is queued or has a result"));
    String ended = done ? "ended as error" : "to end as error";
    findings.ended().forEach(id -> output.line(ended + "  " + id + ", begun by the original"));
    findings
        .faults()
        .forEach(fault -> output.line((done ? "set aside  " : "unreadable  ") + fault));
    output.line(conclusion(life));
  }

  private String conclusion(Life life) {
    if (life == Life.AT_WORK) {
      return "an agent of the original is at work, it takes its lock; nothing was changed: stop the"
          + " original on every server first";
    }
    return dryRun
        ? "nothing was changed; without --dry-run its queues and its lock are removed then"
        : "its queues and its lock are removed; its results stay";
  }

  private static String text(Event event) {
    return event.id() + " " + event.name();
  }

  private String json(Life life, MigrationReport findings) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("State", word(life));
    fields.put("Accepted", findings.accepted().stream().map(MigrateCommand::fields).toList());
    fields.put("Known", findings.known());
    fields.put("Ended", findings.ended());
    fields.put("Faults", findings.faults());
    return Json.text(fields);
  }

  private String word(Life life) {
    return switch (life) {
      case ABSENT -> "nothing";
      case AT_WORK, UNCERTAIN -> "at-work";
      case GONE -> dryRun ? "to-take-over" : "taken-over";
    };
  }

  private static Map<String, String> fields(Event event) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ID", event.id());
    fields.put("Name", event.name());
    return fields;
  }

  /** What is said of a cluster where something of the original is left; for other commands. */
  static List<String> hint(OriginalState state) {
    return state.isEmpty()
        ? List.of()
        : List.of(
            "its queues or its lock are here, so events wait until its agents are gone; see"
                + " `metronome migrate --dry-run`");
  }
}
