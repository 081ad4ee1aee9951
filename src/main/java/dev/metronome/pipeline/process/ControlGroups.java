package dev.metronome.pipeline.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control groups (cgroup v2) of executions, below the agent's own: a process cannot leave one by
 * itself, nor can what it starts.
 *
 * <p><i>Guarantees:</i> what cannot be done is left undone; executions are then found and ended as
 * without. That is so without cgroup v2, and where the agent may not write to its own group: it
 * needs to be root, or {@code Delegate=yes} of systemd.
 *
 * <p><i>Does not guarantee</i> to be quick: the kernel takes 13 ms to move a process, so that only
 * executions that last some time get a group.
 *
 * <p>Safe for use by several threads.
 */
final class ControlGroups {

  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

  private static final String PREFIX = "metronome@";
  private static final int LONGEST_NAME = 255;
  private static final int ROUNDS = 3;

  private final Optional<Path> own;

  private ControlGroups(Optional<Path> own) {
    this.own = own;
  }

  /** Those below the group of this process. */
  static ControlGroups own() {
    return new ControlGroups(find().filter(Files::isWritable));
  }

  /** For a machine that has none. */
  static ControlGroups none() {
    return new ControlGroups(Optional.empty());
  }

  boolean areThere() {
    return own.isPresent();
  }

  /** Has the tree's processes and all that they start from now on belong to its cookie's group. */
  void admit(ProcessTree tree) {
    Optional<Path> group = group(tree.cookie());
    if (group.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(group.get());
      Path members = group.get().resolve("cgroup.procs");
      for (int round = 0; round < ROUNDS && !move(outside(tree, members), members); round++) {
        // What was started while others were moved is moved next.
      }
    } catch (IOException e) {
      LOG.debug("execution={} has no control group: {}", tree.cookie(), e.toString());
    }
  }

  /** Whether there was nothing to move. */
  private static boolean move(Collection<Long> pids, Path members) throws IOException {
    for (Long pid : pids) {
      try {
        Files.writeString(members, pid.toString());
      } catch (IOException ended) {
        LOG.trace("pid={} has ended: {}", pid, ended.toString());
      }
    }
    return pids.isEmpty();
  }

  private static List<Long> outside(ProcessTree tree, Path members) throws IOException {
    List<Long> inside = Files.readAllLines(members).stream().map(Long::valueOf).toList();
    return tree.members().stream()
        .map(ProcessTable.Entry::pid)
        .filter(pid -> !inside.contains(pid))
        .toList();
  }

  /** Kills everything in the groups that the cookie covers, at once and with what it forks. */
  void kill(Cookie cookie) {
    for (Path group : covered(cookie)) {
      try {
        Files.writeString(group.resolve("cgroup.kill"), "1");
      } catch (IOException beforeLinux514) {
        LOG.debug("group={} cannot be killed: {}", group.getFileName(), beforeLinux514.toString());
      }
    }
  }

  /** Removes those of these groups in which nobody is left. */
  void leave(Cookie cookie) {
    for (Path group : covered(cookie)) {
      try {
        Files.deleteIfExists(group);
      } catch (IOException inhabited) {
        LOG.trace("group={} stays: {}", group.getFileName(), inhabited.toString());
      }
    }
  }

  /** The cookie of the group that a process is in, by the content of its {@code /proc/…/cgroup}. */
  static Optional<Cookie> cookie(String content) {
    return path(content)
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(name -> name.startsWith(PREFIX))
        .flatMap(ControlGroups::parse);
  }

  private static Optional<Cookie> parse(String name) {
    try {
      return Optional.of(new Cookie(name.substring(PREFIX.length()).replace('@', '/')));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  private Optional<Path> group(Cookie cookie) {
    String name = PREFIX + cookie.value().replace('/', '@');
    return own.filter(path -> name.length() <= LONGEST_NAME).map(path -> path.resolve(name));
  }

  /** The groups of executions whose cookies this one covers. */
  List<Path> covered(Cookie cookie) {
    if (own.isEmpty()) {
      return List.of();
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(own.get(), PREFIX + "*")) {
      Stream.Builder<Path> groups = Stream.builder();
      all.forEach(groups);
      return groups
          .build()
          .filter(group -> parse(group.getFileName().toString()).filter(cookie::covers).isPresent())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Path> find() {
    try {
      String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
      String group = Files.readString(Path.of("/proc/self/cgroup"));
      return path(group).flatMap(path -> mounted(mounts, path)).filter(Files::isDirectory);
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  /** {@code 0::/path}: the line of cgroup v2, whose hierarchy has the number 0. */
  private static Optional<String> path(String content) {
    return content
        .lines()
        .filter(line -> line.startsWith("0::"))
        .map(it -> it.substring(3))
        .findFirst();
  }

  /** {@code id parent device root place options - cgroup2 …}, see proc_pid_mountinfo(5). */
  private static Optional<Path> mounted(String mounts, String path) {
    return mounts
        .lines()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> line.split(" ", -1))
        .filter(fields -> path.startsWith(fields[3]))
        .map(fields -> Path.of(fields[4], path.substring(fields[3].length())))
        .findFirst();
  }
}
