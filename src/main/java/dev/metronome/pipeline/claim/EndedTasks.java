package dev.metronome.pipeline.claim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.UnreadableRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has ended, in a file of its host, so that old records which somebody puts back
 * into Consul do not have it run a task again. Thread-safe.
 *
 * <p><em>Guarantees</em>: the newest {@value #KEPT} ended tasks are known, also to the next agent
 * of this node and boot; an event that comes under an ID of old, but was accepted at another time,
 * is another event.
 *
 * <p><em>Does not guarantee</em> that the file can be written: what it says then, once, and knows
 * is lost with the process.
 */
public final class EndedTasks {

  private static final Logger LOG = LoggerFactory.getLogger(EndedTasks.class);

  static final int KEPT = 5_000;

  /** How long the file may become between two times that it is written anew. */
  private static final int LINES = 2 * KEPT;

  private final Optional<Path> file;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private int written;
  private boolean broken;

  /** A line of the file. */
  private record Line(int format, Instant acceptedAt, Claim claim) {}

  private EndedTasks(Optional<Path> file) {
    this.file = file;
  }

  /** Known for as long as this process lives. */
  public static EndedTasks ofThisProcess() {
    return new EndedTasks(Optional.empty());
  }

  /**
   * Those of a file, which is made when the first task ends.
   *
   * @param file in a folder that is this agent's own
   */
  public static EndedTasks of(Path file) {
    EndedTasks tasks = new EndedTasks(Optional.of(file));
    tasks.read(file);
    return tasks;
  }

  private void read(Path from) {
    if (!Files.exists(from)) {
      return;
    }
    try {
      for (String line : Files.readAllLines(from, UTF_8)) {
        parsed(line).ifPresent(task -> keep(task.claim().taskId(), line));
        written++;
      }
    } catch (IOException e) {
      say(e);
    }
  }

  /** How it ended here, if it did. */
  synchronized Optional<Claim> find(Assignment assignment) {
    Event event = assignment.event();
    return Optional.ofNullable(lines.get(assignment.taskId()))
        .flatMap(EndedTasks::parsed)
        .filter(task -> task.acceptedAt().equals(event.acceptedAt()))
        .map(Line::claim);
  }

  synchronized void remember(Event event, Claim ended) {
    String line = Json.text(new Line(ended.format(), event.acceptedAt(), ended));
    keep(ended.taskId(), line);
    file.ifPresent(path -> write(path, line));
  }

  private void keep(String id, String line) {
    lines.remove(id); // so that it comes last
    lines.put(id, line);
    if (lines.size() > KEPT) {
      Iterator<String> oldest = lines.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void write(Path path, String line) {
    try {
      if (written >= LINES || !Files.exists(path)) {
        writeAnew(path);
      } else {
        Files.writeString(path, line + "\n", UTF_8, StandardOpenOption.APPEND);
        written++;
      }
      broken = false;
    } catch (IOException e) {
      say(e);
    }
  }

  private void writeAnew(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(
        beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(beside, List.copyOf(lines.values()), UTF_8);
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    written = lines.size();
  }

  private void say(IOException e) {
    if (!broken) {
      LOG.warn(
          "ended-tasks={} state=unusable what this node has ended is known until the agent ends: {}",
          file.map(Path::toString).orElse(""),
          e.toString());
    }
    broken = true;
  }

  /** A line that was cut off by a crash is none. */
  private static Optional<Line> parsed(String line) {
    try {
      return Optional.of(Json.read("ended-tasks", line.getBytes(UTF_8), Line.class));
    } catch (UnreadableRecordException e) {
      return Optional.empty();
    }
  }
}
