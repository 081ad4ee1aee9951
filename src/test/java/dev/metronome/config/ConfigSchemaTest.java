package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * config/schema/config.schema.json, by which editors complete and check, says what the catalogue
 * says.
 */
class ConfigSchemaTest {
  private static final Path FILE = Path.of("config/schema/config.schema.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final JsonNode text = text();
  private final JsonSchema schema =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text);

  private static JsonNode text() {
    try {
      return JSON.readTree(FILE.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean accepts(String yaml) {
    Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return schema.validate(JSON.valueToTree(tree)).isEmpty();
  }

  private boolean isRead(String yaml) throws IOException {
    try {
      return Configurations.in(folder).with("config/config.yml", yaml).read().warnings().isEmpty();
    } catch (ConfigurationException e) {
      return false;
    }
  }

  @Test
  void it_follows_from_the_catalogue_of_settings() throws Exception {
    Path wanted = Files.createDirectories(Path.of("target")).resolve("config.schema.json");
    Files.writeString(wanted, ConfigSchema.text());
    assertThat(Files.readString(FILE))
        .as("settings have changed: cp %s %s", wanted, FILE)
        .isEqualTo(ConfigSchema.text());
  }

  @Test
  void the_example_is_right_with_every_comment_sign_removed() throws Exception {
    String yaml =
        Files.readString(Path.of("config/config.yml")).replaceAll("(?m)^#([a-z-]+:)", "$1");
    assertThat(yaml).contains("\nport: 8500");
    assertThat(accepts(yaml)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "port: 8501",
        "port: '8501'",
        "host: consul.example\nfiles: /a/task.yml,/b/task.yml\nrole: db",
        "files: [/a/task.yml, '/opt/*/task.yml']",
        "skippable: no\ndebug: on\ndev: 1",
        "start-timeout: 90\nkeep: 7d\ngrace-period: 1m30s",
        "protocol: https\nservice-manager:\nlog-level: debug",
        "log-limit: 64KiB",
      })
  void what_is_read_is_right_to_it(String yaml) throws Exception {
    assertThat(isRead(yaml)).isTrue();
    assertThat(accepts(yaml)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prot: 8500",
        "port: 70000",
        "port: many",
        "protocol: ftp",
        "log-level: loud",
        "debug: perhaps",
        "files: {a: b}",
        "keep: soon",
        "- port",
        "log-limit: huge",
        "queue-limit: 0",
      })
  void what_is_not_read_is_wrong_to_it(String yaml) throws Exception {
    assertThat(isRead(yaml)).isFalse();
    assertThat(accepts(yaml)).isFalse();
  }
}
