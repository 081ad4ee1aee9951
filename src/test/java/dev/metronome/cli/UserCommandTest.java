package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines for the file of users. What they are good for is UsersTest's. */
class UserCommandTest {

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void start() {
    shell = Shell.in(folder);
  }

  @Test
  void of_a_piped_password_only_its_hash_is_printed() {
    assertThat(shell.in("correct horse\n").run("user", "alice", "--write")).isZero();

    assertThat(shell.out())
        .matches("alice:write:\\$pbkdf2-sha512\\$210000\\$[^:]+\n")
        .doesNotContain("correct");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void groups_stand_behind_the_secret_and_a_role_lets_vote() {
    assertThat(shell.run("user", "bob", "--approve", "--groups", "ops,dba", "--new-token"))
        .isZero();
    assertThat(shell.out()).matches("bob:approve:\\$sha256\\$[0-9a-f]{64}:ops,dba\n");
    assertThat(shell.run("user", "bob", "--groups", "o ps", "--new-token")).isEqualTo(2);
    assertThat(shell.err()).contains("a user's groups are");
  }

  @Test
  void a_token_is_shown_beside_its_line() {
    assertThat(shell.run("user", "prometheus", "--new-token")).isZero();

    assertThat(shell.out()).matches("prometheus:read:\\$sha256\\$[0-9a-f]{64}\n");
    assertThat(shell.err())
        .matches("metronome: the token, which is shown only now: [A-Za-z0-9_-]{43}\n");
  }

  @Test
  void what_is_no_user_is_refused_with_a_sentence() {
    assertThat(shell.in("short\n").run("user", "alice")).isEqualTo(2);
    assertThat(shell.err()).contains("a password has at least 8 characters");
    assertThat(shell.in("long enough\n").run("user", "a:b")).isEqualTo(2);
    assertThat(shell.err()).contains("a user's name has up to 64 of the characters");
    assertThat(shell.in("").run("user", "alice")).isEqualTo(2);
    assertThat(shell.err()).contains("there is no password on standard input");
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void an_agent_that_others_could_reach_unprotected_does_not_start() {
    assertThat(shell.run("agent", "--http-host", "0.0.0.0")).isEqualTo(2);
    assertThat(shell.err()).contains("http-users").doesNotContain("\tat ");
  }
}
