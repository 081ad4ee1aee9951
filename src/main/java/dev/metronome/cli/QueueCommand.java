package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.picture.Table;
import dev.metronome.record.Json;
import dev.metronome.view.EventSummary;
import dev.metronome.view.QueueView;
import picocli.CommandLine.Option;

/** Lists what waits. */
@picocli.CommandLine.Command(
    name = "queue",
    description = "List the events that wait, in their order",
    footer = {"metronome queue", "metronome queue --json"})
final class QueueCommand implements Command {
  /** All of a queue this long is read; of a longer one nothing but its length is told. */
  static final int MOST = 20_000;

  @Option(names = "--json", description = "As JSON: Waiting, Events")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    try (Cluster cluster = new Cluster(configuration)) {
      QueueView queue = cluster.viewer().queue(MOST);
      if (json) {
        terminal.out().println(Json.text(queue));
      } else {
        print(queue, new Sheet(terminal));
      }
    }
    return ExitCode.DONE;
  }

  private static void print(QueueView queue, Sheet sheet) {
    if (queue.events().isEmpty()) {
      sheet.line(queue.waiting() == 0 ? "no event waits" : queue.waiting() + " events wait");
      return;
    }
    Table table = sheet.table("ID", "EVENT", "SINCE", "WAITED", "BY");
    for (EventSummary event : queue.events()) {
      table.row(
          Cluster.shortened(event),
          event.name(),
          sheet.at(event.acceptedAt()),
          sheet.took(event.acceptedAt(), java.util.Optional.empty()),
          event.by().orElse(""));
    }
    sheet.print(table);
  }
}
