package dev.metronome.pipeline.process;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps the output of a task as it comes, in files of a bounded size of which the first and the
 * last two are kept. Before each piece stands a line that says when it came, where from and how
 * long it is, so that {@link OutputReplay} can tell it all again.
 *
 * <p><i>Does not guarantee</i> that it is on the disk when the machine's power fails.
 *
 * <p>Not safe for use by several threads.
 */
final class OutputFile implements Closeable {
  static final String KIND = "said";

  private final Path folder;
  private final String name;
  private final long segment;
  private final int first;
  private int number;
  private OutputStream stream = OutputStream.nullOutputStream();
  private long size;
  private byte[] frame = new byte[256];

  /**
   * @param number of the first file; made when there is something to keep
   */
  OutputFile(Path folder, String name, long segment, int number) {
    this.folder = folder;
    this.name = name;
    this.segment = segment;
    this.first = number;
    this.number = number;
    this.size = Long.MAX_VALUE / 2;
  }

  String name() {
    return name;
  }

  /** Its file, if there is one and never was another. */
  Optional<Path> only() {
    return number == 1 && first == 0 ? Optional.of(path(0)) : Optional.empty();
  }

  /** Makes an empty file that nobody else may read; one that exists stays. */
  static void create(Path path) throws IOException {
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      return;
    }
  }

  void write(Instant at, String label, byte[] bytes, int offset, int length) throws IOException {
    byte[] head =
        ("--- " + at + " " + label + " " + length + "\n").getBytes(StandardCharsets.US_ASCII);
    int total = head.length + length + 1;
    if (size + total > segment) {
      next();
    }
    if (frame.length < total) {
      frame = new byte[Math.max(total, 2 * frame.length)];
    }
    System.arraycopy(head, 0, frame, 0, head.length);
    System.arraycopy(bytes, offset, frame, head.length, length);
    frame[total - 1] = '\n';
    stream.write(frame, 0, total);
    size += total;
  }

  private void next() throws IOException {
    stream.close();
    Path path = path(number);
    create(path);
    stream = new FileOutputStream(path.toFile(), true);
    size = 0;
    if (number > 2) {
      Files.deleteIfExists(path(number - 2));
    }
    number++;
  }

  private Path path(int of) {
    return folder.resolve(name + "." + KIND + "." + of);
  }

  @Override
  public void close() throws IOException {
    stream.close();
    stream = OutputStream.nullOutputStream();
    frame = Arrays.copyOf(frame, 0);
  }
}
