package dev.metronome.cli;

import static java.util.stream.Collectors.joining;

import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.OutputColours;
import dev.metronome.pipeline.process.OutputFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the agents of this machine have kept of their tasks' output.
 *
 * <p><b>Guarantees</b>: known secrets are hidden, as in logs; memory does not grow with the output.
 */
final class KeptOutput {

  private final Configuration configuration;
  private final String consul;
  private final Set<Path> closed = new LinkedHashSet<>();

  /** What is kept of a task. */
  record Task(OutputFiles files, String name, OutputColours colours, Redaction redaction) {

    /** Each line of it, in a log's format. */
    void tell(Consumer<String> lines) {
      files.replay(
          name,
          new BoundedOutput(
              BoundedOutput.SMALLEST_LIMIT,
              Clock.system(ZoneId.systemDefault()),
              colours,
              line -> lines.accept(redaction.apply(line))));
    }
  }

  /**
   * @param consul the address that the cluster is known by
   */
  KeptOutput(Configuration configuration, String consul) {
    this.configuration = configuration;
    this.consul = consul;
  }

  /** Of a task on a node; an agent of another address of Consul may have kept it, too. */
  Optional<Task> find(String node, String task) {
    Path own = configuration.outputFolder(node, consul);
    return Stream.concat(Stream.of(own), others(node).filter(folder -> !folder.equals(own)))
        .map(folder -> OutputFiles.at(folder, configuration.size("output-limit")))
        .filter(files -> files.has(task))
        .findFirst()
        .map(files -> new Task(files, task, colours(), Redaction.of(configuration.secrets())));
  }

  /** Where it is looked for. */
  String searched() {
    return configuration.outputFolders().stream().map(Path::toString).collect(joining(", "));
  }

  /** A folder that this user may not read. */
  Optional<Path> closed() {
    return closed.stream().findFirst();
  }

  private OutputColours colours() {
    return configuration.flag("log-colours") ? OutputColours.KEPT : OutputColours.DROPPED;
  }

  private Stream<Path> others(String node) {
    return configuration.outputFolders().stream().flatMap(each -> within(each, node).stream());
  }

  private List<Path> within(Path each, String node) {
    try (Stream<Path> folders = Files.list(each)) {
      return folders.filter(it -> Configuration.isOutputOf(node, it)).sorted().toList();
    } catch (AccessDeniedException e) {
      closed.add(each);
    } catch (IOException absent) {
      // No agent of this machine has kept anything.
    }
    return List.of();
  }
}
