package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlansTest {

  private final Plans plans = new Plans();

  private static Entry entry(byte[] value) {
    return new Entry("metronome/progress_task_queue/e1", value, 5, 5, 0, Optional.empty());
  }

  @Test
  void a_plan_that_was_just_written_is_not_parsed() {
    Plan plan = Records.plan("e1", 3);

    byte[] value = plans.written(plan);

    assertThat(plans.read(entry(value.clone()))).isSameAs(plan);
  }

  @Test
  void a_plan_is_what_stands_there_though_another_one_is_known() {
    Plan before = Records.plan("e1", 3);
    Plan after = before.open(NOON, List.of("a"));
    plans.written(before);

    assertThat(plans.read(entry(Json.write(after)))).isEqualTo(after);
    assertThat(plans.read(entry(Json.write(before)))).isEqualTo(before);
  }

  @Test
  void what_is_no_plan_is_refused_each_time() {
    byte[] nonsense = "{\"Format\": 1, \"Tasks\": 7}".getBytes(StandardCharsets.UTF_8);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> plans.read(entry(nonsense)))
          .isInstanceOf(UnreadableRecordException.class);
    }
  }
}
