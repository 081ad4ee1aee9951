package dev.metronome.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask, by the file of users. */
class UsersTest {

  private static final User ALICE = new User("alice", Role.WRITE);
  private static final User PROBE = new User("probe", Role.READ);
  private static final String TOKEN = UserLine.newToken();
  private static final String LINE = UserLine.withPassword(ALICE, "correct horse: é").toString();
  private static final String TOKEN_LINE = UserLine.withToken(PROBE, TOKEN).toString();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("users");
    Files.writeString(file, "# who may\n\n" + LINE + "\n" + TOKEN_LINE + "\n");
  }

  private static RequestCredentials basic(String name, String password) {
    byte[] text = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return RequestCredentials.parse("Basic " + Base64.getEncoder().encodeToString(text))
        .orElseThrow();
  }

  private static RequestCredentials bearer(String token) {
    return RequestCredentials.parse("bearer " + token).orElseThrow();
  }

  @Test
  void password_and_token_tell_who_it_is() {
    Users users = Users.of(file);

    assertThat(users.find(basic("alice", "correct horse: é"))).contains(ALICE);
    assertThat(users.find(bearer(TOKEN))).contains(PROBE);
    assertThat(users.find(basic("probe", TOKEN))).as("curl -u probe:TOKEN").contains(PROBE);
  }

  @Test
  void anything_else_is_nobody() {
    Users users = Users.of(file);

    assertThat(users.find(basic("alice", "correct horse: e"))).isEmpty();
    assertThat(users.find(basic("alice", ""))).isEmpty();
    assertThat(users.find(basic("bob", "correct horse: é"))).isEmpty();
    assertThat(users.find(basic("alice", TOKEN))).isEmpty();
    assertThat(users.find(bearer("correct horse: é"))).isEmpty();
    assertThat(users.find(bearer(TOKEN_LINE.split(":", 3)[2]))).as("what the file says").isEmpty();
    assertThat(RequestCredentials.parse("Basic")).isEmpty();
    assertThat(RequestCredentials.parse("Basic !")).isEmpty();
    assertThat(RequestCredentials.parse("Digest username=alice")).isEmpty();
    assertThat(RequestCredentials.parse("Basic YWxpY2U=")).as("no colon").isEmpty();
  }

  @Test
  void the_slow_hash_is_asked_once() {
    Users users = Users.of(file);
    RequestCredentials right = basic("alice", "correct horse: é");
    RequestCredentials wrong = basic("alice", "wrong");

    users.find(right);
    users.find(wrong);

    assertThat(users.isKnown(right)).isTrue();
    assertThat(users.isKnown(wrong)).isFalse();
  }

  @Test
  void who_is_taken_out_of_the_file_is_let_in_no_more() throws IOException {
    Users users = Users.of(file);
    RequestCredentials alice = basic("alice", "correct horse: é");
    users.find(alice);

    Files.writeString(file, TOKEN_LINE + "\n");

    assertThat(users.isKnown(alice)).isFalse();
    assertThat(users.find(alice)).isEmpty();
    assertThat(users.find(bearer(TOKEN))).contains(PROBE);
  }

  @Test
  void a_file_that_is_caught_half_written_is_read_again_when_it_is_whole() throws Exception {
    Users users = Users.of(file);
    for (int i = 0; i < 50; i++) {
      String token = UserLine.newToken();
      String line = UserLine.withToken(PROBE, token) + "\n".repeat(i + 1);
      Thread writer = Background.run(() -> writeInTwo(line));
      while (writer.isAlive()) {
        users.isKnown(bearer(token));
      }
      assertThat(users.find(bearer(token))).as("round %s", i).contains(PROBE);
    }
  }

  /** Empty for a moment. */
  private void writeInTwo(String text) {
    try {
      Files.writeString(file, "");
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void another_role_counts_at_once() throws IOException {
    Users users = Users.of(file);

    Files.writeString(file, UserLine.withToken(new User("probe", Role.WRITE), TOKEN) + "\n\n");

    assertThat(users.find(bearer(TOKEN)).map(User::role)).contains(Role.WRITE);
  }

  @Test
  void a_file_that_has_become_unusable_leaves_who_was_in_it() throws IOException {
    Users users = Users.of(file);

    Files.writeString(file, "alice:write\n");
    assertThat(users.find(bearer(TOKEN))).contains(PROBE);
    assertThat(users.find(bearer("other"))).isEmpty();

    Files.delete(file);
    assertThat(users.find(bearer(TOKEN))).contains(PROBE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice                     | :1: a line is NAME:ROLE:SECRET, or NAME:ROLE:SECRET:GROUPS; metronome user
          al ice:read:$sha256$00    | :1: a user's name has up to 64 of the characters
          alice:root:$sha256$00     | :1: a role is read, approve or write
          alice:read:secret         | :1: its third part is no hash of a password or token
          # nobody                  | names nobody; metronome user makes a line of it
          """)
  void a_faulty_line_is_named_and_not_quoted(String text, String error) throws IOException {
    Files.writeString(file, text);

    assertThatThrownBy(() -> Users.of(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(error)
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_name_stands_there_once() throws IOException {
    Files.writeString(file, LINE + "\n" + LINE + "\n");

    assertThatThrownBy(() -> Users.of(file)).hasMessage(file + ":2: alice stands there twice");
  }

  @Test
  void a_missing_file_is_named() {
    Path missing = folder.resolve("nobody");
    assertThatThrownBy(() -> Users.of(missing))
        .hasMessage("the file of users " + missing + " cannot be read");
  }

  /** Made with hashlib.pbkdf2_hmac('sha512', b'password', SALT, 25000) and passlib's base 64. */
  @Test
  void what_others_have_hashed_is_understood() {
    Secret known =
        Secret.parse(
            "$pbkdf2-sha512$25000$LyWE0HrP2RsjZCxlDGFMKQ$lobYCmn.7XUmLXpyPbYXcIqwWAdz80sSKGx3in4mP"
                + ".uoj6DIcJAJkvmcVbSL4nk5qkbM0yCUphN70cBTE6jlqA");

    assertThat(known.is("password")).isTrue();
    assertThat(known.is("Password")).isFalse();
  }

  @Test
  void short_passwords_and_odd_names_are_refused() {
    assertThatThrownBy(() -> UserLine.withPassword(ALICE, "1234567")).hasMessageContaining("8");
    assertThatThrownBy(() -> new User("a:b", Role.READ)).hasMessageContaining("name");
    assertThat(Optional.of(UserLine.withPassword(ALICE, "12345678").toString()))
        .get()
        .asString()
        .startsWith("alice:write:$pbkdf2-sha512$")
        .doesNotContain("12345678");
  }

  @Test
  void a_file_that_others_can_write_lets_nobody_in_whom_it_did_not_before() throws IOException {
    Users users = Users.of(file);
    User eve = new User("eve", Role.WRITE);
    Files.writeString(file, LINE + "\n" + UserLine.withPassword(eve, "mine, mine") + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(users.find(basic("eve", "mine, mine"))).isEmpty();
    assertThat(users.find(bearer(TOKEN))).contains(PROBE);
    assertThatThrownBy(() -> Users.of(file))
        .hasMessageContainingAll("refused", file.toString(), "chmod go-w it");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(users.find(bearer(TOKEN))).as("who is no longer in the file").isEmpty();
  }
}
