package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said and kept of a record that cannot be read. */
class BrokenRecordsTest {

  @Test
  void what_was_set_aside_is_whole_up_to_64_kib() {
    byte[] large = new byte[65_537];
    Quarantined whole = Quarantined.of("k", "text".getBytes(UTF_8), "why", NOON);
    assertThat(whole.bytes()).isEqualTo("text".getBytes(UTF_8));
    assertThat(whole.isWhole()).isTrue();
    Quarantined cut = Quarantined.of("k", large, "why", NOON);
    assertThat(cut.bytes()).hasSize(65_536);
    assertThat(cut.isWhole()).isFalse();
    assertThat(Quarantined.of("k", new byte[65_536], "why", NOON).isWhole()).isTrue();
    assertThat(new Quarantined(1, "k", null, NOON, null, Optional.empty()))
        .returns("unknown", Quarantined::reason)
        .returns(true, Quarantined::isWhole);
  }

  @Test
  void where_a_record_is_broken_is_told_and_not_what_stands_there() {
    assertThatThrownBy(() -> read("{\"Format\":1,\"EventID\":\"ab"))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("{\"Format\":1,")).hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("{\"Format\":1 secret"))
        .hasMessageContaining("it is not JSON of the expected shape, at line 1, column ")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> read("{\"Format\":1,\"No\":\"secret\"}"))
        .hasMessageContaining("its field No is missing or of another kind than expected")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () ->
                Json.read(
                    "k",
                    "{\"Format\":1,\"EventID\":\"e\",\"Name\":\"../x\",\"ID\":\"a/b\"}"
                        .getBytes(UTF_8),
                    Event.class))
        .hasMessageContaining("breaks a rule");
  }

  private static Claim read(String text) {
    return Json.read("k", text.getBytes(UTF_8), Claim.class);
  }
}
