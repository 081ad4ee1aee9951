package dev.metronome.pipeline.membership;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One agent of a name on a host. */
class HostLockTest {

  @TempDir Path folder;

  @Test
  void a_second_agent_is_told_which_process_holds_the_name() throws Exception {
    try (HostLock held = HostLock.take(folder.resolve("state"), "db-1", "one").orElseThrow()) {
      assertThatThrownBy(() -> HostLock.take(folder.resolve("state"), "db-1", "one"))
          .isInstanceOf(NameTakenException.class)
          .hasMessageContaining("db-1 is held on this host by process")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
          .hasMessageContaining("--node");
      assertThat(held).isNotNull();
    }
  }

  @Test
  void other_names_and_other_clusters_are_free() throws Exception {
    try (HostLock one = HostLock.take(folder, "db-1", "one").orElseThrow();
        HostLock two = HostLock.take(folder, "db-2", "one").orElseThrow();
        HostLock three = HostLock.take(folder, "db-1", "two").orElseThrow()) {
      assertThat(one).isNotSameAs(two).isNotSameAs(three);
    }
  }

  @Test
  void a_lock_that_was_given_back_is_taken_again() throws Exception {
    HostLock.take(folder, "db-1", "one").orElseThrow().close();
    try (HostLock again = HostLock.take(folder, "db-1", "one").orElseThrow()) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void nobody_else_can_open_the_lock() throws Exception {
    Path state = folder.resolve("state");
    try (HostLock held = HostLock.take(state, "db-1", "one").orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(mode(state)).isEqualTo("rwx------");
      assertThat(locks(state))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
    }
  }

  /** Any account could hold one that an older version, or a hand, made readable. */
  @Test
  void a_lock_that_others_can_open_is_held_by_nobody() throws Exception {
    Path path = placeOf("db-1");
    Files.writeString(path, "1\n");
    for (String mode : List.of("rw-r--r--", "rw-----w-", "rw-r-----")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      try (FileChannel stranger = FileChannel.open(path, READ);
          FileLock shared = stranger.lock(0, Long.MAX_VALUE, true);
          HostLock held = HostLock.take(folder, "db-1", "one").orElseThrow()) {
        assertThat(shared.isValid()).isTrue();
        assertThat(held).isNotNull();
        assertThat(mode(path)).isEqualTo("rw-------");
      }
      Files.writeString(path, "1\n");
    }
  }

  @Test
  void a_link_in_the_place_of_a_lock_is_not_followed() throws Exception {
    Path precious = Files.writeString(folder.resolve("precious"), "kept");
    Path path = placeOf("db-1");
    for (Path link : List.of(path, folder.resolve("agents.lock"))) {
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, precious);
      try (HostLock held = HostLock.take(folder, "db-1", "one").orElseThrow()) {
        assertThat(held).isNotNull();
        assertThat(link).isRegularFile().isNotEqualTo(precious);
        assertThat(Files.isSymbolicLink(link)).isFalse();
      }
      assertThat(precious).hasContent("kept");
    }
  }

  @Test
  void a_folder_that_others_may_write_is_not_used() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(HostLock.take(open, "db-1", "one")).isEmpty();
    assertThat(open).isEmptyDirectory();
    Path link = Files.createSymbolicLink(folder.resolve("link"), open);
    assertThat(HostLock.take(link, "db-1", "one")).isEmpty();
    assertThat(open).isEmptyDirectory();
  }

  @Test
  void locks_that_nobody_holds_any_more_are_removed() throws Exception {
    Path dead = Files.writeString(folder.resolve("agent-old-1a2b.lock"), "1\n");
    Path foreign = Files.writeString(folder.resolve("notes.txt"), "kept");
    HostLock second = HostLock.take(folder, "db-2", "one").orElseThrow();
    Path theirs = pathOf("db-2");
    try (HostLock first = HostLock.take(folder, "db-1", "one").orElseThrow()) {
      assertThat(first).isNotNull();
      assertThat(dead).doesNotExist();
      assertThat(foreign).exists();
      assertThat(theirs).as("held by a living agent").exists();
      assertThatThrownBy(() -> HostLock.take(folder, "db-2", "one"))
          .isInstanceOf(NameTakenException.class);
    }
    second.close();
    assertThat(locks(folder)).extracting(Path::getFileName).hasToString("[agents.lock]");
  }

  private Path pathOf(String node) throws IOException {
    return locks(folder).stream()
        .filter(file -> file.getFileName().toString().startsWith("agent-" + node + "-"))
        .findFirst()
        .orElseThrow();
  }

  /** Where the lock of a name would be. */
  private Path placeOf(String node) throws IOException {
    try (HostLock held = HostLock.take(folder, node, "one").orElseThrow()) {
      assertThat(held).isNotNull();
      return pathOf(node);
    }
  }

  private static List<Path> locks(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".lock")).sorted().toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void a_folder_that_cannot_be_used_keeps_nobody_from_starting() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(HostLock.take(file, "db-1", "one")).isEmpty();
  }
}
