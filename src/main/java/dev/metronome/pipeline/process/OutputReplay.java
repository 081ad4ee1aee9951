package dev.metronome.pipeline.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a log again what has been kept of a task's output: by {@link OutputFile}, and by the keeper
 * while no agent ran.
 *
 * <p><i>Guarantees:</i> what was left out of the files is said where it would stand; a file that is
 * damaged or broken off is told up to there.
 */
final class OutputReplay {
  private static final Pattern HEAD =
      Pattern.compile("--- (\\S{1,40}) (OUT|ERR|END|=[A-Z]{1,5}) ([0-9]{1,8})");
  private static final int LONGEST_HEAD = 80;
  private static final int CHUNK = 64 * 1024;

  private final BoundedOutput log;

  OutputReplay(BoundedOutput log) {
    this.log = log;
  }

  /**
   * @param segments by number
   * @param lost how many bytes each missing one had
   */
  void said(List<OutputFiles.Segment> segments, long lost) throws IOException {
    int expected = 0;
    for (OutputFiles.Segment segment : segments) {
      missing(segment.number() - expected, lost, modified(segment.path()));
      expected = segment.number() + 1;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.path()), CHUNK)) {
        frames(in);
      } catch (NoSuchFileException e) {
        expected--; // it has just been left out
      }
    }
  }

  /** What the keeper has read: without times, so they get that of the file's last change. */
  void raw(OutputSource source, List<OutputFiles.Segment> segments, long lost) throws IOException {
    int expected = 0;
    for (OutputFiles.Segment segment : segments) {
      Instant at = modified(segment.path());
      missing(segment.number() - expected, lost, at);
      expected = segment.number() + 1;
      try (InputStream in = Files.newInputStream(segment.path())) {
        for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
          log.replay(at, source.name(), chunk);
        }
      }
    }
  }

  private void missing(int segments, long each, Instant at) {
    if (segments > 0) {
      byte[] line =
          String.format(Locale.ROOT, "about %,d bytes of output are left out here", segments * each)
              .getBytes(StandardCharsets.UTF_8);
      log.replay(at, "END", new byte[0]);
      log.replay(at, "=WARN", line);
    }
  }

  private static Instant modified(Path path) throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  private void frames(InputStream in) throws IOException {
    try {
      while (true) {
        Matcher head = HEAD.matcher(head(in));
        if (!head.matches()) {
          return;
        }
        byte[] bytes = in.readNBytes(Integer.parseInt(head.group(3)));
        log.replay(Instant.parse(head.group(1)), head.group(2), bytes);
        in.read();
      }
    } catch (EOFException | DateTimeParseException brokenOff) {
      return;
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int next = in.read();
    while (next != '\n' && next >= 0 && head.size() < LONGEST_HEAD) {
      head.write(next);
      next = in.read();
    }
    if (next < 0) {
      throw new EOFException();
    }
    return head.toString(StandardCharsets.US_ASCII);
  }
}
