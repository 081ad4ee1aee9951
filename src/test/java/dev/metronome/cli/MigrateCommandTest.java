package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a cluster that the original has left, or is still at work on. */
class MigrateCommandTest {

  private static final String QUIET = "--quiet-for=300ms";

  @TempDir private Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private Shell shell;

  @BeforeEach
  void put() {
    shell = cluster.shell(folder);
    OriginalKeys.put(cluster.connection(), OriginalKeys.results());
    OriginalKeys.put(cluster.connection(), OriginalKeys.queues());
  }

  private void assertUntouched() {
    assertThat(OriginalKeys.standing(cluster.connection(), OriginalKeys.queues()))
        .isEqualTo(OriginalKeys.queues());
    assertThat(OriginalKeys.standing(cluster.connection(), OriginalKeys.results()))
        .isEqualTo(OriginalKeys.results());
    assertThat(cluster.names("metronome/event_queue/")).containsExactly("lock");
  }

  @Test
  void a_dry_run_tells_what_would_come_of_it_and_changes_nothing() {
    assertThat(shell.run("migrate", "--dry-run", QUIET)).as(shell.err()).isZero();
    assertThat(shell.out())
        .contains(
            "to accept  " + OriginalKeys.DEPLOY + " deploy",
            "to accept  " + OriginalKeys.BACKUP + " backup",
            "to end as error  " + OriginalKeys.BEGUN,
            "nothing was changed");
    assertUntouched();
  }

  @Test
  void it_takes_over_and_the_next_time_there_is_nothing_left() throws Exception {
    assertThat(shell.run("migrate", "--json", QUIET)).as(shell.err()).isZero();
    JsonNode found = new ObjectMapper().readTree(shell.out());
    assertThat(found.path("State").asText()).isEqualTo("taken-over");
    assertThat(found.at("/Accepted/0/ID").asText()).isEqualTo(OriginalKeys.DEPLOY);
    assertThat(found.at("/Accepted/1/Name").asText()).isEqualTo("backup");
    assertThat(found.at("/Ended/0").asText()).isEqualTo(OriginalKeys.BEGUN);
    assertThat(cluster.waiting()).containsExactly(OriginalKeys.DEPLOY, OriginalKeys.BACKUP);

    assertThat(shell.run("show", OriginalKeys.BEGUN)).isZero();
    assertThat(shell.out()).contains("error", "its agents are gone");
    assertThat(shell.run("migrate")).isZero();
    assertThat(shell.out()).contains("nothing to take over");
  }

  @Test
  void while_an_agent_of_the_original_holds_its_lock_nothing_is_done_and_the_exit_code_is_5() {
    try (Member original = Member.joined(cluster.consul(), "n2")) {
      original
          .connection()
          .commit(new Transaction().lock(OriginalKeys.LOCK, new byte[0], original.session()));
      assertThat(shell.run("migrate", QUIET)).isEqualTo(5);
    }
    assertThat(shell.out()).contains("is at work", "nothing was changed");
    assertUntouched();
  }

  @Test
  void status_says_that_they_are_there_and_the_lock_counts_as_no_event() throws Exception {
    shell.run("status");
    assertThat(shell.out()).contains("original", "see `metronome migrate --dry-run`");
    assertThat(shell.out()).containsPattern("queue +empty");
    shell.run("status", "--json");
    assertThat(new ObjectMapper().readTree(shell.out()).path("Original").size()).isOne();
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).doesNotContain("lock");
    assertThat(shell.run("fire", "deploy")).as(shell.err()).isZero();
    assertThat(shell.run("show", "lock")).isNotZero();

    assertThat(shell.run("migrate", QUIET)).isZero();
    shell.run("status");
    assertThat(shell.out()).doesNotContain("original");
  }
}
