package dev.metronome.demo;

import dev.metronome.model.signature.SigningKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A temporary folder with the demo's pattern and signing key in it, deleted with all that was
 * added.
 */
final class DemoFolder implements AutoCloseable {
  private static final String RESOURCE = "/examples/demo/task.yml";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

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
    Files.createFile(made.signingKeys(), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(made.signingKeys(), SigningKeys.newKey("demo"));
    return made;
  }

  Path path() {
    return folder;
  }

  Path taskFile() {
    return folder.resolve("demo/task.yml");
  }

  /** A key of this demo's own: its agents take events from nobody else. */
  Path signingKeys() {
    return folder.resolve("signing.keys");
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
