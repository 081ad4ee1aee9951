package dev.metronome.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder with the demo's pattern in it, deleted with all that was added. */
final class DemoFolder implements AutoCloseable {
  private static final String RESOURCE = "/examples/demo/task.yml";

  private final Path folder;

  private DemoFolder(Path folder) {
    this.folder = folder;
  }

  static DemoFolder create() throws IOException {
    DemoFolder made = new DemoFolder(Files.createTempDirectory("metronome-demo-"));
    Files.createDirectory(made.taskFile().getParent());
    try (InputStream task = DemoFolder.class.getResourceAsStream(RESOURCE)) {
      Files.copy(task, made.taskFile());
    }
    return made;
  }

  Path path() {
    return folder;
  }

  Path taskFile() {
    return folder.resolve("demo/task.yml");
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
