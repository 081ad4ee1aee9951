package dev.metronome.pipeline.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Presence;
import dev.metronome.testing.Background;
import dev.metronome.testing.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who bears a node's name. */
class PresenceKeeperTest {

  private static final Duration SHORT = Duration.ofMillis(700);
  private static final long NO_SUCH_PROCESS = 4_194_303;

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final Member other = Member.joined(consul, "other");
  private final Member member = Member.of(consul, "a");
  private final Incarnation self = Incarnation.of("a");
  private final PresenceKeeper keeper =
      new PresenceKeeper(
          member.connection(),
          keys,
          "a",
          () -> presence(self.host(), self.pid(), self.startedAt(), self.id()));

  @AfterEach
  void close() {
    member.close();
    other.close();
    consul.close();
  }

  private static Presence presence(String host, long pid, Instant startedAt, String incarnation) {
    return new Presence(
        1,
        "a",
        "1.0",
        host,
        pid,
        startedAt,
        incarnation,
        Map.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  private void held(Presence by) {
    held(Json.write(by));
  }

  private void held(byte[] value) {
    other.connection().commit(new Transaction().lock(keys.presence("a"), value, other.session()));
  }

  private boolean isHeld() {
    return other.connection().get(keys.presence("a")).filter(e -> e.isLocked()).isPresent();
  }

  @Test
  void a_name_that_nobody_holds_is_free() throws InterruptedException {
    keeper.awaitName(SHORT);
  }

  @Test
  void a_name_that_a_living_process_of_this_machine_holds_is_taken_at_once() {
    held(presence(self.host(), self.pid(), self.startedAt(), "a/other"));

    assertThatThrownBy(() -> keeper.awaitName(Duration.ofMinutes(1)))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("process " + self.pid())
        .hasMessageContaining("--node");
  }

  @Test
  void a_name_that_a_dead_process_of_this_machine_holds_is_freed() throws InterruptedException {
    held(presence(self.host(), NO_SUCH_PROCESS, self.startedAt(), "a/other"));

    keeper.awaitName(Duration.ofMinutes(1));

    assertThat(isHeld()).isFalse();
  }

  /** As in a container whose first process asks for no child's end, or just after a kill. */
  @Test
  void a_process_that_has_ended_and_that_nobody_has_asked_for_is_dead() throws Exception {
    String heedless = "exec 3<&0; head -n 1 <&3 >/dev/null & echo $!; exec sleep 600";
    Process parent = new ProcessBuilder("sh", "-c", heedless).start();
    try {
      long zombie = Long.parseLong(parent.inputReader(UTF_8).readLine());
      Path program = Path.of("/proc/" + parent.pid() + "/comm");
      await("no shell is left that could ask")
          .until(() -> Files.readString(program).equals("sleep\n"));
      parent.getOutputStream().write('\n');
      parent.getOutputStream().flush();
      Path stat = Path.of("/proc/" + zombie + "/stat");
      await().until(() -> Files.readString(stat).contains(") Z "));
      Instant started = ProcessHandle.of(zombie).orElseThrow().info().startInstant().orElseThrow();
      held(presence(self.host(), zombie, started, "a/other"));

      keeper.awaitName(Duration.ofMinutes(1));

      assertThat(isHeld()).isFalse();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void a_process_number_that_another_process_bears_now_is_dead() throws InterruptedException {
    held(presence(self.host(), self.pid(), self.startedAt().minusSeconds(3_600), "a/other"));

    keeper.awaitName(Duration.ofMinutes(1));
  }

  @Test
  void a_process_elsewhere_is_waited_for_and_then_the_name_is_taken() {
    held(presence("elsewhere boot ns", self.pid(), self.startedAt(), "a/other"));

    assertThatThrownBy(() -> keeper.awaitName(SHORT))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("elsewhere");
    assertThat(isHeld()).isTrue();
  }

  @Test
  void a_process_elsewhere_that_goes_frees_the_name() throws InterruptedException {
    held(presence("elsewhere boot ns", 1, self.startedAt(), "a/other"));

    Background.run(other::destroySession);

    keeper.awaitName(Duration.ofMinutes(1));
  }

  @Test
  void a_holder_that_says_nothing_of_itself_is_taken_for_alive() {
    held("x".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> keeper.awaitName(SHORT)).isInstanceOf(NameTakenException.class);
  }

  @Test
  void an_agent_that_is_stopped_does_not_wait_for_its_name() {
    held(presence("elsewhere boot ns", 1, self.startedAt(), "a/other"));
    Background.run(
        () -> {
          await().pollDelay(Duration.ofMillis(200)).until(() -> true);
          keeper.close();
        });

    assertThatThrownBy(() -> keeper.awaitName(Duration.ofMinutes(1)))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void presence_is_locked_with_every_session() {
    keeper.follow(member.sessions());
    member.join();
    await().until(this::isHeld);

    String lost = member.destroySession();
    member.sessions().suspect();

    await()
        .until(
            () ->
                other
                    .connection()
                    .get(keys.presence("a"))
                    .filter(entry -> entry.isLocked() && !entry.isLockedBy(lost))
                    .isPresent());
  }

  @Test
  void presence_that_another_session_holds_is_taken_when_that_goes() {
    held(presence("elsewhere boot ns", 1, self.startedAt(), "a/other"));
    keeper.follow(member.sessions());
    member.join();

    other.destroySession();

    await()
        .until(
            () ->
                other
                    .connection()
                    .get(keys.presence("a"))
                    .filter(entry -> entry.isLockedBy(member.session()))
                    .isPresent());
  }

  @Test
  void an_agent_that_leaves_takes_its_presence_with_it() {
    keeper.follow(member.sessions());
    member.join();
    await().until(this::isHeld);

    keeper.withdraw(member.session());

    assertThat(other.connection().get(keys.presence("a"))).isEmpty();
  }

  @Test
  void an_agent_that_has_left_says_nothing_more_of_itself() {
    keeper.follow(member.sessions());
    member.join();
    await().until(this::isHeld);
    keeper.withdraw(member.session());

    assertThat(keeper.announce(member.session())).isTrue();

    assertThat(other.connection().get(keys.presence("a"))).isEmpty();
  }
}
