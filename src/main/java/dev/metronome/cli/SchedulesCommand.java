package dev.metronome.cli;

import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Json;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.traffic.CronStates;
import dev.metronome.state.CronView;
import dev.metronome.state.Crons;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the events that are fired by the calendar; pauses one, or has it go on. */
@picocli.CommandLine.Command(
    name = "schedules",
    description = "List the events with `cron`, and their next ticks; `pause` or `resume` one",
    footer = {
      "metronome schedules",
      "metronome schedules pause backup --reason 'moving the disks'",
      "metronome schedules resume backup",
    })
final class SchedulesCommand implements Command {
  private static final String PAUSE = "pause";
  private static final Set<String> WORDS = Set.of(PAUSE, "resume");

  @Parameters(
      arity = "0..2",
      paramLabel = "pause|resume EVENT",
      description = "Have this event fired no more by its cron, or again")
  private List<String> words = new ArrayList<>();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later")
  private String reason;

  @Option(names = "--json", description = "As JSON: Schedules with Name, Next, Fired, Paused")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    demandUsage();
    Schedule files = LocalForecasts.usableFiles(configuration);
    files.broken().forEach(file -> terminal.say(file.fault()));
    try (Cluster cluster = new Cluster(configuration)) {
      List<CronView> all =
          new Crons(cluster.connection(), cluster.keys()).views(files, Instant.now());
      if (words.isEmpty()) {
        list(all, terminal);
      } else {
        steer(words.get(0), known(words.get(1), all), cluster, terminal);
      }
    }
    return ExitCode.DONE;
  }

  private void demandUsage() {
    if (!words.isEmpty() && !(words.size() == 2 && WORDS.contains(words.get(0)))) {
      throw new CommandException(
          ExitCode.USAGE,
          "write `metronome schedules`, or `pause` or `resume` and the name of an event behind it");
    }
  }

  private static String known(String name, List<CronView> all) {
    List<String> names = all.stream().map(CronView::name).toList();
    if (!names.contains(name)) {
      String defined =
          names.isEmpty()
              ? "; no event of the task files here has one"
              : "; those with one: " + String.join(", ", names);
      throw new CommandException(
          ExitCode.NO_SUCH_EVENT,
          "there is no event `"
              + name
              + "` with `cron`"
              + Nearest.to(name, names).map(it -> "; did you mean `" + it + "`?").orElse(defined));
    }
    return name;
  }

  private void list(List<CronView> all, Terminal terminal) {
    if (json) {
      terminal.out().println(Json.text(Map.of("Schedules", all)));
      return;
    }
    TextOutput output = new TextOutput(terminal);
    if (all.isEmpty()) {
      output.line("no event of the task files here has `cron`");
      return;
    }
    Table table = output.table("EVENT", "CRON", "LAST TICK", "STATE", "NEXT TICKS");
    for (CronView each : all) {
      table.row(
          each.name(),
          each.at().map(at -> at + " " + each.zone().orElseThrow()).orElse("?"),
          each.fired().map(output::at).orElse(each.unknown().isPresent() ? "?" : "never"),
          each.status().map(Object.class::cast).orElse(each.fired().isPresent() ? "removed" : ""),
          next(each, output));
    }
    output.print(table);
  }

  private static String next(CronView each, TextOutput output) {
    return each.paused()
        .map(
            by ->
                "paused by "
                    + by.by()
                    + " since "
                    + output.at(by.at())
                    + by.reason().map(why -> ": " + why).orElse(""))
        .or(each::unknown)
        .orElseGet(() -> each.next().stream().map(output::at).collect(Collectors.joining(", ")));
  }

  private void steer(String word, String name, Cluster cluster, Terminal terminal) {
    CronStates states = new CronStates(cluster.connection(), cluster.keys());
    Cancellation by = CancelCommand.wanted(reason, terminal);
    boolean done = word.equals(PAUSE) ? states.pause(name, by) : states.resume(name, by.at());
    if (!done) {
      throw new CommandException(
          ExitCode.CONSUL,
          "the record of `"
              + name
              + "` in Consul changed all the time, or is of a newer agent;"
              + " try once more");
    }
    new TextOutput(terminal)
        .line(
            word.equals(PAUSE)
                ? "`"
                    + name
                    + "` is not fired any more by its cron: metronome schedules resume "
                    + name
                : "`" + name + "` is fired again by its cron, from its next tick on");
  }
}
