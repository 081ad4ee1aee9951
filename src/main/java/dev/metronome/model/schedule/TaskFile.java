package dev.metronome.model.schedule;

import dev.metronome.base.encoding.NativeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file on disk that may be read: it is a regular file, nobody but its owner and group can change
 * it, it is not large, and its bytes are text.
 *
 * @param path as the user named it
 * @param text without a byte order mark
 * @param lines the same, cut where YAML cuts
 * @param digest SHA-256 of all bytes
 */
record TaskFile(Path path, String text, List<String> lines, String digest) {
  /** Nobody writes a task file of a megabyte by hand. */
  static final int MAX_BYTES = 1 << 20;

  TaskFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(digest, "digest");
    lines = List.copyOf(lines);
  }

  /** A file with this text. */
  static TaskFile of(Path path, String text, String digest) {
    return new TaskFile(path, text, List.of(text.split("\\R", -1)), digest);
  }

  /**
   * Reads the file, or says why not.
   *
   * @param missing how bad it is if there is none
   */
  static Optional<TaskFile> load(Path path, Severity missing, Findings findings) {
    if (Files.notExists(path)) {
      findings.add(missing, Position.startOf(path), "there is no such file");
      return Optional.empty();
    }
    if (NativeText.isDamaged(path.toString())) {
      String why = NativeText.ofProcess().objection();
      findings.error(Position.startOf(path), "the path to the file " + why);
      return Optional.empty();
    }
    Optional<String> refusal = refusal(path);
    if (refusal.isPresent()) {
      findings.error(Position.startOf(path), refusal.get());
      return Optional.empty();
    }
    try {
      return decode(path, bytes(path), findings);
    } catch (IOException e) {
      findings.error(Position.startOf(path), "the file cannot be read: " + reason(e));
      return Optional.empty();
    }
  }

  /** Index of the first tab in the white space that starts a line, or -1. */
  int tabInIndentation(int line) {
    String text = line(line);
    int start = text.length() - text.stripLeading().length();
    return text.substring(0, start).indexOf('\t');
  }

  /** Whether the text goes on with a prefix at a place. */
  boolean startsAt(Position position, String prefix) {
    return line(position.line()).startsWith(prefix, position.column() - 1);
  }

  /**
   * The place of a piece of text.
   *
   * @param from where to start looking
   * @return {@code from} itself if the piece does not stand there literally
   */
  Position find(String piece, Position from) {
    int column = from.column() - 1;
    for (int line = from.line(); line <= lines.size(); line++) {
      String text = lines.get(line - 1);
      int start =
          text.offsetByCodePoints(0, Math.min(column, text.codePointCount(0, text.length())));
      int found = text.indexOf(piece, start);
      if (found >= 0) {
        return new Position(path, line, text.codePointCount(0, found) + 1);
      }
      column = 0;
    }
    return from;
  }

  /** How many lines are not blank, from one to another, both included. */
  int linesWithText(int from, int to) {
    int count = 0;
    for (int line = from; line <= to; line++) {
      count += line(line).isBlank() ? 0 : 1;
    }
    return count;
  }

  /** The comment that follows on a line, if there is one. */
  Optional<String> comment(int line, int column) {
    String text = line(line);
    int points = text.codePointCount(0, text.length());
    String rest = text.substring(text.offsetByCodePoints(0, Math.min(column, points)));
    return Optional.of(rest.strip()).filter(it -> it.startsWith("#"));
  }

  private String line(int line) {
    return line <= lines.size() ? lines.get(line - 1) : "";
  }

  private static Optional<String> refusal(Path path) {
    if (Files.isDirectory(path)) {
      return Optional.of(path + " is a directory; did you mean " + path.resolve("task.yml") + "?");
    }
    if (!Files.isRegularFile(path)) {
      return Optional.of(path + " is not a regular file");
    }
    if (!Files.isReadable(path)) {
      return Optional.of(path + " is not readable by this user");
    }
    return writableByEveryone(path)
        ? Optional.of(path + " is writable by everyone; refused (chmod o-w makes it acceptable)")
        : tooLarge(path);
  }

  private static Optional<String> tooLarge(Path path) {
    long size = path.toFile().length();
    return size <= MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            "the file is larger than 1 MB ("
                + Shown.number(size)
                + " bytes); is this a task file?");
  }

  private static boolean writableByEveryone(Path path) {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    try {
      return view != null
          && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      // Whatever it is, reading the file says it better.
      return false;
    }
  }

  /** At most {@link #MAX_BYTES}, even if the file grows meanwhile. */
  private static byte[] bytes(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_BYTES);
    }
  }

  private static Optional<TaskFile> decode(Path path, byte[] bytes, Findings findings) {
    return new TextDecoder(path, findings)
        .decode(ByteBuffer.wrap(bytes))
        .map(text -> of(path, text, sha256(bytes)));
  }

  private static String reason(IOException e) {
    return Shown.plain(String.valueOf(e.getMessage()));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
