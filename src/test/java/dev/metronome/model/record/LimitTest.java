package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

  @Test
  void it_is_a_number_of_nodes_or_their_names() {
    assertThat(Limit.of("2").most()).hasValue(2);
    assertThat(Limit.of("app-1, app-2,app-1").nodes()).containsExactly("app-1", "app-2");
    assertThat(Limit.of("app-1,app-2")).hasToString("app-1,app-2");
    assertThat(Limit.of("007")).hasToString("7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "000", "-1", "app-1,", ",", "a b", "../x", "1234567", "25%"})
  void anything_else_is_refused_with_what_it_may_be(String text) {
    assertThatThrownBy(() -> Limit.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a limit is ");
  }

  @Test
  void an_agent_that_knows_no_limits_leaves_the_event_and_its_plan_alone() {
    Event event = Records.event("e1");
    assertThat(event.format()).isEqualTo(1);
    Event limited = event.limited(Optional.of(Limit.of("a")));
    assertThat(limited.format()).isEqualTo(3);
    assertThat(Json.read("e", Json.write(limited), Event.class)).isEqualTo(limited);
  }
}
