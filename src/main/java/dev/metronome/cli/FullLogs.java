package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.model.record.TaskId;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.util.List;
import java.util.Optional;

/** Prints the output of tasks as this machine has kept it; what it has not, from Consul. */
final class FullLogs {

  private final KeptOutput kept;
  private final Viewer viewer;
  private final Terminal terminal;

  FullLogs(Configuration configuration, Cluster cluster, Terminal terminal) {
    this.kept = new KeptOutput(configuration, cluster.connection().url());
    this.viewer = cluster.viewer();
    this.terminal = terminal;
  }

  /** Returns how many of them there are. */
  int print(EventView event, List<LogsCommand.Source> sources, LogPrinter printer) {
    int printed = 0;
    for (LogsCommand.Source source : sources) {
      TaskView task = source.task();
      NodeRun run = source.run();
      String id = event.id();
      Optional<KeptOutput.Task> here = kept.find(run.node(), TaskId.of(id, task.no()));
      if (here.isPresent()) {
        here.get().tell(printer.lines(task, run));
        terminal.out().flush();
        printed++;
      } else {
        String log = viewer.log(id, task.no(), run.node()).orElse("");
        printed += printer.print(task, run, log) > 0 ? 1 : 0;
        if (BoundedOutput.isCut(log)) {
          terminal.say(elsewhere(id, task, run.node()));
        }
      }
    }
    return printed;
  }

  private String elsewhere(String id, TaskView task, String node) {
    String where =
        kept.closed()
            .map(folder -> folder + " may not be read by this user; ask as the agent's: sudo")
            .orElse(
                "if it is kept, it is on that node, and not in "
                    + kept.searched()
                    + "; ask there, as the agent's user and with its --state-dir or --output-dir:");
    return "of task "
        + task.no()
        + " on "
        + node
        + " this is not all that was printed; "
        + where
        + " metronome logs "
        + id
        + " --task "
        + task.no()
        + " --full";
  }
}
