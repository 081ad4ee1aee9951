package dev.metronome.pipeline.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.UserEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnseenTest {

  private static UserEvent event(int no) {
    return new UserEvent(
        "e" + no, "deploy", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static List<UserEvent> ring(int from, int to) {
    return IntStream.range(from, to).mapToObj(UnseenTest::event).toList();
  }

  @Test
  void what_is_behind_the_last_one_is_new() {
    assertThat(Unseen.of(ring(0, 3), "e1")).isEqualTo(new Unseen(ring(2, 3), false));
    assertThat(Unseen.of(ring(0, 3), "e2")).isEqualTo(new Unseen(List.of(), false));
    assertThat(Unseen.of(ring(0, 256), "e0")).isEqualTo(new Unseen(ring(1, 256), false));
  }

  @Test
  void a_full_ring_without_the_last_one_may_have_lost_some() {
    assertThat(Unseen.of(ring(1, 257), "e0")).isEqualTo(new Unseen(ring(1, 257), true));
    assertThat(Unseen.of(ring(0, 256), "")).isEqualTo(new Unseen(ring(0, 256), true));
  }

  @Test
  void a_consul_agent_that_has_begun_anew_has_lost_nothing() {
    assertThat(Unseen.of(List.of(), "e900")).isEqualTo(new Unseen(List.of(), false));
    assertThat(Unseen.of(ring(0, 255), "e900")).isEqualTo(new Unseen(ring(0, 255), false));
  }
}
