package dev.metronome.base.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What was made before hides what is learned after. */
class RedactionTest {

  @Test
  void a_secret_that_is_learned_is_hidden_at_once_by_all_that_were_made_before() {
    Redaction before = Redaction.of(List.of("redaction-test-first"));
    Redaction none = Redaction.none();
    assertThat(none.apply("redaction-test-second")).isEqualTo("redaction-test-second");

    Redaction.learn("redaction-test-second");
    assertThat(before.apply("redaction-test-first redaction-test-second"))
        .isEqualTo(Redaction.MASK + " " + Redaction.MASK);
    assertThat(none.apply("redaction-test-second")).isEqualTo(Redaction.MASK);
  }

  @Test
  void a_longer_one_that_is_learned_later_leaves_no_rest() {
    Redaction before = Redaction.of(List.of("rotation-test"));
    Redaction.learn("rotation-test-of-may");
    Redaction.learn("rotation-test-of-may-the-second");

    assertThat(before.apply("rotation-test-of-may-the-second rotation-test"))
        .isEqualTo(Redaction.MASK + " " + Redaction.MASK);
  }
}
