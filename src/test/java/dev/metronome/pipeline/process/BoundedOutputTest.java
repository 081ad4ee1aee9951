package dev.metronome.pipeline.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("text")
class BoundedOutputTest {
  private static final String STAMP = "2015-07-01T10:00:00.000+09:00 [INFO ] ";
  private static final Pattern OMISSION =
      Pattern.compile("(?m)^\\.\\.\\. ([0-9,]+) bytes omitted \\.\\.\\.$");

  private final SettableClock clock = new SettableClock(Instant.parse("2015-07-01T01:00:00Z"));

  @Test
  void lines_have_the_time_and_level_of_the_original() {
    BoundedOutput output = output(4096);
    append(output, "first\n");
    clock.now = clock.now.plusMillis(1_234);
    append(output, "second\nthird");
    output.line("ERROR", "exit code 3");

    assertThat(output.render())
        .isEqualTo(
            """
            2015-07-01T10:00:00.000+09:00 [INFO ] first
            2015-07-01T10:00:01.234+09:00 [INFO ] second
            2015-07-01T10:00:01.234+09:00 [INFO ] third
            2015-07-01T10:00:01.234+09:00 [ERROR] exit code 3
            """);
  }

  @Test
  void line_split_over_chunks_has_the_time_of_its_beginning() {
    BoundedOutput output = output(4096);
    append(output, "a");
    clock.now = clock.now.plusSeconds(1);
    append(output, "b\r");
    append(output, "\nc\n");

    assertThat(output.render()).isEqualTo(STAMP + "ab\n2015-07-01T10:00:01.000+09:00 [INFO ] c\n");
  }

  @Test
  void lines_that_nobody_listens_to_cost_nothing_each() {
    BoundedOutput output = output(4096);
    byte[] lines = "y\n".repeat(32_768).getBytes(UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    output.append(OutputSource.OUT, lines, 0, lines.length);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      output.append(OutputSource.OUT, lines, 0, lines.length);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("bytes allocated for 3,276,800 lines")
        .isLessThan(1_000_000);
  }

  @Test
  void nothing_renders_as_nothing() {
    assertThat(output(4096).render()).isEmpty();
    assertThat(output(4096).bytesOmitted()).isZero();
  }

  @Test
  void control_characters_are_visible_and_carriage_returns_before_newlines_vanish() {
    assertThat(rendered("a\0b\u001b[1m\tc\r\nd\re\u007f\u0085\n"))
        .isEqualTo(STAMP + "a\\x00b\tc\n" + STAMP + "e\\x7f\\x85\n");
  }

  @Test
  void a_progress_bar_is_its_last_state_and_takes_no_room() {
    BoundedOutput output = output(1000);
    append(output, "begin\n");
    for (int percent = 0; percent <= 100; percent++) {
      append(output, "\rloading %3d%% %s".formatted(percent, "#".repeat(percent)));
    }
    assertThat(output.render()).endsWith("[INFO ] loading 100% " + "#".repeat(100) + "\n");
    append(output, "\r\u001b[Kdone\r\nend\r");

    assertThat(output.render()).isEqualTo(STAMP + "begin\n" + STAMP + "done\n" + STAMP + "end\n");
    assertThat(output.bytesOmitted()).isZero();
  }

  @Test
  void a_spinner_and_what_is_struck_over_are_what_a_screen_shows() {
    assertThat(rendered("working |\b/\b-\b\\\bdone\nN\bNA\bA\u00e4\b!\n\b\bx\n"))
        .isEqualTo(STAMP + "working done\n" + STAMP + "NA!\n" + STAMP + "x\n");
  }

  @Test
  void colours_titles_and_cursor_movements_are_no_text() {
    String text =
        "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\u001b(Bc"
            + "\u001b[38:2::1:2:3md\u001b[?25l\u001b7e\u001b[1Gf\u001b[2Kg\n";
    assertThat(rendered(text)).isEqualTo(STAMP + "g\n");
    assertThat(rendered(text.substring(0, text.indexOf("\u001b[1G")) + "\n"))
        .isEqualTo(STAMP + "red abcde\n");
  }

  @Test
  void a_sequence_that_is_broken_off_swallows_no_line() {
    assertThat(rendered("a\u001b[1;\nb\u001b]never ended\nc\u001b\nd\u001b[3\u0001e\nf\u001b"))
        .isEqualTo(
            String.join("", STAMP, "a\n", STAMP, "b\n", STAMP, "c\n", STAMP, "d\\x01e\n")
                + STAMP
                + "f\n");
    assertThat(rendered("\u001b]" + "x".repeat(3_000))).contains("xxxx");
  }

  @Test
  void colours_are_kept_where_they_are_wanted_and_nothing_else() {
    BoundedOutput output = new BoundedOutput(4096, clock, OutputColours.KEPT);
    append(output, "old\r\u001b[31mred\u001b[0m\u001b[2J\u001b]0;title\u0007\n");
    output.line("INFO", "\u001b[31m of a parameter");

    assertThat(output.render())
        .isEqualTo(STAMP + "\u001b[31mred\u001b[0m\n" + STAMP + "\\x1b[31m of a parameter\n");
  }

  @Test
  void a_line_of_stderr_is_a_warning_and_breaks_into_no_line_of_stdout() {
    BoundedOutput output = output(4096);
    append(output, "checking ... ");
    byte[] error = "not there\nand".getBytes(UTF_8);
    output.append(OutputSource.ERR, error, 0, error.length);
    clock.now = clock.now.plusMillis(1);
    append(output, "ok\nnext");

    String warning = STAMP.replace("INFO ", "WARN ");
    assertThat(output.render())
        .isEqualTo(
            String.join("", warning, "not there\n", STAMP, "checking ... ok\n", warning, "and\n")
                + STAMP.replace(".000", ".001")
                + "next\n");
    assertThat(output.nextLine()).isEqualTo("not there\nchecking ... ok\nand\nnext\n".length());
    assertThat(output.bytesSeen()).isEqualTo("not there\nchecking ... ok\nandnext".length());
  }

  @Test
  void what_is_too_long_to_be_written_over_stays() {
    String text = "x".repeat(ScreenLine.LONGEST + 10) + "y".repeat(10);
    assertThat(renderedOf(16_384, text + "\rover\n"))
        .isEqualTo(STAMP + text + "\n" + STAMP + "over\n");
  }

  @Test
  void empty_lines_and_an_unfinished_last_line_are_kept() {
    assertThat(rendered("\n\nend")).isEqualTo(STAMP + "\n" + STAMP + "\n" + STAMP + "end\n");
  }

  @Test
  void invalid_utf8_is_replaced() {
    byte[] bytes =
        "a\u00ff\u00c3\u00e4\u00b8b\u00c0\u0080\u00ed\u00a0\u0080\n".getBytes(ISO_8859_1);
    BoundedOutput output = output(4096);
    output.append(OutputSource.OUT, bytes, 0, bytes.length);

    String line = output.render();

    assertThat(line).startsWith(STAMP + "a\ufffd").endsWith("\ufffd\n").contains("b");
    assertThat(line.replace("\ufffd", "")).isEqualTo(STAMP + "ab\n");
  }

  @Test
  void valid_text_of_every_width_is_untouched() {
    assertThat(rendered("aä中😀\ufffd\n")).isEqualTo(STAMP + "aä中😀\ufffd\n");
  }

  @Test
  void middle_is_left_out_and_counted() {
    BoundedOutput output = output(1000);
    for (int line = 0; line < 1000; line++) {
      append(output, "line %03d\n".formatted(line));
    }

    String text = output.render();

    assertThat(text).startsWith(STAMP + "line 000\n").endsWith("line 999\n");
    Matcher omission = OMISSION.matcher(text);
    assertThat(omission.find()).isTrue();
    long omitted = Long.parseLong(omission.group(1).replace(",", ""));
    assertThat(omitted).isEqualTo(output.bytesOmitted());
    assertThat(text.lines().filter(line -> line.contains("line")).count() * 9 + omitted)
        .isEqualTo(output.bytesSeen())
        .isEqualTo(9000);
  }

  @Test
  void a_single_endless_line_keeps_both_its_ends() {
    BoundedOutput output = output(1000);
    append(output, "begin" + "x".repeat(1_000_000) + "end");

    assertThat(output.render())
        .startsWith(STAMP + "beginxxx")
        .endsWith("xxxend\n")
        .hasLineCount(3)
        .containsPattern(OMISSION);
  }

  @Test
  void agents_own_last_line_survives_any_flood() {
    BoundedOutput output = output(1000);
    append(output, "y\n".repeat(100_000));
    output.line("WARN", "ended");

    assertThat(output.render()).endsWith("[WARN ] ended\n").contains(STAMP + "y\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\0", "x", "ä", "中", "😀", "a\r\n", "\u0085", "😀\n", "ab\n\n"})
  void rendered_text_never_exceeds_the_limit_nor_breaks_a_character(String unit) {
    for (int limit = 512; limit < 560; limit++) {
      for (int units : new int[] {1, 7, 100, 250, 512, 5_000}) {
        BoundedOutput output = output(limit);
        append(output, unit.repeat(units));

        String text = output.render();

        assertThat(text.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(limit);
        assertThat(text).doesNotContain("\ufffd");
        assertThat(output.bytesOmitted() > 0).isEqualTo(OMISSION.matcher(text).find());
      }
    }
  }

  @Test
  void random_bytes_in_random_chunks_stay_within_the_limit() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      BoundedOutput output = output(512 + random.nextInt(2000));
      for (int chunk = 0; chunk < random.nextInt(60); chunk++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        output.append(OutputSource.OUT, bytes, 0, bytes.length);
        clock.now = clock.now.plusMillis(1);
      }
      assertThat(output.render().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(2512);
      assertThat(output.bytesHeld()).isLessThanOrEqualTo(2512 + 2 * ScreenLine.LONGEST);
    }
  }

  @Test
  void chunking_does_not_change_the_text() {
    String text = "ä中😀 one\r\n\nthree\rtwo\n\u001b[1mx\u001b[0m\b\n".repeat(200);
    byte[] bytes = text.getBytes(UTF_8);
    BoundedOutput whole = output(2000);
    BoundedOutput single = output(2000);
    whole.append(OutputSource.OUT, bytes, 0, bytes.length);
    for (int at = 0; at < bytes.length; at++) {
      single.append(OutputSource.OUT, bytes, at, 1);
    }

    assertThat(single.render()).isEqualTo(whole.render());
    assertThat(single.bytesOmitted()).isEqualTo(whole.bytesOmitted());
  }

  @Test
  void levels_and_limits_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> output(511)).hasMessageContaining("512");
    assertThatThrownBy(() -> output(512).line("info", "x")).hasMessageContaining("info");
  }

  private String rendered(String text) {
    return renderedOf(4096, text);
  }

  private String renderedOf(int limit, String text) {
    BoundedOutput output = output(limit);
    append(output, text);
    return output.render();
  }

  private BoundedOutput output(int limit) {
    return new BoundedOutput(limit, clock);
  }

  private static void append(BoundedOutput output, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    output.append(OutputSource.OUT, bytes, 0, bytes.length);
  }

  private static final class SettableClock extends Clock {
    private Instant now;

    SettableClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("Asia/Tokyo");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.fixed(now, zone);
    }
  }
}
