package dev.metronome.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What stands in Consul is UTF-8, in whichever way it was written or read. */
@Tag("text")
class StoredTextTest {
  private static final String TEXT = "Grüße ☃ 🎉 日本語 \u0007";

  private static EmbeddedConsul consul;
  private static ConsulConnection connection;

  @BeforeAll
  static void start() {
    consul = EmbeddedConsul.start();
    connection = Member.connection(consul, "a");
  }

  @AfterAll
  static void stop() {
    connection.close();
    consul.close();
  }

  @Test
  void the_bytes_of_a_value_are_kept() {
    assertThat(connection.commit(new Transaction().set("log", TEXT.getBytes(UTF_8))).isDone())
        .isTrue();

    assertThat(connection.get("log").orElseThrow().value()).isEqualTo(TEXT.getBytes(UTF_8));
    assertThat(connection.list("log").value().get(0).value()).isEqualTo(TEXT.getBytes(UTF_8));
  }

  @Test
  void a_record_comes_back_as_it_was() {
    Event event = Event.of("id", "päron", Map.of("who", TEXT), Records.NOON, "test", null);
    assertThat(connection.commit(new Transaction().set("event", Json.write(event))).isDone())
        .isTrue();

    byte[] stored = connection.get("event").orElseThrow().value();
    assertThat(new String(stored, UTF_8)).contains("päron", "Grüße ☃ ");
    assertThat(Json.read("event", stored, Event.class)).isEqualTo(event);
  }

  @Test
  void a_route_writes_and_reads_utf8_too() {
    connection.endpoints().consul().keyValueClient().putValue("route", TEXT, UTF_8);

    assertThat(connection.get("route").orElseThrow().value()).isEqualTo(TEXT.getBytes(UTF_8));
    assertThat(connection.endpoints().consul().keyValueClient().getValueAsString("route", UTF_8))
        .contains(TEXT);
  }
}
