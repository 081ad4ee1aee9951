package dev.metronome.base.encoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This process's arguments and variables as the UTF-8 that they were, also where the JVM, which
 * reads them by the locale, put something else for some of their characters. Linux keeps the bytes
 * in {@code /proc}.
 */
public final class ProcessText {
  private static final Path OWN = Path.of("/proc/self");
  private static final Map<String, String> ENVIRONMENT =
      environment(OWN, NativeText.ofProcess(), System.getenv());

  private ProcessText() {}

  /** The variables; one that is not UTF-8 has replacement characters for the bytes that are not. */
  public static Map<String, String> environment() {
    return ENVIRONMENT;
  }

  /**
   * The arguments.
   *
   * @throws MalformedTextException if one is not UTF-8
   */
  public static List<String> arguments(String... read) {
    return arguments(OWN, NativeText.ofProcess(), read);
  }

  static Map<String, String> environment(Path own, NativeText text, Map<String, String> read) {
    if (read.values().stream().allMatch(text::hasRead)) {
      return Map.copyOf(read);
    }
    Map<String, String> variables = new HashMap<>(read);
    for (byte[] assignment : parts(own.resolve("environ"))) {
      String[] pair = decode(assignment).orElse("").split("=", 2);
      if (pair.length == 2) {
        variables.computeIfPresent(pair[0], (name, value) -> pair[1]);
      }
    }
    return Map.copyOf(variables);
  }

  static List<String> arguments(Path own, NativeText text, String... read) {
    if (Arrays.stream(read).allMatch(text::hasRead)) {
      return List.of(read);
    }
    List<byte[]> all = parts(own.resolve("cmdline"));
    List<byte[]> last = all.subList(Math.max(0, all.size() - read.length), all.size());
    List<String> arguments = new ArrayList<>();
    for (int place = 0; place < read.length; place++) {
      byte[] bytes = place < last.size() ? last.get(place) : new byte[0];
      arguments.add(text.hasRead(read[place]) ? read[place] : argument(read[place], bytes));
    }
    return List.copyOf(arguments);
  }

  private static String argument(String read, byte[] bytes) {
    return decode(bytes)
        .filter(text -> ascii(text).equals(ascii(read))) // else it is another's
        .orElseThrow(() -> new MalformedTextException("the argument `" + read + "` is not UTF-8"));
  }

  /** Every encoding that a locale may have reads these alike. */
  private static String ascii(String text) {
    return text.replaceAll("[^\\x00-\\x7F]", "");
  }

  private static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Each of them ends with a NUL. */
  private static List<byte[]> parts(Path file) {
    List<byte[]> parts = new ArrayList<>();
    try {
      byte[] bytes = Files.readAllBytes(file);
      int start = 0;
      for (int at = 0; at < bytes.length; at++) {
        if (bytes[at] == 0) {
          parts.add(Arrays.copyOfRange(bytes, start, at));
          start = at + 1;
        }
      }
    } catch (IOException e) {
      return List.of(); // no Linux: what was read is all there is
    }
    return parts;
  }
}
