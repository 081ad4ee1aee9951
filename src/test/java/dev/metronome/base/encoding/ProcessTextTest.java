package dev.metronome.base.encoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("text")
class ProcessTextTest {
  private static final NativeText UTF8 = new NativeText("UTF-8", true);

  @TempDir Path own;

  static Stream<Charset> locales() {
    return Stream.of(US_ASCII, ISO_8859_1, Charset.forName("windows-1252"));
  }

  /** What a JVM whose locale is {@code charset} makes of these bytes. */
  private static String readBy(Charset charset, String text) {
    return new String(text.getBytes(UTF_8), charset);
  }

  @ParameterizedTest
  @MethodSource("locales")
  void an_argument_is_the_utf8_that_it_was(Charset locale) throws IOException {
    Files.write(own.resolve("cmdline"), "java\0-jar\0x\0fire\0päron\0n=☃ Åsa\0".getBytes(UTF_8));
    NativeText poor = new NativeText(locale.name(), false);

    String[] read = {"fire", readBy(locale, "päron"), readBy(locale, "n=☃ Åsa")};
    assertThat(ProcessText.arguments(own, poor, read)).containsExactly("fire", "päron", "n=☃ Åsa");
  }

  @ParameterizedTest
  @MethodSource("locales")
  void a_variable_is_the_utf8_that_it_was(Charset locale) throws IOException {
    Files.write(own.resolve("environ"), "A=a\0WHO=Åsa=☃\0".getBytes(UTF_8));
    NativeText poor = new NativeText(locale.name(), false);

    Map<String, String> read = Map.of("A", "a", "WHO", readBy(locale, "Åsa=☃"), "B", "ours");
    assertThat(ProcessText.environment(own, poor, read))
        .isEqualTo(Map.of("A", "a", "WHO", "Åsa=☃", "B", "ours"));
  }

  @Test
  void an_argument_that_is_not_utf8_is_refused_in_every_locale() throws IOException {
    Files.write(own.resolve("cmdline"), "java\0fire\0n=\u00ff\0".getBytes(ISO_8859_1));

    for (NativeText text : new NativeText[] {UTF8, new NativeText("ISO-8859-1", false)}) {
      String read = text.isUtf8() ? "n=\uFFFD" : "n=\u00ff";
      assertThatThrownBy(() -> ProcessText.arguments(own, text, "fire", read))
          .isInstanceOf(MalformedTextException.class)
          .hasMessage("the argument `" + read + "` is not UTF-8");
    }
  }

  /** Without /proc, or when the launcher of the JVM has changed what stands there. */
  @Test
  void nothing_is_guessed() throws IOException {
    NativeText poor = new NativeText("US-ASCII", false);
    assertThatThrownBy(() -> ProcessText.arguments(own, poor, "n=\uFFFD"))
        .isInstanceOf(MalformedTextException.class);
    Files.write(own.resolve("cmdline"), "java\0other=ä\0".getBytes(UTF_8));
    assertThatThrownBy(() -> ProcessText.arguments(own, poor, "n=\uFFFD\uFFFD"))
        .isInstanceOf(MalformedTextException.class);
    assertThat(ProcessText.arguments(own, poor, "n=a")).containsExactly("n=a");
  }

  @Test
  void only_ascii_is_sure_to_arrive_without_a_utf8_locale() {
    NativeText poor = new NativeText("ISO-8859-1", false);
    assertThat(poor.holds("plain")).isTrue();
    assertThat(poor.holds("ä")).isFalse();
    assertThat(UTF8.holds("ä ☃ 🎉")).isTrue();
    assertThat(UTF8.holds("half \uD83C")).isFalse();
  }
}
