package dev.metronome.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.Unhurried;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The calls that the pipeline lives by, on whatever Consul, over whatever connection. */
interface ClientContract {

  ConsulConnection connection();

  private static String fresh() {
    return "client/" + UUID.randomUUID() + "/";
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  default void it_knows_that_consul_is_on_this_machine() {
    connection().get(fresh());

    assertThat(connection().isLocal()).isTrue();
  }

  @Test
  default void every_byte_of_a_value_comes_back() {
    String prefix = fresh();
    Transaction writes =
        new Transaction().set(prefix + "all", everyByte(), 7).set(prefix + "none", new byte[0]);

    assertThat(connection().commit(writes).isDone()).isTrue();

    Entry read = connection().get(prefix + "all").orElseThrow();
    assertThat(read.value()).isEqualTo(everyByte());
    assertThat(read.flags()).isEqualTo(7);
    assertThat(connection().list(prefix).value())
        .extracting(Entry::key)
        .containsExactly(prefix + "all", prefix + "none");
    assertThat(connection().read(List.of(prefix + "all", prefix + "none")))
        .extracting(entry -> entry.value().length)
        .containsExactly(256, 0);
    long before = connection().requests();
    List<String> some = List.of(prefix + "no", prefix + "all", prefix + "nor", prefix + "none");
    assertThat(connection().read(some))
        .extracting(Entry::key)
        .containsExactly(prefix + "all", prefix + "none");
    assertThat(connection().requests() - before)
        .as("refused, and those that are there")
        .isEqualTo(2);
    assertThat(connection().read(List.of(prefix + "no", prefix + "nor"))).isEmpty();
    assertThat(connection().requests() - before).as("refused: none is there").isEqualTo(3);
    assertThat(connection().names(prefix)).containsExactly(prefix + "all", prefix + "none");
  }

  @Test
  default void a_name_of_a_strangers_is_one_name() {
    String name = fresh() + "a b+c%25&d?e=f#g/ü☃";
    ForeignKeys keys = new ForeignKeys(connection());

    try {
      keys.put(name, "Grüße");
    } catch (ConsulUnavailableException e) {
      // Consul 1.21.5 and newer take no such names.
      assertThat(e).hasMessageContaining(name).hasMessageContaining("invalid key name");
      return;
    }

    assertThat(keys.get(name)).contains("Grüße");
    assertThat(connection().list(name).value())
        .singleElement()
        .extracting(Entry::key)
        .isEqualTo(name);
    assertThat(keys.get(name + "x")).isEmpty();
    assertThat(keys.get("/" + name)).as("a slash before it is none of it").contains("Grüße");
  }

  @Test
  default void a_large_value_comes_back() {
    String name = fresh() + "large";
    byte[] large = "0123456789abcdef".repeat(20_000).getBytes(UTF_8);

    assertThat(connection().commit(new Transaction().set(name, large)).isDone()).isTrue();

    assertThat(connection().get(name).orElseThrow().value()).isEqualTo(large);
  }

  @Test
  default void a_wait_ends_with_a_change() throws Exception {
    String prefix = fresh();
    long index = connection().list(prefix).index();
    CompletableFuture<Snapshot<List<Entry>>> answer = new CompletableFuture<>();
    try (Watch<List<Entry>> watch =
        connection()
            .watch(
                prefix,
                snapshot -> {
                  if (!snapshot.value().isEmpty()) {
                    answer.complete(snapshot);
                  }
                })) {
      connection().commit(new Transaction().set(prefix + "k", everyByte()));

      await().atMost(Unhurried.PATIENCE).until(answer::isDone);
      assertThat(answer.get().index()).isGreaterThan(index);
      assertThat(watch.age()).isNotNull();
    }
  }

  @Test
  default void an_interrupt_ends_a_wait_at_once() throws Exception {
    String prefix = fresh();
    connection().commit(new Transaction().set(prefix + "k", everyByte()));
    long index = connection().list(prefix).index();
    Request request =
        Request.get("/v1/kv/" + prefix + "?recurse").beyond(index, Duration.ofMinutes(9));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < 5; i++) {
      long before = connection().requests();
      Thread waiting =
          new Thread(
              () ->
                  failure.set(
                      catchThrowableOfType(
                          ConsulUnavailableException.class,
                          () -> connection().call("wait", request, Answer::isGood))));
      waiting.start();
      await().until(() -> connection().requests() > before);

      waiting.interrupt();

      waiting.join(30_000);
      assertThat(waiting.isAlive()).isFalse();
      assertThat(failure.get()).hasMessageContaining("interrupted");
    }
    assertThat(connection().get(prefix + "k")).as("others go on").isPresent();
  }

  @Test
  default void services_and_sessions_come_and_go() {
    Catalog catalog = new Catalog(connection());
    String node = catalog.localNode();
    Registration registration =
        new Registration(
            connection(), "client", node, 1, "http://127.0.0.1:1/", Duration.ofHours(1));
    registration.register();
    await()
        .until(
            () ->
                catalog.instances("client", Optional.empty()).stream()
                    .anyMatch(each -> each.node().equals(node) && each.passing()));
    assertThat(catalog.namesOf("client")).containsExactly("client");
    assertThat(catalog.nodes()).containsKey(node);
    assertThat(catalog.health(node)).contains(NodeHealth.ALIVE);

    Sessions sessions = new Sessions(connection());
    String session = sessions.create("client", Duration.ofSeconds(60), registration.checks());
    assertThat(sessions.renew(session)).isTrue();
    String key = fresh() + "lock";
    assertThat(connection().commit(new Transaction().lock(key, everyByte(), session)).isDone())
        .isTrue();
    assertThat(connection().get(key).orElseThrow().isLockedBy(session)).isTrue();
    sessions.destroy(session);
    assertThat(sessions.renew(session)).isFalse();
    assertThat(connection().get(key).orElseThrow().isLocked()).isFalse();

    registration.deregister();
    await().until(() -> catalog.instances("client", Optional.empty()).isEmpty());
  }

  @Test
  default void consul_says_that_it_has_a_leader() throws InterruptedException {
    assertThat(new Reachability(connection()).fault(Unhurried.PATIENCE)).isEmpty();
  }
}
