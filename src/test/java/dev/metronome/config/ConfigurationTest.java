package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.signature.SigningKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path folder;

  @Test
  void
      a_flag_wins_over_our_environment_that_over_the_file_that_over_consuls_and_that_over_the_default() {
    Configurations sources = Configurations.in(folder);
    assertThat(sources.read().text("host")).isEqualTo("127.0.0.1");
    assertThat(sources.environment("CONSUL_HTTP_ADDR", "consul:1").read().text("host"))
        .isEqualTo("consul");
    assertThat(sources.with("config/config.yml", "host: file").read().text("host"))
        .isEqualTo("file");
    assertThat(sources.environment("METRONOME_HOST", "own").read().text("host")).isEqualTo("own");
    assertThat(sources.flag("host", "flag").read().text("host")).isEqualTo("flag");
  }

  @Test
  void what_a_watch_handler_inherits_does_not_lead_elsewhere() {
    Configurations sources =
        Configurations.in(folder)
            .environment("CONSUL_HTTP_ADDR", "https://elsewhere:8501")
            .environment("CONSUL_HTTP_TOKEN", "theirs")
            .environment("CONSUL_HTTP_TOKEN_FILE", "/nowhere");
    ConsulSettings own =
        sources.with("config/config.yml", "host: 10.0.0.5\ntoken: ours\n").read().consul();
    assertThat(own.host() + ":" + own.port()).isEqualTo("10.0.0.5:8500");
    assertThat(own.https()).isFalse();
    assertThat(own.token()).hasValue("ours");
    ConsulSettings half =
        sources.with("config/config.yml", "port: 8600\ntoken: ours\n").read().consul();
    assertThat(half.host() + ":" + half.port())
        .as("host and port are one address")
        .isEqualTo("127.0.0.1:8600");
  }

  @Test
  void variables_may_stand_in_config_yml_as_the_originals_flag() {
    Configuration read =
        Configurations.in(folder).with("config/config.yml", "var: [site=tokyo, size=3=4]\n").read();
    assertThat(read.flagVariables()).containsEntry("site", "tokyo").containsEntry("size", "3=4");
    assertThat(read.warnings()).isEmpty();
    assertThatThrownBy(
            () -> Configurations.in(folder).with("config/config.yml", "var: [site]\n").read())
        .hasMessageContaining("config.yml:1:6: var: expected key=value");
  }

  @Test
  void every_setting_can_be_set_by_the_environment() {
    for (Setting setting : Settings.all()) {
      String text = another(setting);
      Configuration read = Configurations.in(folder).environment(setting.variable(), text).read();
      assertThat(read.text(setting.key())).as(setting.key()).isEqualTo(text);
      assertThat(read.isSet(setting.key())).as(setting.key()).isTrue();
    }
  }

  private static String another(Setting setting) {
    return switch (setting.kind()) {
      case FLAG -> Boolean.toString(!Boolean.parseBoolean(setting.defaultValue()));
      case NUMBER -> "8600";
      case SIZE -> "64KiB";
      case DURATION -> "11s";
      default -> setting.choices().isEmpty() ? "other/" : setting.choices().get(1);
    };
  }

  @Test
  void an_empty_variable_counts_as_unset() {
    Configuration read = Configurations.in(folder).environment("METRONOME_PORT", "").read();
    assertThat(read.number("port")).isEqualTo(8500);
  }

  @Test
  void values_are_read_as_their_kind() {
    Configuration read =
        Configurations.in(folder)
            .flag("poll-interval", "500ms")
            .flag("log-limit", "64KiB")
            .flag("debug", "yes")
            .flag("role", "web, db,,")
            .read();
    assertThat(read.duration("poll-interval")).isEqualTo(Duration.ofMillis(500));
    assertThat(read.size("log-limit")).isEqualTo(65_536);
    assertThat(read.flag("debug")).isTrue();
    assertThat(read.roles()).containsExactly("web", "db");
  }

  @Test
  void a_value_of_the_wrong_kind_names_its_place_and_what_is_wanted() {
    assertProblem("port", "abc", "--port: `port` must be a number, found `abc`");
    assertProblem("port", "0", "--port: `port` must be between 1 and 65535, found `0`");
    assertProblem("session-ttl", "5s", "`session-ttl` must be between 10s and 1d, found `5s`");
    assertProblem("lost-after", "soon", "must be a duration such as 500ms, 30s, 5m or 1h");
    assertProblem("log-limit", "1GiB", "must be between 1KiB and 256KiB, found `1GiB`");
    assertProblem("debug", "maybe", "must be true or false, found `maybe`");
    assertProblem("protocol", "ftp", "must be one of http, https, found `ftp`");
    for (String prefix : List.of("/x", "a:b", "a b", "a//b", "ü", "../a", " ")) {
      assertProblem("prefix", prefix, "`prefix` must be a key in Consul such as metronome/");
    }
  }

  private void assertProblem(String key, String text, String message) {
    assertThatThrownBy(() -> Configurations.in(folder).flag(key, text).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_key_that_is_not_in_the_catalogue_is_a_mistake_of_the_caller() {
    Configuration read = Configurations.defaults();
    assertThatIllegalArgumentException().isThrownBy(() -> read.text("hots"));
    assertThatIllegalArgumentException().isThrownBy(() -> read.number("host"));
  }

  @Test
  void the_prefix_ends_with_a_slash() {
    assertThat(Configurations.in(folder).flag("prefix", "m").read().text("prefix")).isEqualTo("m/");
  }

  @Test
  void the_service_manager_is_the_one_that_the_machine_runs() throws Exception {
    assertThat(Configurations.in(folder).read().text("service-manager")).isEqualTo("init");
    Files.createDirectories(folder.resolve("run/systemd/system"));
    assertThat(Configurations.in(folder).read().text("service-manager")).isEqualTo("systemd");
  }

  @Test
  void the_proxy_is_exported_only_if_there_is_one() {
    assertThat(Configurations.defaults().proxyEnvironment()).isEmpty();
    Configuration read =
        Configurations.in(folder).flag("proxy-host", "p").flag("no-proxy", "10.0.0.1").read();
    assertThat(read.proxyEnvironment())
        .containsExactly(
            entry("http_proxy", "http://p:8080"),
            entry("https_proxy", "http://p:8080"),
            entry("ftp_proxy", "http://p:8080"),
            entry("no_proxy", "10.0.0.1"));
  }

  @Test
  void variables_of_the_command_line_win_over_those_of_the_file_beside_config_yml() {
    Configuration read =
        Configurations.in(folder)
            .with("here/config.yml", "debug: false")
            .with("here/variables.yml", "a: 1.10\nb: true\nc:\n")
            .file("here/config.yml")
            .variables("b=x=y", "d=")
            .read();
    assertThat(read.fileVariables()).isEqualTo(Map.of("a", "1.10", "b", "true", "c", ""));
    assertThat(read.flagVariables()).isEqualTo(Map.of("b", "x=y", "d", ""));
    assertThat(read.variables()).isEqualTo(Map.of("a", "1.10", "b", "x=y", "c", "", "d", ""));
  }

  @Test
  void a_variable_without_a_value_is_refused() {
    assertThatThrownBy(() -> Configurations.in(folder).variables("novalue").read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("--var: expected key=value, found `novalue`");
  }

  @Test
  void secrets_are_masked_and_never_reach_camel() {
    Configuration read = Configurations.in(folder).flag("token", "s3cr3t-canary").read();
    assertThat(read.describe().toString()).contains("********").doesNotContain("canary");
    assertThat(read.camelProperties()).doesNotContainKey("metronome.token");
    assertThat(read.secrets()).containsExactly("s3cr3t-canary");
    assertThat(read.warnings()).singleElement().asString().contains("seen by every user");
  }

  @Test
  void operations_inherit_no_secret_of_the_agent_and_find_their_own_token() {
    Map<String, String> environment =
        Map.of(
            "PATH", "/bin",
            "CONSUL_HTTP_TOKEN", "agents",
            "METRONOME_TOKEN", "agents",
            "METRONOME_SIGNING_KEY", "k1:x",
            "METRONOME_PAYLOAD_TOKEN", "p",
            "METRONOME_OPERATION_TOKEN", "own");
    assertThat(
            Configurations.in(folder)
                .flag("operation-token", "own")
                .read()
                .operationEnvironment(environment))
        .containsOnly(Map.entry("PATH", "/bin"), Map.entry("CONSUL_HTTP_TOKEN", "own"));
    assertThat(Configurations.defaults().operationEnvironment(environment))
        .containsOnly(Map.entry("PATH", "/bin"), Map.entry("CONSUL_HTTP_TOKEN", "agents"));
  }

  @Test
  void camel_sees_durations_in_milliseconds_and_sizes_in_bytes() {
    assertThat(Configurations.defaults().camelProperties())
        .containsEntry("metronome.poll-interval", "10000")
        .containsEntry("metronome.log-limit", "131072")
        .hasSize((int) Settings.all().stream().filter(s -> !s.isSecret()).count());
  }

  @Test
  void a_description_names_every_setting_and_where_it_came_from() {
    List<EffectiveSetting> settings =
        Configurations.in(folder)
            .with("etc/config.yml", "\nport: 8501\n")
            .environment("METRONOME_ROLE", "db")
            .read()
            .describe();
    assertThat(settings).hasSameSizeAs(Settings.all());
    assertThat(settings)
        .contains(
            new EffectiveSetting("port", "8501", folder.resolve("etc/config.yml") + ":2:7"),
            new EffectiveSetting("protocol", "https", "default, because the port is 8501"),
            new EffectiveSetting("role", "db", "METRONOME_ROLE"),
            new EffectiveSetting("host", "127.0.0.1", "default"));
  }

  @Test
  void the_routes_folder_is_the_one_set_else_the_machines_else_beside_us() throws Exception {
    assertThat(Configurations.in(folder).read().routes()).isEmpty();
    Files.createDirectories(folder.resolve("routes"));
    assertThat(Configurations.in(folder).read().routes()).contains(folder.resolve("routes"));
    Files.createDirectories(folder.resolve("etc/routes"));
    assertThat(Configurations.in(folder).read().routes()).contains(folder.resolve("etc/routes"));
    Configuration wrong = Configurations.in(folder).flag("routes", "none").read();
    assertThatThrownBy(wrong::routes).hasMessageStartingWith("--routes: the folder of routes");
  }

  @Test
  void a_misspelt_variable_of_the_environment_is_a_warning_and_the_scripts_own_are_not() {
    Configuration read =
        Configurations.in(folder)
            .environment("METRONOME_HTTP_PROT", "1")
            .environment("METRONOME_EVENT_ID", "x")
            .environment("METRONOME_PARAM_HOST", "x")
            .read();
    assertThat(read.warnings())
        .containsExactly("METRONOME_HTTP_PROT is ignored; did you mean METRONOME_HTTP_PORT?");
  }

  @Test
  void the_file_of_signing_keys_counts_unless_a_stronger_source_names_a_key() {
    String inFile = SigningKeys.newKey("file");
    String direct = SigningKeys.newKey("direct");
    Configurations sources =
        Configurations.in(folder)
            .with("keys", "# first\n" + inFile + "\n")
            .environment("METRONOME_SIGNING_KEY_FILE", "keys")
            .environment("METRONOME_SIGNING_KEY", direct);

    assertThat(sources.read().signingKeys().ids()).containsExactly("file");
    assertThat(sources.read().secrets()).contains(inFile.substring(5));
    assertThat(sources.flag("signing-key", direct).read().signingKeys().ids())
        .containsExactly("direct");
    assertThat(Configurations.defaults().signingKeys().isEmpty()).isTrue();
  }

  @Test
  void a_file_of_signing_keys_that_cannot_be_used_is_one_sentence_without_the_key() {
    assertKeyProblem("k1:canary", "keys: key 1 has a secret of less than 32 bytes");
    assertKeyProblem("# none\n", "keys holds no signing key; metronome sign --new-key makes one");
    Configuration missing = Configurations.in(folder).flag("signing-key-file", "none").read();
    assertThatThrownBy(missing::signingKeys)
        .hasMessageStartingWith("--signing-key-file: the file of signing keys")
        .hasMessageEndingWith("none cannot be read");
  }

  private void assertKeyProblem(String content, String message) {
    Configuration read =
        Configurations.in(folder).with("keys", content).flag("signing-key-file", "keys").read();
    assertThatThrownBy(read::signingKeys)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("canary");
  }

  @Test
  void the_acl_token_is_no_longer_asked_for_when_events_are_signed() {
    Configurations sources = Configurations.in(folder).environment("METRONOME_TOKEN", "acl-token");
    assertThat(sources.read().payloadToken()).contains("acl-token");
    sources.environment("METRONOME_SIGNING_KEY", SigningKeys.newKey("k1"));
    assertThat(sources.read().payloadToken()).isEmpty();
    sources.environment("METRONOME_PAYLOAD_TOKEN", "own");
    assertThat(sources.read().payloadToken()).contains("own");
  }

  @Test
  void signing_keys_that_everyone_may_read_or_see_are_a_warning() throws Exception {
    Configurations sources =
        Configurations.in(folder).with("keys", "").flag("signing-key-file", "keys");
    Path keys = folder.resolve("keys");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(sources.read().warnings()).singleElement().asString().contains("chmod 600");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
    assertThat(sources.read().warnings()).isEmpty();
    assertThat(sources.flag("signing-key", "k1:x").read().warnings())
        .singleElement()
        .asString()
        .endsWith("use --signing-key-file or METRONOME_SIGNING_KEY");
  }
}
