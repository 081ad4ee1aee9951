package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.Watch;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.testing.FaultyConsul;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an idle queue costs beside its watch, and by what a watch that hangs is found. */
class QueuePollTest {

  private static final Duration CALM = Duration.ofMinutes(2);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection connection = faulty.connection();
  private final AtomicLong nanos = new AtomicLong(1);
  private final Followed queue = new Followed();
  private final AtomicBoolean local = new AtomicBoolean(true);
  private final QueuePoll poll = new QueuePoll(connection, queue, local::get);

  private final class Followed implements Queue {
    private final QueueSnapshot view =
        new QueueSnapshot(
            entry -> Optional.of(entry.key().substring("q/".length())).filter(id -> !id.isEmpty()),
            nanos::get);
    private boolean whole = true;

    @Override
    public String prefix() {
      return "q/";
    }

    @Override
    public QueueSnapshot view() {
      return view;
    }

    @Override
    public boolean isWatchedWhole() {
      return whole;
    }

    @Override
    public Object read(QueueItem item) {
      return item.id();
    }

    @Override
    public Receipt put(Exchange exchange) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void acknowledge(QueueItem item, Exchange exchange) {}

    @Override
    public void setAside(QueueItem item, UnreadableRecordException why) {}
  }

  /** An empty queue whose watch has just answered, a while after the last news. */
  @BeforeEach
  void calm() {
    connection.commit(new Transaction().set("q/", new byte[0]));
    queue.view().open();
    queue.view().accept(connection.list("q/"));
    elapse(CALM);
    answered();
    assertThat(requestsOfAPoll()).isZero();
  }

  @AfterEach
  void close() {
    connection.close();
    faulty.close();
    consul.close();
  }

  private void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void answered() {
    Snapshot<List<Entry>> news = new Snapshot<>(List.of(), 7);
    queue.view().answered(6, news, connection.failures());
  }

  private int requestsOfAPoll() {
    faulty.requests().clear();
    poll.read();
    return faulty.requests().size();
  }

  @Test
  void an_hour_of_nothing_costs_no_request_as_long_as_the_watch_answers() {
    for (int i = 0; i < 360; i++) {
      elapse(Duration.ofSeconds(10));
      if (i % 24 == 0) {
        answered();
      }
      assertThat(requestsOfAPoll()).isZero();
    }
  }

  @Test
  void a_watch_that_is_silent_for_longer_than_it_may_be_is_not_relied_on() {
    elapse(Watch.MOST_SILENT.minusSeconds(1));
    assertThat(requestsOfAPoll()).isZero();

    elapse(Duration.ofSeconds(1));

    assertThat(requestsOfAPoll()).isEqualTo(1);
    answered();
    assertThat(requestsOfAPoll()).isZero();
  }

  @Test
  void a_request_that_fails_may_have_taken_the_watch_along() {
    faulty.next(1, "/v1/kv/other", FaultyConsul.Fault.FAILING);
    assertThatThrownBy(() -> connection.get("other")).isNotNull();
    assertThat(requestsOfAPoll()).isEqualTo(1);
    elapse(Duration.ofMinutes(1));
    assertThat(requestsOfAPoll()).isEqualTo(1);

    answered();

    assertThat(requestsOfAPoll()).isZero();
  }

  @Test
  void what_a_poll_finds_was_missed_so_it_is_followed_by_more() {
    connection.commit(new Transaction().set("q/missed", new byte[0]));
    elapse(Watch.MOST_SILENT);
    poll.read();
    assertThat(queue.view().head()).map(QueueItem::id).hasValue("missed");
    answered();

    elapse(CALM);
    assertThat(requestsOfAPoll()).as("it waits").isEqualTo(1);
    connection.commit(new Transaction().delete("q/missed"));
    poll.read();
    assertThat(queue.view().size()).isZero();
    elapse(CALM.minusSeconds(1));
    answered();
    assertThat(requestsOfAPoll()).as("not long ago").isEqualTo(1);
    elapse(Duration.ofSeconds(1));
    assertThat(requestsOfAPoll()).isZero();
  }

  /**
   * An answer that is older than an own write is not taken over, and its news are not told again.
   */
  @Test
  void news_that_were_not_taken_over_are_looked_for() {
    queue.view().remove("done", 1_000);
    assertThat(queue.view().accept(new Snapshot<List<Entry>>(List.of(), 999))).isFalse();
    elapse(CALM);
    answered();

    assertThat(requestsOfAPoll()).isEqualTo(1);
    assertThat(requestsOfAPoll()).isZero();
  }

  @Test
  void an_answer_without_news_shows_what_was_missed() {
    connection.commit(new Transaction().set("q/missed", new byte[0]));
    Snapshot<List<Entry>> all = connection.list("q/");

    queue.view().answered(all.index() - 1, all, connection.failures());
    assertThat(queue.view().size()).as("news are the listener's").isZero();

    queue.view().answered(all.index(), all, connection.failures());
    assertThat(queue.view().head()).map(QueueItem::id).hasValue("missed");
  }

  @Test
  void where_something_on_the_way_may_lose_an_answer_each_poll_is_made() {
    local.set(false);

    assertThat(requestsOfAPoll()).isEqualTo(1);
    assertThat(requestsOfAPoll()).isEqualTo(1);
  }

  @Test
  void a_watch_of_a_part_is_not_enough() {
    queue.whole = false;

    assertThat(requestsOfAPoll()).isEqualTo(1);
  }

  @Test
  void a_new_consumer_begins_with_polls() {
    queue.view().close();
    queue.view().open();
    queue.view().accept(connection.list("q/"));
    elapse(CALM);
    assertThat(requestsOfAPoll()).as("the watch has told nothing yet").isEqualTo(1);

    answered();

    assertThat(requestsOfAPoll()).isZero();
  }
}
