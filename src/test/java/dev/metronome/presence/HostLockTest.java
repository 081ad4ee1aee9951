package dev.metronome.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
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
  void a_folder_that_cannot_be_used_keeps_nobody_from_starting() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(HostLock.take(file, "db-1", "one")).isEmpty();
  }
}
