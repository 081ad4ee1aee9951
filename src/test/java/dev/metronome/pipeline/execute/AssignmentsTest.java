package dev.metronome.pipeline.execute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.testing.Records;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssignmentsTest {

  private final Assignments assignments = new Assignments();

  private static Entry slot(String lane, byte[] value) {
    return new Entry("metronome/nodes/a/task." + lane, value, 1, 1, 0, Optional.empty());
  }

  private static byte[] task(String eventId) {
    return Json.write(Records.assignment(eventId, 0));
  }

  @Test
  void what_stands_there_is_read_once_for_all_who_look() {
    Assignment read = assignments.read(slot("x", task("e1")));

    assertThat(assignments.read(slot("x", task("e1")))).isSameAs(read);
    assertThat(assignments.read(slot("y", task("e1")))).isEqualTo(read);
  }

  /** An index is no proof: after a restore of Consul another value may have it. */
  @Test
  void another_value_is_read_anew_though_its_index_is_the_same() {
    assignments.read(slot("x", task("e1")));

    assertThat(assignments.read(slot("x", task("e2"))).event().id()).isEqualTo("e2");
    assertThat(assignments.read(slot("x", task("e1"))).event().id()).isEqualTo("e1");
  }

  @Test
  void what_cannot_be_read_is_refused_each_time() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> assignments.read(slot("x", "{".getBytes(UTF_8))))
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  @Test
  void however_many_slots_there_are_few_are_kept() {
    Assignment first = assignments.read(slot("0", task("e0")));
    for (int i = 1; i < 1_000; i++) {
      assignments.read(slot(Integer.toString(i), task("e" + i)));
    }

    assertThat(assignments.read(slot("0", task("e0")))).isEqualTo(first).isNotSameAs(first);
  }
}
