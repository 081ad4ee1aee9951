package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Entry;
import dev.metronome.testing.LogLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  @AutoClose private final LogLines log = LogLines.below("dev.metronome");
  private final Logger debug = Logger.getLogger(WarmUp.class.getName()); // held, lest it be lost

  @Test
  void a_made_up_event_goes_through_again_and_again_and_nothing_is_said() {
    assertThat(new WarmUp(() -> false).run()).isGreaterThan(1);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void it_gives_way_to_a_real_event_for_good() {
    assertThat(new WarmUp(afterLooks(3)).run()).isEqualTo(3);
    assertThat(new WarmUp(() -> true).run()).isZero();
  }

  private static BooleanSupplier afterLooks(int looks) {
    AtomicInteger left = new AtomicInteger(looks);
    return () -> left.getAndDecrement() <= 0;
  }

  @Test
  void an_agent_warms_up_after_its_start_and_leaves_no_key_in_Consul() throws Exception {
    List<String> said = run("true");
    int started = index(said, "state=started");
    assertThat(index(said, "warm-up state=ended rounds=")).isGreaterThan(started);
  }

  @Test
  void an_agent_does_not_if_it_is_told_not_to() throws Exception {
    assertThat(run("false")).noneMatch(line -> line.contains("warm-up"));
  }

  /** All that is said by an agent that has had an event after its warm-up. */
  private List<String> run(String warmUp) throws Exception {
    List<String> said = new ArrayList<>();
    debug.setLevel(Level.FINE);
    try (AgentCluster cluster = new AgentCluster(folder).pattern(AgentCluster.NOTHING)) {
      cluster.flag("warm-up", warmUp);
      cluster.started("a");
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () -> {
                said.addAll(log.taken());
                return warmUp.equals("false") || index(said, "warm-up state=") >= 0;
              });
      cluster.fire("last", "nothing");
      cluster.ended("last");
      assertThat(cluster.operator.list("").value())
          .extracting(Entry::key)
          .noneMatch(key -> key.contains("warm-up"));
    } finally {
      debug.setLevel(null);
    }
    said.addAll(log.taken());
    return said;
  }

  private static int index(List<String> said, String text) {
    return said.stream()
        .filter(line -> line.contains(text))
        .findFirst()
        .map(said::indexOf)
        .orElse(-1);
  }
}
