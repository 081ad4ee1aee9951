package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What acts without being named is the system's, or nobody else may write it. */
class FoundFilesTest {

  @TempDir Path folder;

  private static void openToAll(Path path) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private Path route() throws Exception {
    Path routes = Files.createDirectories(folder.resolve("routes"));
    return Files.writeString(routes.resolve("intake.camel.yaml"), "[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config/config.yml", "config", ""})
  void a_configuration_that_others_may_write_is_left_out_with_the_reason(String open)
      throws Exception {
    Configurations sources = Configurations.in(folder).with("config/config.yml", "host: evil");
    openToAll(folder.resolve(open));

    assertThat(sources.read().text("host")).isEqualTo("127.0.0.1");
    assertThat(sources.read().file()).isEmpty();
    assertThat(sources.read().warnings())
        .singleElement()
        .asString()
        .startsWith(folder.resolve("config/config.yml") + " was found, not named, and is left out")
        .contains("may be written by everybody; chmod go-w it")
        .endsWith("or name it with --config");
  }

  @Test
  void variables_beside_a_file_that_was_named_are_left_out_if_others_may_write_them()
      throws Exception {
    Configurations sources =
        Configurations.in(folder)
            .with("mine/config.yml", "")
            .with("mine/variables.yml", "a: evil")
            .file("mine/config.yml");
    assertThat(sources.read().variables()).containsEntry("a", "evil");
    openToAll(folder.resolve("mine/variables.yml"));
    assertThat(sources.read().variables()).isEmpty();
    assertThat(sources.with("etc/variables.yml", "a: good").read().variables())
        .containsEntry("a", "good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"routes/intake.camel.yaml", "routes", ""})
  void routes_that_others_may_write_are_left_out(String open) throws Exception {
    route();
    assertThat(Configurations.in(folder).read().routes()).contains(folder.resolve("routes"));
    openToAll(folder.resolve(open));
    assertThat(Configurations.in(folder).read().routes()).isEmpty();
  }

  @Test
  void what_was_named_is_taken() throws Exception {
    openToAll(route().getParent());
    assertThat(Configurations.in(folder).flag("routes", "routes").read().routes()).isPresent();
  }

  /** Camel would take it from the working directory; ours, on the class path, is before that. */
  @Test
  void camel_finds_its_own_properties_on_the_class_path() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      for (String name :
          new String[] {"application.properties", "observability-services.properties"}) {
        assertThat(PluginHelper.getResourceLoader(context).resolveResource(name).getLocation())
            .isEqualTo("classpath:" + name);
      }
    }
  }
}
