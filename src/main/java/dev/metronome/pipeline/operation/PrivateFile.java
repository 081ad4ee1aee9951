package dev.metronome.pipeline.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A temporary file that nobody but this user can read, from its first moment. */
final class PrivateFile {

  private PrivateFile() {}

  static Path with(String content, String ending) throws IOException {
    Path file =
        Files.createTempFile(
            "metronome-",
            ending,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content);
  }
}
