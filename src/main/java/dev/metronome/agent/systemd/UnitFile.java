package dev.metronome.agent.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The unit's file.
 *
 * <p><b>Guarantees</b>: it is written whole or not at all, and one that was edited or written by
 * somebody else is left as it is.
 */
final class UnitFile {
  private final Path path;

  UnitFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /**
   * Makes the file hold {@code text}.
   *
   * @throws SystemdException if it is not ours, or cannot be written
   */
  Change write(String text) {
    try {
      if (exists() && ours().equals(text)) {
        return Change.NONE;
      }
      replace(text);
      return Change.MADE;
    } catch (IOException e) {
      throw denied("write", e);
    }
  }

  /**
   * Removes the file.
   *
   * @throws SystemdException if it is not ours, or cannot be removed
   */
  void remove() {
    try {
      ours();
      Files.delete(path);
    } catch (IOException e) {
      throw denied("remove", e);
    }
  }

  /**
   * @throws SystemdException if it is not ours
   */
  void demandOurs() {
    try {
      ours();
    } catch (IOException e) {
      throw denied("read", e);
    }
  }

  private String ours() throws IOException {
    String text = Files.readString(path, UTF_8);
    if (UnitText.isOurs(text)) {
      return text;
    }
    throw new SystemdException(
        UnitText.wasOurs(text)
            ? path
                + " was edited since metronome wrote it and is left as it is; move the changes to a"
                + " drop-in (systemctl edit metronome), delete the file and try again"
            : path
                + " was not written by metronome and is left as it is; move it away if it is not"
                + " needed");
  }

  private void replace(String text) throws IOException {
    Path folder = path.getParent();
    Path draft = Files.createTempFile(folder, ".metronome", ".service");
    try {
      Files.writeString(draft, text, UTF_8);
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private SystemdException denied(String what, IOException e) {
    return new SystemdException(
        "cannot " + what + " " + path + " (" + reason(e) + "); this is for root to do", e);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
  }
}
