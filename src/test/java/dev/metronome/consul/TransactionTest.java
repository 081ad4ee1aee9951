package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.embedded.Profile;
import dev.metronome.testing.Member;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fits into one transaction, and what comes back from one. */
@Tag("text")
@Tag("consul")
class TransactionTest {

  private static EmbeddedConsul consul;
  private static ConsulConnection connection;

  @BeforeAll
  static void start() {
    consul = EmbeddedConsul.start();
    connection = Member.connection(consul, "a");
  }

  @AfterAll
  static void stop() {
    connection.close();
    consul.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Transaction sets(String prefix, int count, int size) {
    Transaction transaction = new Transaction();
    for (int i = 0; i < count; i++) {
      transaction.set(prefix + "/" + i, new byte[size]);
    }
    return transaction;
  }

  @Test
  void sixty_four_operations_fit_and_are_taken() {
    Transaction full = sets("full", 64, 1);

    assertThat(full.fits()).isTrue();
    assertThat(connection.commit(full).isDone()).isTrue();
  }

  @Test
  void sixty_five_operations_do_not_fit_and_are_rejected() {
    Transaction over = sets("over", 65, 1);
    Transaction beyond = sets("over", Profile.usual().operations() + 1, 1);

    assertThat(over.fits()).isFalse();
    assertThatThrownBy(() -> connection.commit(beyond)).isInstanceOf(ConsulRejectedException.class);
    assertThat(connection.list("over").value()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 63, 64})
  void what_fits_by_size_is_taken(int values) {
    int size = 1_000;
    while (sets("size", values, size + 100).fits()) {
      size += 100;
    }

    assertThat(connection.commit(sets("size", values, size)).isDone()).isTrue();
  }

  @Test
  void what_is_far_too_large_is_rejected_and_nothing_is_written() {
    Transaction large = sets("large", 2, 300_000);

    assertThat(large.fits()).isFalse();
    assertThatThrownBy(() -> connection.commit(large)).isInstanceOf(ConsulRejectedException.class);
    assertThat(connection.list("large").value()).isEmpty();
  }

  @Test
  void two_fit_together_only_as_their_sum_does() {
    assertThat(sets("x", 32, 1).fitsWith(sets("y", 32, 1))).isTrue();
    assertThat(sets("x", 33, 1).fitsWith(sets("y", 32, 1))).isFalse();
    assertThat(sets("x", 1, 200_000).fitsWith(sets("y", 1, 200_000))).isFalse();
    Transaction both = sets("x", 33, 1).and(sets("y", 32, 1));
    assertThat(both.size()).isEqualTo(65);
    assertThat(both.fits()).isFalse();
  }

  @Test
  void a_failed_check_refuses_all_and_tells_its_place() {
    connection.commit(new Transaction().set("there", bytes("1")));

    Commit commit =
        connection.commit(
            new Transaction().set("other", bytes("2")).checkNotExists("there").delete("there"));

    assertThat(commit).isInstanceOf(Commit.Refused.class);
    assertThat(((Commit.Refused) commit).operation()).isEqualTo(1);
    assertThat(connection.get("other")).isEmpty();
    assertThat(connection.get("there")).isPresent();
  }

  @Test
  void done_tells_the_index_of_the_write() {
    Commit commit = connection.commit(new Transaction().set("indexed", bytes("1")));

    assertThat(commit)
        .isEqualTo(new Commit.Done(connection.get("indexed").orElseThrow().modifyIndex()));
  }

  @Test
  void values_are_text_and_come_back_as_they_were() {
    String text = "\u0000\u0001\"\\ äöü 日本語 \n";

    connection.commit(new Transaction().set("text", bytes(text)));

    assertThat(connection.get("text").orElseThrow().value()).isEqualTo(bytes(text));
  }

  @Test
  void locks_checks_and_deletions_do_what_they_say() {
    try (Member member = Member.joined(consul, "a")) {
      String session = member.session();
      assertThat(connection.commit(new Transaction().lock("l", bytes("1"), session)).isDone())
          .isTrue();
      Entry entry = connection.get("l").orElseThrow();
      assertThat(entry.isLockedBy(session)).isTrue();
      assertThat(connection.commit(new Transaction().checkSession("l", session)).isDone()).isTrue();
      assertThat(connection.commit(new Transaction().compareAndSet("l", bytes("2"), 1)).isDone())
          .isFalse();
      assertThat(connection.commit(new Transaction().compareAndDelete("l", 1)).isDone()).isFalse();
      assertThat(connection.commit(new Transaction().checkIndex("l", 1)).isDone()).isFalse();
      assertThat(connection.commit(new Transaction().unlock("l", bytes("3"), session)).isDone())
          .isTrue();
      assertThat(connection.commit(new Transaction().checkSession("l", session)).isDone())
          .isFalse();
      long index = connection.get("l").orElseThrow().modifyIndex();
      assertThat(connection.commit(new Transaction().compareAndDelete("l", index)).isDone())
          .isTrue();
      assertThat(connection.get("l")).isEmpty();
      assertThat(connection.commit(new Transaction().compareAndDelete("l", index)).isDone())
          .isFalse();
    }
  }

  @Test
  void a_tree_is_deleted_below_its_prefix_only() {
    connection.commit(
        new Transaction().set("t/1/a", bytes("")).set("t/1/b", bytes("")).set("t/10/a", bytes("")));

    connection.commit(new Transaction().deleteTree("t/1/"));

    assertThat(connection.list("t/").value()).extracting(Entry::key).containsExactly("t/10/a");
  }
}
