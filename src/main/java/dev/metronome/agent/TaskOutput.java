package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.pipeline.execute.FullOutput;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.OutputColours;
import dev.metronome.pipeline.process.OutputFiles;
import dev.metronome.pipeline.process.OutputKeeper;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;

/** Where what tasks say goes: their logs in Consul, and all of it on this node. */
final class TaskOutput {

  /** All that they say. */
  final FullOutput full;

  private final Configuration configuration;
  private final Optional<OutputFiles> files;

  TaskOutput(AgentContext agent) {
    this.configuration = agent.configuration();
    this.files =
        OutputFiles.in(
            configuration.outputFolder(agent.node(), agent.connection().url()),
            configuration.size("output-limit"),
            configuration.size("output-total"),
            configuration.duration("output-keep"));
    this.full =
        new FullOutput(
            files,
            this::log,
            agent.redaction(),
            agent.connection(),
            agent.keys(),
            agent.node(),
            agent.clock());
  }

  /** The log of a task, to be filled. */
  BoundedOutput log() {
    return new BoundedOutput(
        Math.toIntExact(configuration.size("log-limit")),
        Clock.system(ZoneId.systemDefault()),
        configuration.flag("log-colours") ? OutputColours.KEPT : OutputColours.DROPPED);
  }

  /** Reads on what programs print if this process is killed. */
  Optional<OutputKeeper> keeper() {
    return files.map(OutputKeeper::new);
  }
}
