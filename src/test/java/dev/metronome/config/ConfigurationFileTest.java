package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {
  @TempDir Path folder;

  private Configuration read(String content) {
    return Configurations.in(folder).with("config/config.yml", content).read();
  }

  @Test
  void the_systems_file_is_read_before_the_one_in_the_working_directory() {
    Configurations sources = Configurations.in(folder).with("config/config.yml", "host: here");
    assertThat(sources.read().text("host")).isEqualTo("here");
    assertThat(sources.with("etc/config.yml", "host: system").read().text("host"))
        .isEqualTo("system");
    sources.with("third.yml", "host: third").environment("METRONOME_CONFIG", "third.yml");
    assertThat(sources.read().text("host")).isEqualTo("third");
    sources.with("fourth.yml", "host: fourth").file("fourth.yml");
    assertThat(sources.read().text("host")).isEqualTo("fourth");
  }

  @Test
  void a_file_that_was_named_must_exist() {
    assertThatThrownBy(() -> Configurations.in(folder).file("none.yml").read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(folder.resolve("none.yml") + " does not exist");
  }

  @Test
  void an_unknown_key_is_a_warning_with_the_nearest_known_name() {
    assertThat(read("debug: true\ninsecure_skip_verfy: true\nqqq: 1\n").warnings())
        .containsExactly(
            folder.resolve("config/config.yml")
                + ":2:1: unknown key `insecure_skip_verfy` is ignored;"
                + " did you mean `insecure-skip-verify`?",
            folder.resolve("config/config.yml") + ":3:1: unknown key `qqq` is ignored");
  }

  @Test
  void a_key_without_a_value_keeps_its_default() {
    assertThat(read("port:\nhost: ~\n").number("port")).isEqualTo(8500);
  }

  @Test
  void a_file_with_only_comments_and_a_byte_order_mark_changes_nothing() {
    assertThat(read("\uFEFF# nothing\n").warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: [1]        | :1:7: `port` must be text, a number or true/false, found a list",
        "host: {a: b}     | :1:7: `host` must be text, a number or true/false, found a mapping",
        "debug: perhaps   | :1:8: `debug` must be true or false, found `perhaps`",
        "files: [[a], b]  | :1:8: the items of `files` must be text, found a list",
        "- host           | :1:1: expected lines such as `key: value`, found a list",
        "host             | :1:1: expected lines such as `key: value`, found text",
        "host: 'x         | found unexpected end of stream; expected lines such as `key: value`",
        "host: x: y       | :1:8: mapping values are not allowed here",
      })
  void a_broken_file_is_one_sentence_with_its_place(String content, String message) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(folder.resolve("config/config.yml").toString())
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }

  @Test
  void a_tab_a_second_document_and_a_second_value_are_refused() {
    assertThatThrownBy(() -> read("host: a\n\tport: 1\n")).hasMessageContaining(":2:1: ");
    assertThatThrownBy(() -> read("host: a\n---\nport: 1\n")).hasMessageContaining(":2:1: ");
    assertThatThrownBy(() -> read("host: a\nhost: b\n"))
        .hasMessageContaining(":2:1: `host` is there twice, first at ")
        .hasMessageEndingWith(":1:1");
  }

  @Test
  void bytes_that_are_not_utf8_are_refused() throws Exception {
    Path file = Files.createDirectories(folder.resolve("config")).resolve("config.yml");
    Files.write(file, "host: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Configurations.in(folder).read()).hasMessage(file + " is not UTF-8");
  }

  @Test
  void a_token_in_a_file_that_everyone_may_read_is_a_warning() throws Exception {
    Configurations sources = Configurations.in(folder).with("config/config.yml", "token: abcd");
    Path file = folder.resolve("config/config.yml");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(sources.read().warnings()).singleElement().asString().contains("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(sources.read().warnings()).isEmpty();
  }
}
