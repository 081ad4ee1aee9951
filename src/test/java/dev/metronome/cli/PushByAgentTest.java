package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.signature.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/metronome push} beside an agent, which takes the events if it is set as push is. */
class PushByAgentTest {

  /** An agent whose configuration says nothing else than where things are. */
  @TempDir private static Path plain;

  @AutoClose private static OneNodeCluster usual;
  private static String usualConfig;

  @TempDir Path folder;
  @AutoClose private OneNodeCluster another;
  private OneNodeCluster cluster = usual;
  private Path config = plain.resolve("config.yml");
  private PushLauncher launcher;

  @BeforeAll
  static void startUsual() throws Exception {
    Path config = Files.createFile(plain.resolve("config.yml"));
    usual = new OneNodeCluster().withAgentOf(config);
    usual.awaitAgent();
    usualConfig = Files.readString(config);
  }

  @BeforeEach
  void prepare() throws Exception {
    launcher = new PushLauncher(folder);
  }

  @AfterEach
  void restore() throws IOException {
    Files.writeString(plain.resolve("config.yml"), usualConfig);
  }

  /** Another agent, with more settings. */
  private void start(String... lines) throws Exception {
    config = Files.write(folder.resolve("config.yml"), List.of(lines));
    another = new OneNodeCluster().withAgentOf(config);
    another.awaitAgent();
    cluster = another;
  }

  private static byte[] events(String... events) {
    return ("[" + String.join(",", events) + "]").getBytes(UTF_8);
  }

  private static String event(String id) {
    return event(id, null);
  }

  private static String event(String id, String payload) {
    String text =
        payload == null
            ? "null"
            : '"' + Base64.getEncoder().encodeToString(payload.getBytes(UTF_8)) + '"';
    return "{\"ID\": \"%s\", \"Name\": \"päron\", \"Payload\": %s, \"Version\": 1, \"LTime\": 7}"
        .formatted(id, text);
  }

  private boolean isDone(byte[] input, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
    arguments.addAll(List.of(more));
    return launcher.isDone(input, arguments.toArray(String[]::new));
  }

  /** Nobody here knows an event of that name. */
  private EventResult ended(String id) {
    String key = OneNodeCluster.KEYS.result(id);
    await().until(() -> cluster.text(key).contains("skip"));
    return Json.read(key, cluster.text(key).getBytes(UTF_8), EventResult.class);
  }

  /** The events that wait or have ended, of those whose IDs begin so. */
  private Set<String> known(String start) {
    return Stream.of("metronome/queued/", "metronome/results/")
        .flatMap(prefix -> cluster.names(prefix).stream())
        .map(name -> name.replaceFirst("/.*", ""))
        .filter(name -> name.startsWith(start) && !name.isEmpty())
        .collect(Collectors.toSet());
  }

  @Test
  void it_takes_the_events_once_and_writes_what_push_writes() throws Exception {

    assertThat(isDone(events(event("1-a"), event("1-b"), event("1-a")))).isTrue();
    assertThat(isDone(events(event("1-a"), event("1-c")))).isTrue();
    EventResult first = ended("1-a");

    Shell shell = Shell.in(folder).in(new String(events(event("1-a"), event("1-d")), UTF_8));
    assertThat(shell.run("push", "--config", config.toString())).as(shell.err()).isZero();
    EventResult slow = ended("1-d");
    for (String id : new String[] {"1-a", "1-b", "1-c"}) {
      assertThat(ended(id).name()).isEqualTo(slow.name()).isEqualTo("päron");
      assertThat(ended(id).source()).isEqualTo(slow.source()).hasValue("push");
      assertThat(ended(id).by()).isEqualTo(slow.by()).isPresent();
    }
    assertThat(ended("1-a")).isEqualTo(first);
    assertThat(known("1-")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "null", "[]"})
  void nothing_handed_over_is_done_too(String input) throws Exception {
    assertThat(isDone(input.getBytes(UTF_8))).isTrue();
    assertThat(launcher.isDone(input.getBytes(UTF_8), "--config=" + config)).isTrue();
    assertThat(launcher.variable("METRONOME_CONFIG", config.toString()).isDone(new byte[0]))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "METRONOME_PARAM_X, y, true",
    "METRONOME_HOST, '', true",
    "CONSUL_INDEX, 7, true",
    "TRACEPARENT, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, true",
    "METRONOME_PREFIX, other/, false",
    "METRONOME_DEBUG, true, false",
    "CONSUL_HTTP_TOKEN, x, false",
    "CONSUL_HTTP_ADDR, 127.0.0.1:8500, false",
    "TRACEPARENT, 00-cafe, false",
  })
  void a_variable_that_says_something_else_is_for_push(String name, String value, boolean done)
      throws Exception {
    launcher.variable(name, value);
    String id = "2-" + UUID.randomUUID();
    assertThat(isDone(events(event(id)))).isEqualTo(done);
    assertThat(known(id)).hasSize(done ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--prefix=other/", "--log-level=info", "--token=x", "--help", "push"})
  void an_argument_is_for_push(String argument) throws Exception {
    assertThat(isDone(events(event("no-a")), argument)).isFalse();
    assertThat(known("no-")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prefix: other/",
        "queue-limit: 9999",
        "token: x",
        "signing-key-file: keys",
        "payload-token: x",
        "namespace: x",
        "host: localhost",
        "log-level: info",
        "debug: true",
        "unknown: key",
        "port: none",
        "- no mapping",
      })
  void what_the_file_says_since_the_agent_has_started_is_for_push(String line) throws Exception {
    Files.writeString(config, line + "\n", StandardOpenOption.APPEND);
    assertThat(isDone(events(event("no-a")))).isFalse();
    assertThat(known("no-")).isEmpty();
  }

  @Test
  void another_file_is_for_push_even_with_the_same_in_it() throws Exception {
    Path other = Files.copy(config, folder.resolve("other.yml"));
    assertThat(launcher.isDone(events(event("no-a")), "--config", other.toString())).isFalse();
    assertThat(known("no-")).isEmpty();
  }

  @Test
  void what_is_not_authentic_is_dropped_quietly_and_what_cannot_be_an_event_is_for_push()
      throws Exception {
    start("payload-token: hush", "log-level: warn");
    assertThat(isDone(events(event("a", "hush"), event("b", "guess"), event("c")))).isTrue();
    assertThat(isDone(events(event("d", "hush"), event("../e", "hush")))).isFalse();
    assertThat(known("")).containsExactly("a");
  }

  @Test
  void a_signature_counts_once_by_whichever_way() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), SigningKeys.newKey("k1"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
    start("signing-key-file: " + keys);
    Shell shell = Shell.in(folder);
    assertThat(shell.run("sign", "päron", "--config", config.toString())).isZero();
    String payload = shell.out().strip();

    assertThat(isDone(events(event("a", payload), event("b")))).isTrue();
    shell.in(new String(events(event("c", payload)), UTF_8));
    assertThat(shell.run("push", "--config", config.toString())).as(shell.err()).isZero();

    assertThat(ended(payload.split("\\.", -1)[3]).by()).hasValue("key k1");
    assertThat(known("")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "{}", "[1]", "[] []", "[{\"ID\": \"a\",", "[\0]", "\0"})
  void malformed_input_is_for_push_as_it_is(String input) throws Exception {
    assertThat(isDone(input.getBytes(UTF_8))).isFalse();
    assertThat(known("no-")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"626900, true", "627100, false", "6000000, false"})
  void what_is_long_is_for_push_and_nothing_of_it_is_lost(int length, boolean done)
      throws Exception {
    String spaces = " ".repeat(length - events(event("3-" + length)).length);
    assertThat(isDone((new String(events(event("3-" + length)), UTF_8) + spaces).getBytes(UTF_8)))
        .isEqualTo(done);
  }

  @Test
  void where_users_are_asked_for_push_does_it() throws Exception {
    Path users = Files.writeString(folder.resolve("users"), "");
    Shell shell = Shell.in(folder).in("correct horse battery\n");
    assertThat(shell.run("user", "ann")).as(shell.err()).isZero();
    Files.writeString(users, shell.out());
    start("http-users: " + users);
    assertThat(isDone(events(event("no-a")))).isFalse();
    assertThat(known("no-")).isEmpty();
  }

  @Test
  void when_the_agent_has_gone_push_does_it() throws Exception {
    start();
    cluster.close();
    assertThat(isDone(events(event("a")))).isFalse();
  }
}
