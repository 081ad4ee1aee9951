package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code approve} says, and what other commands say of an event that waits for it. */
class ApproveCommandTest {
  private static final String TASKS =
      """
      events:
        deploy:
          ordered_tasks:
            - approve: {message: 'To production?', by: [ops, alice, bob], count: 2, timeout: 1h}
            - {task: say}
      tasks: {say: {operations: [{echo: {text: done}}]}}
      """;

  @TempDir static Path folder;
  private static OneNodeCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = OneNodeCluster.running(folder, TASKS);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Shell as(String user) {
    return cluster.shell(folder).environment("USER", user);
  }

  /** Fired by dave; returns once it waits. */
  private static String asking() {
    Shell shell = as("dave");
    assertThat(shell.run("fire", "deploy")).as(shell.err()).isZero();
    String id = shell.out().strip();
    await()
        .until(
            () -> {
              Shell show = as("dave");
              return show.run("show", id) == 0 && show.out().contains("waits for an approval");
            });
    return id;
  }

  private static String said(String user, int status, String... command) {
    Shell shell = as(user);
    assertThat(shell.run(command)).as(shell.out() + shell.err()).isEqualTo(status);
    return shell.out() + shell.err();
  }

  @Test
  void two_agree_and_the_event_goes_on() {
    String id = asking();

    assertThat(said("mallory", 2, "approve", id))
        .contains("would not count: mallory@")
        .contains("ops, alice, bob");
    assertThat(said("alice", 0, "approve", id, "--reason", "tests are green"))
        .contains("task 0 approve needs 1 more to agree");
    assertThat(said("alice", 2, "approve", id, "--deny"))
        .contains("alice has voted before: approved by alice@", "tests are green");
    assertThat(said("bob", 0, "approve", id, "--json"))
        .contains("\"Missing\":0", "\"Choice\":\"approve\"");

    await().until(() -> said("dave", 0, "show", id).contains("\nended "));
    assertThat(said("dave", 0, "show", id)).contains("approved by alice@", "(tests are green)");
    assertThat(said("bob", 2, "approve", id)).contains("has ended before, as success");
    assertThat(said("bob", 3, "approve", "00000000")).contains("no event");
  }

  @Test
  void what_waits_is_said_with_until_when_and_the_command_and_denying_ends_it() {
    String id = asking();
    String shortId = id.substring(0, 8);

    assertThat(said("dave", 0, "status"))
        .contains("waits for an approval by 2 of ops, alice, bob", "To production?", " left")
        .contains("metronome approve " + shortId);
    assertThat(said("dave", 0, "show", id)).contains("metronome approve " + shortId);
    assertThat(said("dave", 0, "queue")).contains("in progress: deploy waits for an approval");
    said("alice", 0, "approve", id);
    assertThat(said("dave", 0, "status")).contains("approved by alice@");

    assertThat(said("bob", 0, "approve", shortId, "--deny", "--reason", "too late"))
        .contains("task 0 approve is denied: the event ends");
    await().until(() -> said("dave", 0, "show", id).contains("\nended "));
    Shell waiting = as("dave");
    assertThat(waiting.run("show", id, "--json")).isZero();
    assertThat(waiting.out()).contains("\"Reason\":\"denied\"");
  }

  @Test
  void groups_are_those_of_the_file_of_users() throws Exception {
    String id = asking();
    Path users = folder.resolve("users");
    Files.writeString(
        users, UserLine.withToken(new User("carol", Role.READ, List.of("ops")), "t") + "\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));

    assertThat(said("carol", 2, "approve", id)).contains("would not count");
    Shell carol = as("carol").environment("METRONOME_HTTP_USERS", users.toString());
    assertThat(carol.run("approve", id)).as(carol.err()).isZero();
    said("alice", 0, "approve", id, "--deny");
  }

  @Test
  void a_plan_says_that_somebody_is_asked() {
    assertThat(
            said(
                "dave",
                0,
                "plan",
                "deploy",
                "--files",
                folder.resolve("hello/task.yml").toString()))
        .contains("approval by 2 of ops, alice, bob", "To production?", "at most 3600 s");
  }

  @Test
  void validate_names_an_approval_that_nobody_here_may_give() throws Exception {
    Path users = folder.resolve("few");
    Files.writeString(
        users,
        UserLine.withToken(new User("alice", Role.APPROVE), "t")
            + "\n"
            + UserLine.withToken(new User("bob", Role.READ, List.of("ops")), "u")
            + "\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
    Shell shell = Shell.in(folder).environment("METRONOME_HTTP_USERS", users.toString());

    assertThat(shell.run("validate", "hello/task.yml")).isZero();
    assertThat(shell.out())
        .contains("hello/task.yml:4:9: warning: the approval \"To production?\" needs 2 of ops,")
        .contains("has 1 of them");

    Files.writeString(
        users,
        UserLine.withToken(new User("bob", Role.WRITE), "u") + "\n",
        StandardOpenOption.APPEND);
    Files.writeString(users, Files.readString(users).replaceFirst("(?m)^bob:read.*\n", ""));
    assertThat(shell.run("validate", "hello/task.yml")).isZero();
    assertThat(shell.out()).contains("is also for ops, which is no user or group of http-users");
  }
}
