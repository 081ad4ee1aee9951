package dev.metronome.pipeline.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.hook.RouteFailures;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** When an item counts as held, and how often that is said. */
class HeldItemsTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Queue QUEUE = new PlainQueue(null, KEYS.eventQueue());

  private final AtomicLong nanos = new AtomicLong();
  private final SettableClock clock = new SettableClock(Records.NOON);
  private final List<Integer> counts = new ArrayList<>();
  private int changes;
  private final HeldItems held =
      new HeldItems(
          "n1",
          IllegalStateException.class::isInstance,
          new Queue.Listener() {
            @Override
            public void held(int items) {
              counts.add(items);
            }
          },
          clock,
          nanos::get,
          () -> changes++);
  @AutoClose private final LogLines log = LogLines.of(HeldItems.class);

  private void fails(String id, Exception why) {
    held.failed(QUEUE, item(id), exchange(why));
  }

  private static QueueItem item(String id) {
    byte[] value = Json.write(Records.event(id));
    return new QueueItem(id, new Entry(KEYS.event(1, id), value, 1, 1, 0, Optional.empty()));
  }

  private static Exchange exchange(Exception why) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(Exchange.FAILURE_ROUTE_ID, "plan");
    exchange.setException(why);
    return exchange;
  }

  private static Exception failure() {
    return new IllegalArgumentException("no such thing on Event[id=e1, params={a=hunter2}]");
  }

  @Test
  void an_item_is_held_after_three_failures_in_a_row_until_the_first_success() {
    fails("e1", failure());
    fails("e1", failure());
    assertThat(held.all()).isEmpty();
    assertThat(changes).isZero();
    clock.set(Records.NOON.plusSeconds(5));

    fails("e1", failure());

    assertThat(held.all())
        .containsExactly(
            new Held(
                "n1",
                KEYS.event(1, "e1"),
                "e1",
                Optional.of("deploy"),
                "plan",
                "",
                Records.NOON,
                "no such thing on Event"));
    assertThat(changes).isEqualTo(1);

    held.recovered(QUEUE);

    assertThat(held.all()).isEmpty();
    assertThat(changes).isEqualTo(2);
    assertThat(counts).containsExactly(1, 0);
    fails("e1", failure());
    assertThat(held.all()).as("it is counted anew").isEmpty();
  }

  @Test
  void another_item_and_what_no_route_is_to_blame_for_do_not_count() {
    fails("e1", failure());
    fails("e1", failure());
    fails("e1", new RuntimeException(new IllegalStateException("Consul is away")));
    fails("e2", failure());
    fails("e2", failure());

    assertThat(held.all()).isEmpty();
  }

  @Test
  void it_is_said_once_and_every_ten_minutes() {
    for (int i = 0; i < 100; i++) {
      fails("e1", failure());
    }
    assertThat(log.with("state=held")).hasSize(1);
    assertThat(changes).isEqualTo(1);
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());

    fails("e1", failure());

    assertThat(log.with("state=held")).hasSize(2);
  }

  @Test
  void so_is_the_failure_of_a_route() {
    RouteFailures failures = new RouteFailures(nanos::get);
    try (LogLines lines = LogLines.below("dev.metronome.route")) {
      for (int i = 0; i < 3; i++) {
        failures.say(exchange(failure()));
      }
      assertThat(lines.lines())
          .containsExactly("WARNING route=plan state=failed no such thing on Event");
      nanos.addAndGet(Duration.ofMinutes(10).toNanos());
      failures.say(exchange(failure()));
      assertThat(lines.lines()).hasSize(2);
    }
  }
}
