package dev.metronome.pipeline.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of chef-solo on its way through the steps of its route. Used by one thread at a time.
 *
 * @param folder of the pattern
 * @param arguments of the operation
 * @param node Chef's attributes of this node, JSON
 * @param configuration of chef-solo, Ruby; empty before its step
 * @param files that have been written for it
 */
public record ChefRun(
    Path folder,
    Map<String, Object> arguments,
    String node,
    String configuration,
    List<Path> files) {

  ChefRun(Path folder, Map<String, Object> arguments, String node) {
    this(folder, arguments, node, "", new ArrayList<>());
  }

  ChefRun configured(String by) {
    return new ChefRun(folder, arguments, node, by, files);
  }

  /** Whether cookbooks must be fetched first. */
  public boolean hasBerksfile() {
    return Files.exists(folder.resolve("Berksfile"));
  }

  Path written(String content, String ending) throws IOException {
    Path file = PrivateFile.with(content, ending);
    files.add(file);
    return file;
  }
}
