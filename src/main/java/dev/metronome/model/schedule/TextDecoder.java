package dev.metronome.model.schedule;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.yaml.snakeyaml.reader.StreamReader;

/** Turns bytes into text that YAML allows, or says which byte or character is not allowed. */
record TextDecoder(Path path, Findings findings) {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  Optional<String> decode(ByteBuffer bytes) {
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(bytes, chars, true);
    String decoded = chars.flip().toString();
    if (result.isError()) {
      int value = Byte.toUnsignedInt(bytes.get(bytes.position()));
      findings.error(
          end(decoded),
          String.format("byte 0x%02X at offset %d is not UTF-8", value, bytes.position()));
      return Optional.empty();
    }
    return allowed(withoutMark(decoded));
  }

  private Optional<String> allowed(String text) {
    OptionalInt first = text.codePoints().filter(it -> !StreamReader.isPrintable(it)).findFirst();
    if (first.isEmpty()) {
      return Optional.of(text);
    }
    int character = first.getAsInt();
    String name = character == 0 ? "NUL" : String.format("control character U+%04X", character);
    int offset = text.indexOf(character);
    findings.error(
        end(text.substring(0, offset)),
        name + " at character " + offset + "; a task file is plain text");
    return Optional.empty();
  }

  private static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** The place right after a text that starts the file. */
  private Position end(String before) {
    int line = 1 + (int) before.chars().filter(it -> it == '\n').count();
    String last = withoutMark(before.substring(before.lastIndexOf('\n') + 1));
    return new Position(path, line, last.codePointCount(0, last.length()) + 1);
  }
}
