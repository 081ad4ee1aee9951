package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in config/ say what the catalogue says. */
class ExampleFilesTest {
  private static final Path CONFIG = Path.of("config");
  private static final Pattern SETTING = Pattern.compile("(?m)^#([a-z-]+):(.*)$");

  @TempDir Path folder;

  @Test
  void config_yml_shows_every_setting_with_its_default_and_description() throws Exception {
    String text = Files.readString(CONFIG.resolve("config.yml"));
    List<String> keys = SETTING.matcher(text).results().map(found -> found.group(1)).toList();
    assertThat(keys).containsExactlyElementsOf(Settings.keys());
    for (Setting setting : Settings.all()) {
      String value = setting.defaultValue().isEmpty() ? "" : " " + setting.defaultValue();
      assertThat(text)
          .contains("# " + setting.description())
          .contains("\n#" + setting.key() + ":" + value + "\n");
    }
  }

  @Test
  void config_yml_with_every_comment_sign_removed_changes_nothing() throws Exception {
    String text = Files.readString(CONFIG.resolve("config.yml"));
    Configuration read =
        Configurations.in(folder)
            .with("config/config.yml", SETTING.matcher(text).replaceAll("$1:$2"))
            .read();
    assertThat(read.warnings()).isEmpty();
    assertThat(read.camelProperties()).isEqualTo(Configurations.defaults().camelProperties());
    assertThat(read.isSet("port")).isTrue();
  }

  @Test
  void application_properties_has_the_default_of_every_setting() throws Exception {
    Properties file = new Properties();
    try (Reader reader = Files.newBufferedReader(CONFIG.resolve("application.properties"))) {
      file.load(reader);
    }
    file.keySet().removeIf(key -> !key.toString().startsWith("metronome."));
    assertThat(file).isEqualTo(Configurations.defaults().camelProperties());
  }
}
