package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.state.EventState;
import dev.metronome.testing.Records;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stays on a terminal of an event that was followed. */
class LivePictureTest {

  @Test
  void a_note_stands_below_and_never_makes_the_picture_higher_than_the_screen() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(30, 2, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    LivePicture picture =
        new LivePicture(new PrintStream(out, true, StandardCharsets.UTF_8), screen);
    picture.note(Optional.of("no agent is running, and this is too long for the screen"));
    picture.show(EventState.queued("e1"));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSizeLessThanOrEqualTo(3)
        .anyMatch(line -> line.startsWith("no agent is running"))
        .allMatch(line -> line.replaceAll("\u001b\\[[0-9]*[KJA]", "").length() <= 30);
  }

  @Test
  void an_event_that_has_ended_took_its_own_time_whenever_it_is_looked_at() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(60, 24, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    EventResult result =
        EventResult.ended(
            Records.event("e1"), Records.NOON, Records.NOON.plusSeconds(83), Outcome.success());
    new LivePicture(new PrintStream(out, true, StandardCharsets.UTF_8), screen)
        .show(new EventState("e1", Optional.of(result), List.of()));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("+ success  1 min 23 s");
  }
}
