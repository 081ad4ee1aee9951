package dev.metronome.cli;

import java.util.List;

/** What somebody who has seen the demo may want to try. */
final class NextSteps {
  static final List<String> LINES =
      List.of(
          "Both databases ran task 0 at once; each later task began when the one before it",
          "had ended on every node. What to try next:",
          "  metronome demo --pace 3s                  the same, slower",
          "  metronome validate task.yml               check a task file of your own",
          "  metronome agent --files task.yml          on each node of a real cluster",
          "  metronome fire configure --wait           then an event, followed to its end",
          "The pipeline is Camel routes in YAML: put an edited copy of one into ./routes,",
          "and the demo runs with it. Its task file is config/examples/demo/task.yml.");

  private NextSteps() {}
}
