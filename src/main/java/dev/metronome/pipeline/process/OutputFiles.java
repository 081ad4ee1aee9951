package dev.metronome.pipeline.process;

import dev.metronome.base.account.Trust;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a node keeps what its tasks print: of a task that runs, so that it is there
 * when its agent is killed; of one that has ended, if its log could not take it all.
 *
 * <p><i>Guarantees:</i> a bound for each task, and one of size and age for all that have ended;
 * files that only their owner may read, in a folder that only he may enter. That a file cannot be
 * written harms no task: its log says so.
 *
 * <p><i>Does not guarantee</i> that secrets are masked: it is what was printed, byte by byte.
 *
 * <p>Safe for use by several threads.
 */
public final class OutputFiles {
  /** Of a task's bytes: the first file, and the two last ones. */
  private static final int SEGMENTS = 3;

  /** An empty file: the task's log has, within its limit, what the others have. */
  private static final String TOLD = "told";

  private static final Logger LOG = LoggerFactory.getLogger(OutputFiles.class);
  private static final Pattern FILE =
      Pattern.compile("(.{1,200})\\.(said|out|err|" + TOLD + ")\\.([0-9]{1,9})");
  private static final Duration KEEPER = Duration.ofSeconds(2);

  /** A list is changed last when its agent goes, and of no use when its keeper has gone too. */
  private static final Duration LISTS = Duration.ofDays(1);

  private final Path folder;
  private final long segment;
  private final long total;
  private final Duration keep;
  private final Map<String, OutputFile> open = new ConcurrentHashMap<>();

  /** A file, of which a task may have several. */
  record Segment(Path path, String task, String kind, int number) {}

  private record Aged(Path path, long size, Instant modified) {}

  private OutputFiles(Path folder, long limit, long total, Duration keep) {
    this.folder = folder;
    this.segment = Math.max(1, limit / SEGMENTS);
    this.total = total;
    this.keep = keep;
  }

  /**
   * For reading what an agent has kept.
   *
   * @param limit the agent's, in bytes
   */
  public static OutputFiles at(Path folder, long limit) {
    return new OutputFiles(folder, limit, Long.MAX_VALUE, Duration.ofDays(36_500));
  }

  /**
   * Makes the folder, if need be.
   *
   * @param limit for the output of one task, in bytes
   * @param total for all that have ended
   * @param keep how long
   * @return nothing if the folder cannot be used, which is said in the log, or the limit is zero
   */
  public static Optional<OutputFiles> in(Path folder, long limit, long total, Duration keep) {
    if (limit == 0) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      demandOwn(folder);
      OutputFiles files = new OutputFiles(folder, limit, total, keep);
      files.prune();
      return Optional.of(files);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("output-dir={} state=unusable no full output is kept: {}", folder, e.toString());
      return Optional.empty();
    }
  }

  /** Who could write there, or exchange the folder, could have us write through his links. */
  private static void demandOwn(Path folder) throws IOException {
    Optional<String> objection = Trust.ofThisProcess().objection(folder);
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    Set<?> rights = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    if (!PosixFilePermissions.fromString("rwx------").equals(rights)) {
      throw new IOException("others may enter it; chmod 700 it");
    }
  }

  Path folder() {
    return folder;
  }

  long segmentBytes() {
    return segment;
  }

  /**
   * Keeps what a task says from now on. What an earlier run of it, which no agent has ended, has
   * left is told to the log first.
   *
   * @param task names it, for a file
   */
  public void begin(String task, BoundedOutput log) {
    int number = 0;
    if (has(task)) {
      log.line("WARN", "an earlier run of the task was cut off; it had said:");
      replay(task, log);
      log.line("WARN", "what follows is said by the next one");
      number = last(of(task, OutputFile.KIND)) + 1;
    }
    OutputFile file = new OutputFile(folder, task, segment, number);
    open.put(task, file);
    log.keepIn(file);
  }

  /** The task has ended and its log is recorded: what that has taken whole need not be kept. */
  public void end(String task, BoundedOutput log) {
    boolean whole = log.bytesOmitted() == 0;
    log.keepNoMore();
    Optional<OutputFile> file = Optional.ofNullable(open.remove(task));
    if (!whole) {
      told(task);
      prune();
    } else if (file.flatMap(OutputFile::only).isPresent()) {
      file.flatMap(OutputFile::only).ifPresent(OutputFiles::delete); // no need to look for others
    } else {
      remove(task);
    }
  }

  /** The tasks of which something is kept that no log has; but for those that run. */
  public Set<String> untold() {
    Set<String> tasks = new TreeSet<>();
    List<Segment> all = all().toList();
    all.stream().map(Segment::task).filter(task -> !open.containsKey(task)).forEach(tasks::add);
    all.stream().filter(each -> each.kind().equals(TOLD)).map(Segment::task).forEach(tasks::remove);
    return tasks;
  }

  /** The task's log has now what it can take of this. */
  public void told(String task) {
    try {
      OutputFile.create(folder.resolve(task + "." + TOLD + ".0"));
    } catch (IOException e) {
      LOG.debug("output={} may be told once more: {}", task, e.toString());
    }
  }

  /** Removes what was kept of a task. */
  public void remove(String task) {
    segments(task).forEach(each -> delete(each.path()));
  }

  /** Whether something is kept of a task. */
  public boolean has(String task) {
    return Stream.of(OutputFile.KIND, "out", "err")
        .anyMatch(kind -> Files.exists(folder.resolve(task + "." + kind + ".0")));
  }

  /** Tells a log what was kept of a task, also what was printed while no agent ran. */
  public void replay(String task, BoundedOutput into) {
    try {
      OutputReplay replay = new OutputReplay(into);
      replay.said(of(task, OutputFile.KIND), segment);
      List<Segment> out = of(task, "out");
      List<Segment> err = of(task, "err");
      if (!out.isEmpty() || !err.isEmpty()) {
        into.endLine();
        into.line(
            "WARN",
            "what follows was printed while no agent ran; its times are not known, each line has"
                + " that of the last");
      }
      replay.raw(OutputSource.OUT, out, segment);
      into.endLine();
      replay.raw(OutputSource.ERR, err, segment);
      into.endLine();
    } catch (IOException e) {
      into.line("WARN", "the rest of what was kept in " + folder + " cannot be read: " + e);
    }
  }

  /** Waits until no keeper reads on for a task whose processes have ended; not for long. */
  public void awaitKeeper(String task) throws InterruptedException {
    long deadline = System.nanoTime() + KEEPER.toNanos();
    while (isKept(task) && System.nanoTime() - deadline < 0) {
      Thread.sleep(10);
    }
  }

  /** A keeper's list goes when it has read everything. */
  private boolean isKept(String task) {
    return lists().anyMatch(list -> names(list, task));
  }

  private static boolean names(Path list, String task) {
    try {
      return Files.readString(list).contains(" " + task + "\n");
    } catch (IOException gone) {
      return false;
    }
  }

  // INVARIANT: promise 8, everything is bounded.
  /** Removes what is too old, and the oldest of what is too much. */
  public void prune() {
    List<Aged> ended = new ArrayList<>();
    all().filter(each -> !open.containsKey(each.task())).forEach(each -> aged(each, ended));
    ended.sort(Comparator.comparing(Aged::modified));
    long size = ended.stream().mapToLong(Aged::size).sum();
    Instant oldest = Instant.now().minus(keep);
    lists().filter(list -> age(list).compareTo(LISTS) > 0).forEach(OutputFiles::delete);
    for (Aged each : ended) {
      if (size > total || each.modified().isBefore(oldest)) {
        delete(each.path());
        size -= each.size();
      }
    }
  }

  /** Those of keepers of agents that have gone. */
  private Stream<Path> lists() {
    String own = "running." + ProcessHandle.current().pid() + ".";
    return listed("running.*").stream()
        .filter(list -> !list.getFileName().toString().startsWith(own));
  }

  private static Duration age(Path path) {
    try {
      return Duration.between(Files.getLastModifiedTime(path).toInstant(), Instant.now());
    } catch (IOException gone) {
      return Duration.ZERO;
    }
  }

  private static void aged(Segment each, List<Aged> to) {
    try {
      BasicFileAttributes found = Files.readAttributes(each.path(), BasicFileAttributes.class);
      to.add(new Aged(each.path(), found.size(), found.lastModifiedTime().toInstant()));
    } catch (IOException gone) {
      return;
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("output={} cannot be removed: {}", path, e.toString());
    }
  }

  private List<Segment> of(String task, String kind) {
    return segments(task).stream()
        .filter(each -> each.kind().equals(kind))
        .sorted(Comparator.comparingInt(Segment::number))
        .toList();
  }

  private static int last(List<Segment> sorted) {
    return sorted.isEmpty() ? -1 : sorted.get(sorted.size() - 1).number();
  }

  private List<Segment> segments(String task) {
    return all().filter(each -> each.task().equals(task)).toList();
  }

  private Stream<Segment> all() {
    List<Segment> found = new ArrayList<>();
    for (Path file : listed("*.{said,out,err,told}.*")) {
      Matcher name = FILE.matcher(file.getFileName().toString());
      if (name.matches()) {
        int number = Integer.parseInt(name.group(3));
        found.add(new Segment(file, name.group(1), name.group(2), number));
      }
    }
    return found.stream();
  }

  private List<Path> listed(String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      files.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("output-dir={} cannot be listed: {}", folder, e.toString());
    }
    return found;
  }
}
