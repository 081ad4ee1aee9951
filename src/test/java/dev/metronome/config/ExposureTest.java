package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others could do with the files that settings name. */
class ExposureTest {

  @TempDir Path folder;

  /** As /etc/metronome is: everybody may pass. */
  @BeforeEach
  void open_the_folder() throws IOException {
    allow(folder, "rwxr-xr-x");
  }

  private static void allow(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private Configurations naming(String key, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "secret");
    allow(file, mode);
    return Configurations.in(folder).flag(key, file.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token-file",
        "operation-token-file",
        "signing-key-file",
        "client-key",
        "http-key",
        "http-users"
      })
  void a_secret_that_everybody_may_read_is_said(String key) throws Exception {
    assertThat(naming(key, "rw-r--r--").read().exposures())
        .singleElement()
        .asString()
        .startsWith(key + ": " + folder.resolve("secret") + " may be read by everybody; chmod o-r");
    assertThat(naming(key, "rw-r-----").read().exposures()).isEmpty();
    Configuration hidden = naming(key, "rw-r--r--").read();
    allow(folder, "rwx------");
    assertThat(hidden.exposures()).as("nobody gets as far as that").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token-file",
        "operation-token-file",
        "client-key",
        "http-key",
        "ca-cert",
        "client-cert",
        "http-cert"
      })
  void what_others_could_exchange_is_said(String key) throws Exception {
    assertThat(naming(key, "rw-----w-").read().exposures())
        .singleElement()
        .asString()
        .startsWith(key + ": others could exchange it: ")
        .contains("may be written by everybody; chmod go-w it");
    Configuration open = naming(key, "rw-------").read();
    allow(folder, "rwxrwxrwx");
    assertThat(open.exposures()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http-users", "signing-key-file"})
  void a_file_by_which_others_could_let_themselves_in_is_refused(String key) throws Exception {
    assertThatThrownBy(naming(key, "rw-----w-").read()::exposures)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("--" + key, "refused", "chmod go-w it");
  }

  @Test
  void a_config_yml_that_everybody_may_read_is_said_if_it_holds_a_secret() throws Exception {
    Configurations sources = Configurations.in(folder).file("c/config.yml");
    assertThat(sources.with("c/config.yml", "host: h").read().exposures()).isEmpty();
    Configuration secret = sources.with("c/config.yml", "token: t").read();
    allow(folder.resolve("c/config.yml"), "rw-r--r--");
    assertThat(secret.exposures())
        .singleElement()
        .asString()
        .contains("may be read by everybody; chmod o-r it, since it holds token");
    allow(folder.resolve("c/config.yml"), "rw-------");
    assertThat(secret.exposures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "operation-token", "signing-key", "payload-token"})
  void a_secret_on_the_command_line_is_said(String key) {
    assertThat(Configurations.in(folder).flag(key, "k1:secret").read().exposures())
        .singleElement()
        .asString()
        .startsWith("--" + key + ": everybody on this machine can read")
        .doesNotContain("k1:secret");
  }

  @Test
  void a_certificate_that_is_not_verified_is_said_however_that_was_set() {
    assertThat(Configurations.in(folder).flag("insecure-skip-verify", "true").read().exposures())
        .singleElement()
        .asString()
        .contains("not verified", "ca-cert");
    assertThat(
            Configurations.in(folder)
                .environment("CONSUL_HTTP_SSL_VERIFY", "false")
                .read()
                .exposures())
        .hasSize(1);
    assertThat(Configurations.in(folder).read().exposures()).isEmpty();
  }

  @Test
  void a_file_that_is_not_there_is_for_others_to_say() {
    assertThat(Configurations.in(folder).flag("http-users", "none").read().exposures()).isEmpty();
  }
}
