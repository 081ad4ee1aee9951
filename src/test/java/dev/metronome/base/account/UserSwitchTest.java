package dev.metronome.base.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As whom programs may be run, whoever runs this test. */
class UserSwitchTest {
  private static final String OTHER = "nobody";

  @TempDir Path folder;

  private Path program(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void root_becomes_another_with_all_groups_or_does_not_run() throws IOException {
    UserSwitch by = new UserSwitch(0, List.of(folder.resolve("none"), program("setpriv")));
    Account account = by.to(OTHER);
    assertThat(by.argv(account))
        .containsExactly(
            folder.resolve("setpriv").toString(),
            "--reuid=" + account.uid(),
            "--regid=" + account.gid(),
            "--init-groups",
            "--");
  }

  @Test
  void root_needs_no_program_to_stay_what_it_is() {
    assertThat(new UserSwitch(0, List.of()).to("root").uid()).isZero();
  }

  @Test
  void an_account_that_does_not_exist_is_refused_by_name() {
    assertThatThrownBy(() -> new UserSwitch(0, List.of()).to("no-such-one"))
        .isInstanceOf(UserSwitchException.class)
        .hasMessageContaining("this machine has no account no-such-one");
  }

  @Test
  void a_second_name_of_a_number_is_refused_since_it_would_get_the_groups_of_the_first() {
    assertThatThrownBy(() -> UserSwitch.demandOneName(new Account("toor", 0, 0, "/", "/bin/sh")))
        .isInstanceOf(UserSwitchException.class)
        .hasMessageContaining("toor shares its number 0 with root");
  }

  @Test
  void who_is_not_root_is_refused_whoever_is_asked_for() throws IOException {
    UserSwitch by = new UserSwitch(4_242_424, List.of(program("setpriv")));
    for (String name : List.of(OTHER, "root")) {
      assertThatThrownBy(() -> by.to(name))
          .isInstanceOf(UserSwitchException.class)
          .hasMessageContaining("only root can run programs as " + name)
          .hasMessageContaining("uid 4242424");
    }
  }

  @Test
  void without_setpriv_and_with_that_of_busybox_it_is_refused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("setpriv"), program("busybox"));
    for (List<Path> places : List.of(List.<Path>of(), List.of(link))) {
      assertThatThrownBy(() -> new UserSwitch(0, places).to(OTHER))
          .isInstanceOf(UserSwitchException.class)
          .hasMessageContaining("install util-linux");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "_apt", "www-data", "AD\\ada", "ada@example.org", "pc1$"})
  void what_accounts_are_called_is_a_name(String name) {
    assertThat(UserSwitch.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1000", "-u", "a b", "a:b", "{{owner}}", "a/b", "a\n", "$(id)"})
  void what_could_be_taken_for_something_else_is_none(String name) {
    assertThat(UserSwitch.isName(name)).isFalse();
  }
}
