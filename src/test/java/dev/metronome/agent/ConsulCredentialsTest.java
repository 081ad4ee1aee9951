package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.agent.route.RouteFiles;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of tokens, read again. {@code RightsIT} rotates them on a real Consul. */
class ConsulCredentialsTest {

  @TempDir Path folder;
  private final LogLines log = LogLines.of(ReloadedFiles.class);
  private Path token;
  private Path operations;
  private ConsulCredentials credentials;
  private OperationBeans beans;

  @BeforeEach
  void start() throws IOException {
    token = Files.writeString(folder.resolve("token"), "first-of-agent\n");
    operations = Files.writeString(folder.resolve("operations"), "first-of-operations\n");
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    Configuration configuration =
        new ConfigurationReader(machine)
            .read(
                Optional.empty(),
                Map.of(
                    "token-file", token.toString(),
                    "operation-token-file", operations.toString()),
                List.of());
    RouteFiles routes = RouteFiles.of(Optional.empty());
    credentials = new ConsulCredentials(configuration);
    beans = new OperationBeans(configuration, Map.of(), routes.operationTypes("metronome/"));
    credentials.operations(beans.connection());
  }

  @AfterEach
  void stop() {
    beans.close();
    credentials.connection().close();
    log.close();
  }

  private void reload() {
    credentials.reload(ReloadedFiles.Occasion.ASKED);
  }

  @Test
  void a_hang_up_takes_both_and_scripts_find_the_new_one() throws IOException {
    Files.writeString(token, "second-of-agent\n");
    Files.writeString(operations, "second-of-operations\n");
    reload();

    assertThat(credentials.connection().token()).contains("second-of-agent");
    assertThat(beans.connection().token()).contains("second-of-operations");
    assertThat(beans.exports()).containsEntry("CONSUL_HTTP_TOKEN", "second-of-operations");
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("INFO consul-credentials=[" + token + ", " + operations + "]")
        .endsWith("state=reloaded")
        .doesNotContain("second-of");
    reload();
    assertThat(log.taken()).singleElement().asString().contains("changed=nothing");
  }

  @Test
  void what_was_rotated_is_hidden_in_whatever_is_shown() throws IOException {
    Redaction made = Redaction.of(List.of("first-of-agent"));
    Files.writeString(token, "third-of-agent\n");
    reload();

    assertThat(made.apply("first-of-agent third-of-agent")).doesNotContain("of-agent");
  }

  @Test
  void a_file_that_holds_no_token_leaves_the_one_before_in_force() throws IOException {
    Files.writeString(token, "two tokens\n");
    reload();
    assertThat(credentials.connection().token()).contains("first-of-agent");
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("SEVERE consul-credentials=")
        .contains("state=broken " + token + " must hold a token", "stays in force");
    Files.writeString(token, "fourth-of-agent\n");
    reload();
    assertThat(log.taken()).singleElement().asString().endsWith("state=repaired");
    assertThat(credentials.connection().token()).contains("fourth-of-agent");
  }

  @Test
  void a_change_is_noticed_once_the_files_have_been_left_alone_for_a_look() throws IOException {
    Files.writeString(token, "fifth-of-agent\n");
    credentials.look();
    assertThat(credentials.connection().token()).contains("first-of-agent");
    credentials.look();
    assertThat(credentials.connection().token()).contains("fifth-of-agent");
  }
}
