package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.metronome.base.log.LogFormat;
import dev.metronome.base.log.LogLevel;
import dev.metronome.base.log.Logging;
import dev.metronome.base.log.PrintableText;
import dev.metronome.base.log.Redaction;
import dev.metronome.base.log.StackTraces;
import dev.metronome.cli.picture.EventPicture;
import dev.metronome.config.Amounts;
import dev.metronome.config.Configuration;
import dev.metronome.demo.Demo;
import dev.metronome.demo.DemoReport;
import dev.metronome.model.record.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Shows what Metronome is for, on a cluster of its own. */
@picocli.CommandLine.Command(
    name = "demo",
    description = "Show an event going through four nodes, with an embedded Consul",
    footer = {"metronome demo", "metronome demo --pace 3s", "metronome demo --json"})
final class DemoCommand implements Command {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What somebody who has seen the demo may want to try. */
  private static final List<String> NEXT_STEPS =
      List.of(
          "Both databases ran task 0 at once; each later task began when the one before it",
          "had ended on every node. What to try next:",
          "  metronome demo --pace 3s                  the same, slower",
          "  metronome validate task.yml               check a task file of your own",
          "  metronome agent --files task.yml          on each node of a real cluster",
          "  metronome fire configure --wait           then an event, followed to its end",
          "The pipeline is Camel routes in YAML: put an edited copy of one into ./routes,",
          "and the demo runs with it. Its task file is config/examples/demo/task.yml.");

  @Option(names = "--json", description = "As JSON: events, tasks, nodes, order, durations")
  private boolean json;

  @Option(names = "--pace", paramLabel = "TIME", description = "How long each script takes (1s)")
  private String pace = "1s";

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Duration time = Times.read("--pace", pace, LONGEST);
    try (Demo demo = new Demo(terminal.environment(), flags(configuration), time)) {
      return Interruption.guard(
          () -> show(demo, time, terminal), () -> abandon(demo, configuration, terminal));
    }
  }

  private ExitCode show(Demo demo, Duration time, Terminal terminal) throws Exception {
    PrintStream talk = json ? terminal.err() : terminal.out();
    talk.println("Metronome's demo. Its Consul is embedded and in memory: nothing is installed,");
    talk.println("no other cluster is touched, and nothing is left behind.");
    talk.println("Starting four nodes: " + String.join(", ", Demo.nodes()) + " ...");
    demo.start(VersionCommand.current());
    talk.println("Firing the event " + Demo.EVENT + ", each script takes " + Amounts.show(time));
    talk.println();
    DemoReport report = demo.run(view(terminal, talk)::show);
    if (json) {
      terminal.out().println(Json.text(report.json()));
    } else {
      explain(report, terminal.out());
    }
    return ExitCode.of(report.event().event());
  }

  private EventPicture view(Terminal terminal, PrintStream talk) {
    return terminal.isInteractive() && !json
        ? EventPicture.live(talk, terminal.environment())
        : EventPicture.plain(talk);
  }

  /** What the user says of routes and of the log holds for the demo's agents too. */
  private static Map<String, String> flags(Configuration configuration) {
    Map<String, String> flags = new HashMap<>();
    configuration
        .routes()
        .ifPresent(folder -> flags.put("routes", folder.toAbsolutePath().toString()));
    flags.put("debug", Boolean.toString(configuration.flag("debug")));
    return flags;
  }

  private static void explain(DemoReport report, PrintStream out) {
    out.println();
    out.println("What each node said, in order:");
    for (DemoReport.Run run : report.runs()) {
      out.println();
      out.println("  " + run.run().node() + ", task " + run.task().title());
      run.log().lines().forEach(line -> out.println("    " + PrintableText.of(line)));
    }
    out.println();
    NEXT_STEPS.forEach(out::println);
  }

  /** What agents say of tasks that are cut off is of no use to somebody who pressed Ctrl-C. */
  private static void abandon(Demo demo, Configuration configuration, Terminal terminal) {
    terminal.say("interrupted, ending the demo");
    if (!configuration.flag("debug")) {
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
      Logging.start(LogFormat.TEXT, LogLevel.ERROR, StackTraces.HIDDEN, Redaction.none(), nowhere);
    }
    try {
      demo.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
