package dev.metronome.state.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Lead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterSnapshotTest {
  private static final Lead LEAD =
      Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1));

  private static List<String> doubts(Lead lead) {
    return new ClusterSnapshot(Optional.of(lead), Map.of(), null)
        .doubts("deploy", List.of(), List.of());
  }

  @Test
  void a_forecast_says_that_it_does_not_know_what_the_leaders_edited_routes_decide() {
    assertThat(doubts(LEAD)).noneMatch(doubt -> doubt.contains("edited routes"));
    assertThat(doubts(LEAD.by(List.of("plan", "select-targets"))))
        .contains(
            "the leader n1 has edited routes, plan, select-targets: whether they hold the event"
                + " back, or choose other nodes than these, cannot be known here");
  }
}
