package dev.metronome.pipeline.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the kernel's table of processes from {@code /proc}.
 *
 * <p><i>Does not guarantee</i> one moment for the whole table: a process that forks and exits while
 * it is read may be missed. Without {@code /proc}, or where it hides foreign processes, fewer are
 * seen, and without their sessions.
 */
final class ProcessTable {
  /** Linux gives arguments and environment a quarter of the stack's limit, 2 MB, by default. */
  private static final int LONGEST_ENVIRONMENT = 2 * 1024 * 1024;

  private final Path proc;

  ProcessTable() {
    this(Path.of("/proc"));
  }

  ProcessTable(Path proc) {
    this.proc = proc;
  }

  /** One living process. */
  record Entry(long pid, long parent, long group, long session, long start) {

    /** Whether the other is this very process and not a later one with its number. */
    boolean same(Entry other) {
      return pid == other.pid && start == other.start;
    }
  }

  /** All living processes; zombies are not among them. */
  List<Entry> read() {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path folder : folders) {
        read(Long.parseLong(folder.getFileName().toString())).ifPresent(entries::add);
      }
      return entries;
    } catch (IOException | DirectoryIteratorException e) {
      return ProcessHandle.allProcesses().map(ProcessTable::entryOf).toList();
    }
  }

  /** The living process of that number, if there is one. */
  Optional<Entry> read(long pid) {
    if (!Files.isDirectory(proc)) {
      return ProcessHandle.of(pid).map(ProcessTable::entryOf);
    }
    try {
      byte[] stat = Files.readAllBytes(proc.resolve(pid + "/stat"));
      return parse(pid, new String(stat, StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /**
   * Whether the process was started with a cookie that this one covers, or is in such a cookie's
   * control group, as far as we may see.
   */
  boolean carries(long pid, Cookie cookie) {
    return cookie(pid).filter(cookie::covers).isPresent()
        || group(pid).filter(cookie::covers).isPresent();
  }

  private Optional<Cookie> group(long pid) {
    try {
      return ControlGroups.cookie(Files.readString(proc.resolve(pid + "/cgroup")));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** The cookie that the process was started with, as far as we may see. */
  Optional<Cookie> cookie(long pid) {
    try (InputStream environment = Files.newInputStream(proc.resolve(pid + "/environ"))) {
      return Cookie.of(environment.readNBytes(LONGEST_ENVIRONMENT));
    } catch (IOException goneOrForeign) {
      return Optional.empty();
    }
  }

  /** {@code pid (name) state parent group session ... start}; the name may contain anything. */
  private static Optional<Entry> parse(long pid, String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    if (fields[0].equals("Z") || fields[0].equals("X")) {
      return Optional.empty();
    }
    long parent = Long.parseLong(fields[1]);
    long group = Long.parseLong(fields[2]);
    long session = Long.parseLong(fields[3]);
    return Optional.of(new Entry(pid, parent, group, session, Long.parseLong(fields[19])));
  }

  private static Entry entryOf(ProcessHandle handle) {
    long parent = handle.parent().map(ProcessHandle::pid).orElse(0L);
    long start = handle.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
    return new Entry(handle.pid(), parent, 0, 0, start);
  }
}
