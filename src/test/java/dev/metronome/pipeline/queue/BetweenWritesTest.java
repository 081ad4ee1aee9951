package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.testing.Member;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A queue that is followed between its own writes: they do not wake it, all others do. */
class BetweenWritesTest {

  private static final String PREFIX = "metronome/steps/";
  private static final int STEPS = 20;

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection connection = Member.connection(consul, "a");
  private final ConsulConnection writer = Member.connection(consul, "b");
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    context.stop();
    connection.close();
    writer.close();
    consul.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Answers each item that asks by a write of its own, as the leader moves a plan on. */
  private final class Steps implements Queue {
    private final QueueSnapshot view = new QueueSnapshot(PREFIX);
    private final Following following;
    private final Duration tick;

    Steps(Following following, Duration tick) {
      this.following = following;
      this.tick = tick;
    }

    @Override
    public String prefix() {
      return PREFIX;
    }

    @Override
    public QueueSnapshot view() {
      return view;
    }

    @Override
    public Following following() {
      return following;
    }

    @Override
    public Duration tick() {
      return tick;
    }

    /** So that how busy the machine is makes no difference. */
    @Override
    public Duration longestLook() {
      return Duration.ofMinutes(1);
    }

    @Override
    public String read(QueueItem item) {
      return new String(item.entry().value(), StandardCharsets.UTF_8);
    }

    @Override
    public Queue.Receipt put(Exchange exchange) {
      return Queue.Receipt.DUPLICATE;
    }

    @Override
    public void acknowledge(QueueItem item, Exchange exchange) {
      String asked = read(item);
      if (asked.startsWith("ask")) {
        byte[] answer = bytes(asked.replace("ask", "answer"));
        Commit.Done done =
            (Commit.Done)
                connection.commit(
                    new Transaction()
                        .compareAndSet(item.entry().key(), answer, item.entry().modifyIndex()));
        long index = done.index();
        Entry entry = new Entry(item.entry().key(), answer, index, index, 0, Optional.empty());
        view.put(new QueueItem(item.id(), entry), index);
      }
    }

    @Override
    public void setAside(QueueItem item, UnreadableRecordException why) {}
  }

  private void follow(Queue.Following following) throws Exception {
    follow(following, Duration.ofMinutes(10));
    ask("ask 0");
    awaitDelivered("ask 0", "answer 0");
    awaitQuiet();
  }

  private void follow(Queue.Following following, Duration poll) throws Exception {
    context.getRegistry().bind("connection", connection);
    context.getRegistry().bind("keys", new Keys(Keys.DEFAULT_PREFIX));
    context.getRegistry().bind("steps", new Steps(following, poll));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("consul-queue:steps?pollInterval=" + poll.toMillis())
                .process(e -> delivered.add(e.getMessage().getBody(String.class)));
          }
        });
    context.start();
  }

  private void ask(String value) {
    writer.commit(new Transaction().set(PREFIX + "x", bytes(value)));
  }

  private void awaitDelivered(String... values) {
    await().untilAsserted(() -> assertThat(delivered).contains(values));
  }

  /** Until no request has been sent for a while. */
  private void awaitQuiet() {
    AtomicLong last = new AtomicLong();
    await()
        .during(Duration.ofMillis(300))
        .until(() -> last.getAndSet(connection.requests()) == connection.requests());
  }

  private long requestsOfSteps() {
    long before = connection.requests();
    for (int i = 1; i <= STEPS; i++) {
      ask("ask " + i);
      awaitDelivered("ask " + i, "answer " + i);
    }
    await().until(() -> connection.requests() - before >= 2L * STEPS);
    awaitQuiet();
    return connection.requests() - before;
  }

  /** A few may need a third: an own write counts for ten seconds. */
  @Test
  void an_own_write_costs_no_watch_of_its_own() throws Exception {
    follow(Queue.Following.BETWEEN_WRITES);

    assertThat(requestsOfSteps())
        .as("each the write and one watch")
        .isBetween(2L * STEPS, 2L * STEPS + STEPS / 2);
  }

  @Test
  void it_would_cost_one_more_if_the_queue_were_followed_always() throws Exception {
    follow(Queue.Following.ALWAYS);

    assertThat(requestsOfSteps())
        .as("each the write and two watches")
        .isGreaterThan(5L * STEPS / 2);
  }

  @Test
  void an_empty_one_is_not_polled() throws Exception {
    follow(Queue.Following.BETWEEN_WRITES, Duration.ofMillis(20));

    awaitQuiet(); // for longer than several polls
  }

  @Test
  void one_that_something_waits_in_is_polled() throws Exception {
    follow(Queue.Following.BETWEEN_WRITES, Duration.ofMillis(20));

    ask("an item that stays");

    awaitDelivered("an item that stays");
    long before = connection.requests();
    await().until(() -> connection.requests() > before + 3);
  }
}
