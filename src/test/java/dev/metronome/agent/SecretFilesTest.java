package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of secrets whose mode changes while the agent runs. */
class SecretFilesTest {

  @TempDir Path folder;
  @AutoClose private final LogLines log = LogLines.of(ReloadedFiles.class);
  private Path token;
  private Path users;
  private ReloadedFiles files;

  @BeforeEach
  void start() throws IOException {
    token = Files.writeString(folder.resolve("token"), "secret");
    users = Files.writeString(folder.resolve("users"), "");
    mode(folder, "rwxr-xr-x"); // or nobody gets as far as the files
    mode(token, "rw-------");
    mode(users, "rw-------");
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    Map<String, String> flags = Map.of("token-file", "token", "http-users", "users");
    files =
        new ReloadedFiles(
            "secret-files",
            new SecretFiles(
                new ConfigurationReader(machine).read(Optional.empty(), flags, List.of())));
    assertThat(log.taken()).isEmpty();
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** Two looks: the first notices, the second finds it settled. */
  private void look() {
    files.look();
    files.look();
  }

  @Test
  void a_mode_by_which_everybody_may_read_is_said_once_each_time_that_it_comes()
      throws IOException {
    for (int i = 0; i < 2; i++) {
      mode(token, "rw-r--r--");
      look();
      assertThat(log.taken())
          .singleElement()
          .asString()
          .startsWith("WARNING token-file: " + token)
          .contains("may be read by everybody", "show Consul this agent's token");
      look();
      mode(token, "rw-------");
      look();
      assertThat(log.taken()).isEmpty();
    }
  }

  @Test
  void a_mode_by_which_others_could_let_themselves_in_is_an_error() throws IOException {
    mode(users, "rw-rw-rw-");
    look();
    look();
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("SEVERE secret-files state=broken ")
        .contains("http-users is refused", "chmod go-w it");

    mode(users, "rw-------");
    look();
    assertThat(log.taken()).containsExactly("INFO secret-files state=repaired changed=nothing");
  }
}
