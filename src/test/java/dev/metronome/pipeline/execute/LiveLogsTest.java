package dev.metronome.pipeline.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.loop.Loops;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.OutputSource;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What running tasks have said so far, and how often that is written. */
class LiveLogsTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection operator = Member.connection(consul, "operator");
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final Member member = Member.joined(consul, "a");
  private final ConsulConnection writer = Member.connection(consul, "a"); // renews no session
  private final Claims claims =
      new Claims(
          writer, member.sessions(), keys, "a", "a/1", Clock.systemUTC(), (eventId, no) -> true);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow
  private final LiveLogs logs =
      new LiveLogs(claims, text -> text.replace("s3cret", "******"), nanos::get, new Loops());
  private final BoundedOutput log = new BoundedOutput(131_072, Clock.systemUTC());

  @BeforeEach
  void take() throws InterruptedException {
    Assignment assignment = Records.assignment("e1", 0);
    String key = keys.assignment("a", Keys.COMMON_LANE);
    operator.commit(new Transaction().set(key, Json.write(assignment)));
    assertThat(claims.take(assignment, operator.get(key).orElseThrow().modifyIndex())).isTrue();
    logs.begun("e1.0", log);
  }

  @AfterEach
  void close() {
    logs.close();
    writer.close();
    member.close();
    operator.close();
    consul.close();
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
    logs.look();
  }

  private void say(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.append(OutputSource.OUT, bytes, 0, bytes.length);
  }

  private Optional<Entry> entry() {
    return operator.get(keys.log("e1", 0, "a"));
  }

  private String stored() {
    return entry().map(e -> new String(e.value(), StandardCharsets.UTF_8)).orElse("");
  }

  @Test
  void nothing_is_written_of_a_task_that_is_shorter_than_two_seconds() throws Exception {
    say("quick\n");
    after(Duration.ofMillis(1_900));
    assertThat(entry()).isEmpty();
    logs.ended("e1.0");
    claims.finish("e1.0", Outcome.success(), "");
    after(Duration.ofSeconds(10));
    assertThat(stored()).isEmpty();
  }

  @Test
  void a_log_that_has_grown_is_written_every_two_seconds() {
    say("one\n");
    after(Duration.ofSeconds(2));
    assertThat(stored()).endsWith("[INFO ] one\n");
    say("two\n");
    after(Duration.ofMillis(1_900));
    assertThat(stored()).doesNotContain("two");
    after(Duration.ofMillis(100));
    assertThat(stored()).endsWith("[INFO ] two\n");
  }

  @Test
  void one_that_has_not_grown_costs_nothing() {
    say("one\n");
    after(Duration.ofSeconds(2));
    long index = entry().orElseThrow().modifyIndex();
    long requests = writer.requests();
    after(Duration.ofSeconds(60));
    assertThat(entry().orElseThrow().modifyIndex()).isEqualTo(index);
    assertThat(writer.requests()).isEqualTo(requests);
  }

  @Test
  void a_large_log_is_written_less_often() {
    say("x".repeat(64 * 1_024) + "\n");
    after(Duration.ofSeconds(2));
    say("more\n");
    after(Duration.ofMillis(3_900));
    assertThat(stored()).doesNotContain("more");
    after(Duration.ofMillis(200));
    assertThat(stored()).contains("more");
  }

  @Test
  void without_the_session_nothing_is_written() {
    say("one\n");
    after(Duration.ofSeconds(2));
    member.destroySession();
    say("two\n");
    after(Duration.ofSeconds(2));
    assertThat(stored()).contains("one").doesNotContain("two");
  }

  @Test
  void known_secrets_are_hidden() {
    say("token s3cret\n");
    after(Duration.ofSeconds(2));
    assertThat(stored()).endsWith("token ******\n");
  }
}
