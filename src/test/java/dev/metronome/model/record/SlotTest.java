package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a lane's slot: a plan, or that there is none. */
class SlotTest {

  private static final String KEY = "metronome/progress_task_queue/common";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"Format\":2,\"Epoch\":17}",
        "{\"Format\":2,\"Epoch\":17,\"Later\":{\"Event\":1}}"
      })
  void no_event_is_in_progress(String value) {
    assertThat(Slot.isVacant(value.getBytes(UTF_8))).isTrue();
    assertThat(Slot.plan(KEY, value.getBytes(UTF_8))).isEmpty();
    assertThat(Slot.epoch(KEY, value.getBytes(UTF_8))).isEqualTo(value.contains("17") ? 17 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "noise",
        "[]",
        "{\"Format\":2",
        "{\"Format\":99,\"Epoch\":1}",
        "{} {}",
        "{\"Event\":1}"
      })
  void what_is_something_else_is_not_taken_for_nothing(String value) {
    assertThat(Slot.isVacant(value.getBytes(UTF_8))).isFalse();
    assertThatThrownBy(() -> Slot.plan(KEY, value.getBytes(UTF_8)))
        .isInstanceOfAny(UnreadableRecordException.class, NewerRecordException.class);
  }

  @Test
  void a_plan_stands_there_and_keeps_its_epoch() {
    Plan plan = Records.plan("e1", 2).in(17);

    assertThat(Slot.plan(KEY, Json.write(plan))).hasValue(plan);
    assertThat(plan.next(Status.SUCCESS).epoch()).isEqualTo(17);
    assertThat(Slot.isVacant(Slot.vacant(17))).isTrue();
  }

  /** Agents that know no slots have put plans there, under the IDs of their events. */
  @Test
  void a_plan_of_such_agents_is_in_no_slot_whatever_its_event_is_called() {
    Keys keys = new Keys(Keys.DEFAULT_PREFIX);
    String former = "{\"Format\":1,\"Event\":{}}";
    String lane = "{\"Format\":5,\"Event\":{}}";

    assertThat(Slot.name(keys, keys.plan("app"), former.getBytes(UTF_8))).isEmpty();
    assertThat(Slot.name(keys, keys.plan("app"), lane.getBytes(UTF_8))).contains("app");
    assertThat(Slot.name(keys, keys.plan("app.2"), Slot.vacant(1))).contains("app.2");
    assertThat(Slot.name(keys, keys.plan("app.2"), "{".getBytes(UTF_8))).contains("app.2");
    assertThat(Slot.name(keys, keys.plan("app"), "{\"Format\":99}".getBytes(UTF_8)))
        .as("of a newer agent")
        .contains("app");
    assertThat(Slot.name(keys, keys.progressQueue(), new byte[0])).isEmpty();
    assertThat(Slot.name(keys, keys.plan("common"), former.getBytes(UTF_8))).contains("common");
  }
}
