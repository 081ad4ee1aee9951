package dev.metronome.http.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.Watch;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import dev.metronome.testing.StreamListener;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream of one agent on an embedded Consul that the test writes into. */
class ClusterStreamTest {

  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection operator = Member.connection(consul, "operator");
  private final ConsulConnection own = Member.connection(consul, "agent");
  private final Vertx vertx = Vertx.vertx();
  private final ClusterStream stream =
      new ClusterStream(vertx, own, KEYS, Clock.systemUTC(), Duration.ofMillis(200));
  private final List<StreamListener> listeners = new ArrayList<>();
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = serve(stream);
    for (String folder : List.of(KEYS.eventQueue(), KEYS.progressQueue(), KEYS.leader())) {
      operator.commit(new Transaction().set(folder, new byte[0]));
    }
    set(KEYS.presence("n1"), "{}");
  }

  private int serve(ClusterStream some) throws Exception {
    Router router = Router.router(vertx);
    some.serve(router);
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    return server.actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    stream.close();
    for (StreamListener each : listeners) {
      each.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get();
    own.close();
    operator.close();
    consul.close();
  }

  private StreamListener listener() throws Exception {
    return listener("");
  }

  private StreamListener listener(String lastHeard) throws Exception {
    StreamListener listener = StreamListener.at(port, lastHeard);
    listeners.add(listener);
    await().atMost(PATIENCE).until(() -> listener.heard("status").findAny().isPresent());
    return listener;
  }

  private void set(String key, Object record) {
    operator.commit(new Transaction().set(key, Json.write(record)));
  }

  private void queue(String id) {
    set(KEYS.event(1, id), Records.event(id));
  }

  /** Out of the queue and over in one transaction, as a leader does it. */
  private void ended(String id, String message) {
    Outcome how =
        new Outcome(
            dev.metronome.model.record.Status.ERROR, Optional.empty(), Optional.of(message));
    EventResult result = EventResult.ended(Records.event(id), Records.NOON, Records.NOON, how);
    operator.commit(
        new Transaction().delete(KEYS.event(1, id)).set(KEYS.result(id), Json.write(result)));
  }

  private static boolean has(StreamListener listener, String id, String status) {
    return listener.has(
        "event",
        event ->
            event.path("ID").asText().equals(id) && event.path("Status").asText().equals(status));
  }

  private static void awaitEvent(StreamListener listener, String id, String status) {
    await().atMost(PATIENCE).until(() -> has(listener, id, status));
  }

  private void awaitSilence() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                own.loops().all().stream().noneMatch(loop -> loop.name().startsWith("stream"))
                    && threads("metronome-(look|watch)-stream.*").isEmpty());
  }

  @Test
  void a_new_listener_is_told_how_everything_stands() throws Exception {
    Plan plan = Records.plan("run-1", 2).open(Records.NOON, List.of("n1"));
    set(KEYS.result("run-1"), EventResult.started(plan.event(), plan.startedAt()));
    set(KEYS.plan(Keys.COMMON_LANE), plan);
    StreamListener first = listener();
    awaitEvent(first, "run-1", "inprogress");

    StreamListener second = listener("ffffffff-3");

    awaitEvent(second, "run-1", "inprogress");
    assertThat(second.types()).startsWith("snapshot", "status", "nodes", "event");
    assertThat(second.heard("status").findFirst().orElseThrow().data().at("/Running/ID").asText())
        .isEqualTo("run-1");
    assertThat(second.heard("event").findFirst().orElseThrow().data().path("Tasks")).hasSize(2);
    await().atMost(PATIENCE).until(() -> second.lastId().equals(first.lastId()));
  }

  @Test
  void who_comes_back_misses_nothing() throws Exception {
    StreamListener whole = listener();
    queue("seen-1");
    awaitEvent(whole, "seen-1", "queued");
    String broken = whole.lastId();
    queue("missed-1");
    awaitEvent(whole, "missed-1", "queued");
    ended("missed-1", "no such event");
    awaitEvent(whole, "missed-1", "error");

    StreamListener back = listener(broken);

    awaitEvent(back, "missed-1", "error");
    List<String> missed =
        whole.heard().stream()
            .map(StreamListener.Heard::id)
            .dropWhile(id -> !id.equals(broken))
            .skip(1)
            .toList();
    await() // the other may hear it first
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(back.heard().stream().map(StreamListener.Heard::id).toList())
                    .startsWith(missed.toArray(new String[0])));
    assertThat(back.types()).doesNotContain("snapshot");
    assertThat(has(back, "seen-1", "queued")).as("it was told before").isFalse();
  }

  @Test
  void the_end_of_an_event_is_told_however_short_it_was() throws Exception {
    StreamListener listener = listener();
    long begun = System.nanoTime();
    for (int i = 0; i < 40; i++) {
      String id = "short-" + i;
      queue(id);
      ended(id, "over");
    }
    for (int i = 0; i < 40; i++) {
      awaitEvent(listener, "short-" + i, "error");
    }
    assertThat(listener.heard("event").filter(it -> isError(it, "short-7")).count()).isEqualTo(1);
    long told = listener.heard("status").count();
    long tenths = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 100;
    assertThat(told)
        .as("bursts are joined, whose writing took %s/10 s", tenths)
        .isLessThan(tenths + 5);
  }

  private static boolean isError(StreamListener.Heard heard, String id) {
    return heard.data().path("ID").asText().equals(id)
        && heard.data().path("Status").asText().equals("error");
  }

  @Test
  void fifty_listeners_cost_consul_no_more_than_one() throws Exception {
    StreamListener first = listener();
    long one = costOfTenChanges("one", first);
    for (int i = 0; i < 49; i++) {
      listener();
    }

    long fifty = costOfTenChanges("fifty", first);

    System.out.println("requests for ten changes: one listener " + one + ", fifty " + fifty);
    assertThat(fifty).isLessThan(2 * one + 20);
    for (StreamListener each : listeners) {
      awaitEvent(each, "fifty-9", "queued");
    }
  }

  private long costOfTenChanges(String name, StreamListener listener) {
    long before = own.requests();
    for (int i = 0; i < 10; i++) {
      queue(name + "-" + i);
      awaitEvent(listener, name + "-" + i, "queued");
    }
    return own.requests() - before;
  }

  @Test
  void while_nobody_listens_it_costs_nothing() throws Exception {
    assertThat(own.requests()).isZero();
    listener().close();
    awaitSilence();
    long before = own.requests();

    queue("unheard");

    await().during(Duration.ofSeconds(1)).until(() -> own.requests() == before);
    StreamListener later = listener();
    assertThat(later.heard("status").findFirst().orElseThrow().data().at("/Queue/Waiting").asInt())
        .isEqualTo(1);
  }

  @Test
  void that_consul_is_away_is_told_to_all_and_that_it_is_back() throws Exception {
    StreamListener listener = listener();
    await().atMost(PATIENCE).until(() -> listener.has("consul", it -> !it.has("Fault")));
    consul.disconnect("agent");
    await()
        .atMost(PATIENCE)
        .until(() -> listener.has("consul", it -> it.has("Fault") && it.has("AsOf")));

    StreamListener late = listener();

    await().atMost(PATIENCE).until(() -> late.has("consul", it -> it.has("Fault")));
    consul.reconnect("agent");
    for (StreamListener each : listeners) {
      await()
          .atMost(PATIENCE)
          .until(() -> !each.heard("consul").reduce((a, b) -> b).orElseThrow().data().has("Fault"));
    }
    queue("afterwards");
    awaitEvent(late, "afterwards", "queued");
  }

  @Test
  void a_listener_is_told_of_a_consul_that_was_never_there() throws Exception {
    consul.disconnect("agent");
    StreamListener listener = StreamListener.at(port);
    listeners.add(listener);
    await()
        .atMost(PATIENCE)
        .until(() -> listener.has("consul", it -> it.has("Fault") && !it.has("AsOf")));
    consul.reconnect("agent");
    await().atMost(PATIENCE).until(() -> listener.heard("status").findAny().isPresent());
  }

  @Test
  void who_does_not_listen_is_dropped_and_others_go_on() throws Exception {
    StreamListener good = listener();
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4_096);
      slow.setSoTimeout((int) PATIENCE.toMillis());
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      slow.getOutputStream().write("GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      queue("beginning");
      awaitEvent(good, "beginning", "queued");
      int most = 2 * Subscriber.MOST_BYTES + (12 << 20); // and what both kernels may keep
      for (int i = 0; i * 300_000 < most; i++) {
        large("large-" + i);
        if (i % 5 == 4) {
          queue("bell-" + i);
          awaitEvent(good, "large-" + i, "success");
        }
      }

      assertThat(read(slow)).as("bytes until it was dropped").isLessThan(most);
    }
    queue("afterwards");
    awaitEvent(good, "afterwards", "queued");
    assertThat(good.isEnded()).isFalse();
  }

  private void large(String id) {
    Outcome how = Outcome.success();
    EventResult result = EventResult.ended(Records.event(id), Records.NOON, Records.NOON, how);
    Map<String, Object> fields = Json.fields(result);
    fields.put("By", "x".repeat(300_000));
    set(KEYS.result(id), fields);
  }

  /** Returns how much there was before it broke. */
  private static long read(Socket socket) {
    long bytes = 0;
    byte[] piece = new byte[65_536];
    try {
      InputStream in = socket.getInputStream();
      long end = System.nanoTime() + PATIENCE.toNanos();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        bytes += n;
        assertThat(System.nanoTime()).as("it was not dropped").isLessThan(end);
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("it was not dropped", e);
    } catch (IOException e) {
      return bytes;
    }
    return bytes;
  }

  @Test
  void a_change_is_told_at_once() throws Exception {
    StreamListener listener = listener();
    List<Long> millis = new ArrayList<>();
    List<Long> bare = new ArrayList<>();
    Map<String, Long> seen = new ConcurrentHashMap<>();
    Watch<List<Entry>> watch =
        operator.watch(
            "bare",
            KEYS.eventQueue(),
            () -> {},
            snapshot ->
                snapshot.value().forEach(it -> seen.putIfAbsent(it.key(), System.nanoTime())));
    for (int i = 0; i < 15; i++) {
      String id = "quick-" + i;
      await().pollDelay(Duration.ofMillis(150)).until(() -> true); // a change by itself
      queue(id);
      long written = System.nanoTime();
      awaitEvent(listener, id, "queued");
      long told =
          listener
              .heard("event")
              .filter(it -> it.data().path("ID").asText().equals(id))
              .findFirst()
              .orElseThrow()
              .nanos();
      millis.add(TimeUnit.NANOSECONDS.toMillis(told - written));
      await().atMost(PATIENCE).until(() -> seen.containsKey(KEYS.event(1, id)));
      bare.add(TimeUnit.NANOSECONDS.toMillis(seen.get(KEYS.event(1, id)) - written));
    }
    watch.close();
    System.out.println("told after ms: " + millis + ", seen by a bare watch after " + bare);
    assertThat(median(millis))
        .as("median of %s ms; of a bare watch: %s", millis, bare)
        .isLessThan(300 + 20 * median(bare)); // of which a slow machine has its share
  }

  private static long median(List<Long> values) {
    return Math.max(0, values.stream().sorted().toList().get(values.size() / 2));
  }

  @Test
  void a_log_that_grows_is_told_without_its_text() throws Exception {
    Plan plan = Records.plan("run-2", 1).open(Records.NOON, List.of("n1"));
    set(KEYS.result("run-2"), EventResult.started(plan.event(), plan.startedAt()));
    set(KEYS.plan(Keys.COMMON_LANE), plan);
    set(
        Records.claim(KEYS, 1, "run-2", 0, "n1"),
        new Claim(
            Format.CURRENT,
            "run-2",
            0,
            "n1",
            "n1/1",
            1,
            Records.NOON,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    StreamListener listener = listener();
    log("run-2", "secret of the house\n");
    awaitLog(listener, 20);
    log("run-2", "secret of the house\nand more\n");
    awaitLog(listener, 29);
    log("run-2", "secret of the house\nand more\nthe end\n");
    operator.commit(
        new Transaction()
            .delete(Records.claim(KEYS, 1, "run-2", 0, "n1"))
            .delete(KEYS.plan(Keys.COMMON_LANE)));
    awaitLog(listener, 37);
    assertThat(listener.heard().toString()).doesNotContain("secret");
  }

  private void log(String id, String text) {
    operator.commit(new Transaction().set(KEYS.log(id, 0, "n1"), text.getBytes(UTF_8)));
  }

  private static void awaitLog(StreamListener listener, int size) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                listener.has(
                    "log",
                    log ->
                        log.path("EventID").asText().equals("run-2")
                            && log.path("No").asInt() == 0
                            && log.path("Node").asText().equals("n1")
                            && log.path("Size").asInt() == size));
  }

  @Test
  void closing_ends_its_threads_even_while_consul_fails() throws Exception {
    Set<Thread> others = threads("metronome-look-stream.*");
    ClusterStream patient =
        new ClusterStream(vertx, own, KEYS, Clock.systemUTC(), Duration.ofHours(1));
    StreamListener listener = StreamListener.at(serve(patient));
    listeners.add(listener);
    await().atMost(PATIENCE).until(() -> listener.heard("status").findAny().isPresent());
    Set<Thread> ours = threads("metronome-look-stream.*");
    ours.removeAll(others);
    assertThat(ours).hasSize(2);
    consul.disconnect("agent");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                own.loops().all().stream()
                    .filter(loop -> loop.name().equals("stream"))
                    .anyMatch(loop -> loop.trouble(Duration.ofSeconds(1)).isPresent()));

    patient.close();

    await().atMost(PATIENCE).until(() -> ours.stream().noneMatch(Thread::isAlive));
    await().atMost(PATIENCE).until(listener::isEnded);
  }

  private static Set<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches(name))
        .collect(Collectors.toSet());
  }

  @Test
  void closing_ends_every_stream_and_lets_nobody_in() throws Exception {
    StreamListener listener = listener();

    stream.close();

    await().atMost(PATIENCE).until(listener::isEnded);
    awaitSilence();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> StreamListener.at(port))
        .hasMessageContaining("503");
  }
}
