package dev.metronome.pipeline.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a leader remembers of events that have ended. */
class FinalResultsTest {

  private final FinalResults results = new FinalResults();

  @Test
  void the_newest_are_kept_event_by_event() {
    for (int no = 0; no < 1_000; no++) {
      results.remember("e" + no, "a", new byte[] {1});
      results.remember("e" + no, "b", new byte[] {2});
      results.remember("e" + no, "b", new byte[] {3});
    }
    assertThat(results.of("e0")).hasSize(2).containsEntry("b", new byte[] {3});

    results.remember("e1000", "a", new byte[] {1});
    assertThat(results.of("e0")).isEmpty();
    assertThat(results.of("e1")).hasSize(2);
    assertThat(results.of("e1000")).containsOnlyKeys("a");
  }

  @Test
  void one_event_is_remembered_whole_however_large() {
    for (int no = 0; no < 2_001; no++) {
      results.remember("e", "k" + no, new byte[0]);
    }
    assertThat(results.of("e")).hasSize(2_001);
  }

  @Test
  void a_result_that_says_an_end_is_final() {
    assertThat(FinalResults.isFinal("{\"Status\":\"success\"}".getBytes(UTF_8))).isTrue();
    assertThat(FinalResults.isFinal("{\"Status\":\"inprogress\"}".getBytes(UTF_8))).isFalse();
    assertThat(FinalResults.isFinal("{}".getBytes(UTF_8))).isFalse();
    assertThat(FinalResults.isFinal("noise".getBytes(UTF_8))).isFalse();
  }
}
