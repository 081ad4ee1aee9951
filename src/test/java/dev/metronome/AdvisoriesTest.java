package dev.metronome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What decision 19 calls unused is not used: advisories on our version of Camel hang on it. */
class AdvisoriesTest {
  private static final Pattern UNUSED =
      Pattern.compile(
          "ConsulRegistry|imaps?:|pop3s?:|mimeMultipart|transferException|allowJavaSerializedObject"
              + "|enableCORS|jwtKeystore|ObjectInputStream|\\bsaga\\b|camel\\.server\\.path"
              + "|setEnableCORS|useJavaMailSessionProperties",
          Pattern.CASE_INSENSITIVE);

  @ParameterizedTest
  @ValueSource(strings = {"routes", "config", "src/main"})
  void nothing_uses_what_the_advisories_need(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      assertThat(files.filter(AdvisoriesTest::isSource))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(UNUSED));
    }
  }

  private static boolean isSource(Path file) {
    return file.toString().matches(".*\\.(java|ya?ml|properties|json)");
  }
}
