package dev.metronome.http.port;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import dev.metronome.testing.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent as the launcher starts it, with 40 MB, under whatever can be sent to its port. It must
 * stay there, go on leading with the session that it had, and tell its health all the while.
 */
class PortFloodIT {

  private static final Pattern PORT = Pattern.compile("state=started .*port=(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final String TOKEN = UserLine.newToken();

  /** Measured 161, and room for another machine; without bounds it has no end. */
  private static final long MEGABYTES = 230;

  @TempDir Path folder;
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
  private EmbeddedConsul consul;
  private AgentProcess agent;
  private int port;

  @BeforeEach
  void start() throws IOException {
    consul = EmbeddedConsul.start();
    URI address = consul.agent("a");
    Path users = folder.resolve("users");
    Files.writeString(
        users,
        UserLine.withToken(new User("look", Role.WRITE), TOKEN)
            + "\n"
            + UserLine.withPassword(new User("alice", Role.READ), "correct horse")
            + "\n");
    agent =
        AgentProcess.start(
                folder.resolve("log"),
                List.of(
                    "-Xms8m",
                    "-Xmx40m",
                    "-Xmn6m",
                    "-Xss512k",
                    "-XX:ReservedCodeCacheSize=32m",
                    "-XX:-UsePerfData",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Dio.netty.allocator.maxOrder=2"),
                List.of(
                    "--host",
                    address.getHost(),
                    "--port",
                    Integer.toString(address.getPort()),
                    "--protocol",
                    "http",
                    "--http-users",
                    users.toString(),
                    "--hawtio"))
            .awaitStarted();
    Matcher found = PORT.matcher(agent.log());
    assertThat(found.find()).isTrue();
    port = Integer.parseInt(found.group(1));
    await().atMost(Duration.ofMinutes(2)).until(agent::leads);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : List.copyOf(sockets)) {
      socket.close();
    }
    agent.close();
    consul.close();
  }

  private Socket open(String text) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(120_000);
      sockets.add(socket);
      socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String head(String line, String... headers) {
    return line
        + " HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Bearer "
        + TOKEN
        + "\n"
        + String.join("", headers)
        + "\n";
  }

  private static String post(String path, String body) {
    return head("POST " + path, "Connection: close\nContent-Length: " + body.length() + "\n")
        + body;
  }

  /** The first line of the answer; empty if the connection was cut off instead. */
  private static String answer(Socket socket) {
    try {
      byte[] start = socket.getInputStream().readNBytes(12);
      return new String(start, US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }

  private String whole(String text) throws IOException {
    try (Socket socket = open(text)) {
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static long count(List<Socket> all, String status) {
    return all.stream().filter(socket -> answer(socket).endsWith(status)).count();
  }

  private List<Socket> many(int times, String text) {
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.add(open(text));
    }
    return all;
  }

  /** Whoever asks for its health while something goes on. */
  private final class Watcher implements AutoCloseable {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger good = new AtomicInteger();
    private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
    private final List<String> bad = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger mostInARow = new AtomicInteger();
    private final Thread thread = new Thread(this::look);
    private int inARow;

    Watcher() {
      thread.start();
    }

    private void look() {
      while (!ended.get()) {
        long began = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.setSoTimeout(30_000);
          socket
              .getOutputStream()
              .write(
                  "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                      .getBytes(US_ASCII));
          String said = new String(socket.getInputStream().readAllBytes(), US_ASCII);
          if (said.startsWith("HTTP/1.1 200")) {
            good.incrementAndGet();
            inARow = 0;
          } else {
            failed(said);
          }
        } catch (IOException e) {
          failed(e.toString());
        }
        millis.add((System.nanoTime() - began) / 1_000_000);
      }
    }

    private void failed(String how) {
      bad.add(how);
      inARow++;
      mostInARow.accumulateAndGet(inARow, Math::max);
    }

    void sees(int times) {
      int until = good.get() + times;
      await().atMost(Duration.ofMinutes(2)).until(() -> good.get() >= until || !agent.isAlive());
    }

    @Override
    public void close() {
      ended.set(true);
      await().atMost(Duration.ofMinutes(2)).until(() -> !thread.isAlive());
    }
  }

  private long residentMegabytes() throws IOException {
    Matcher resident =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + agent.pid() + "/status")));
    assertThat(resident.find()).isTrue();
    return Long.parseLong(resident.group(1)) / 1_024;
  }

  @Test
  void whatever_is_sent_the_agent_stays_and_leads_and_tells_its_health() throws Exception {
    long begun = System.nanoTime();
    try (Watcher watcher = new Watcher()) {
      watcher.sees(2);
      List<String> phases = new ArrayList<>();

      passwords(watcher, phases);
      connections(watcher, phases);
      bodies(watcher, phases);
      streams(watcher, phases);
      jolokia(watcher, phases);

      assertThat(agent.isAlive()).as(agent.log()).isTrue();
      long worst =
          List.copyOf(watcher.millis).stream().mapToLong(Long::longValue).max().orElseThrow();
      long megabytes = residentMegabytes();
      System.out.printf(
          "flood: %d looks at its health, %d cut off, worst %d ms, %d MB resident, %d s%n%s%n",
          watcher.millis.size(),
          watcher.bad.size(),
          worst,
          megabytes,
          (System.nanoTime() - begun) / 1_000_000_000L,
          String.join("\n", phases));
      assertThat(watcher.mostInARow).as(watcher.bad::toString).hasValueLessThan(2); // as for Consul
      assertThat(worst).isLessThan(5_000); // Consul's check has that long
      assertThat(megabytes).isLessThan(MEGABYTES);
    }
    String log = agent.log();
    assertThat(log).contains("port=bounded").doesNotContain("Exception", "\tat ", " ERROR ");
    assertThat(log.split("session=[^\\n]*state=created", -1)).as(log).hasSize(2);
    assertThat(log).doesNotContain("leader=another agent", "leader=nobody");
    long minutes = (System.nanoTime() - begun) / 60_000_000_000L + 1;
    assertThat(log.lines().filter(line -> line.contains("port=bounded")).count())
        .isLessThanOrEqualTo(minutes);
    assertThat(log.lines().filter(line -> line.contains("reason=wrong-password")).count())
        .isBetween(1L, minutes);
    assertThat(
            log.lines()
                .filter(line -> line.contains("WARN") && !line.contains("events=open"))
                .toList())
        .allMatch(line -> line.contains("port=bounded") || line.contains("wrong-password"));
    assertThat(agent.leads()).isTrue();
    assertThat(whole(head("GET /v1/status", "Connection: close\n"))).contains(" 200 ");
  }

  /** 16 wrong ones at once: some are checked, the others told to come again. */
  private void passwords(Watcher watcher, List<String> phases) {
    List<Socket> guesses = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String basic = Base64.getEncoder().encodeToString(("alice:wrong" + i).getBytes(UTF_8));
      guesses.add(
          open("GET /v1/status HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Basic " + basic + "\n\n"));
    }
    watcher.sees(3);
    long checked = count(guesses, "401");
    phases.add("passwords: " + checked + " checked of 16");
    assertThat(checked).isBetween(4L, 15L);
  }

  /** Half-open and slow ones: many more than there is room for. */
  private void connections(Watcher watcher, List<String> phases) throws IOException {
    List<Socket> half = many(1_000, "");
    half.addAll(many(1_000, "GET / HTTP/1.1\nHost: 127.0.0.1\nX-Long: " + "x".repeat(7_000)));
    watcher.sees(5);
    long cut = 0;
    for (Socket socket : half.subList(0, 1_000)) {
      cut += answer(socket).isEmpty() ? 1 : 0;
    }
    phases.add("connections: the first " + cut + " of 2000 cut off");
    assertThat(cut).isEqualTo(1_000);
    for (Socket socket : half) {
      socket.close();
    }
  }

  /** A hundred of a megabyte, slow ones, and such where none belongs. */
  private void bodies(Watcher watcher, List<String> phases) throws IOException {
    int large = 1 << 20;
    List<Socket> announced =
        many(100, head("POST /v1/events", "Content-Length: " + large + "\n") + "x".repeat(1_000));
    List<Socket> misplaced = many(45, head("GET /metrics", "Content-Length: " + large + "\n"));
    watcher.sees(5);
    assertThat(count(misplaced, "400")).isEqualTo(45);
    long refused = count(announced.subList(4, 100), "503");
    phases.add("bodies: " + refused + " of 100 refused");
    assertThat(refused).isEqualTo(96);
    for (Socket socket : announced) {
      socket.close();
    }
  }

  private void streams(Watcher watcher, List<String> phases) throws IOException {
    List<Socket> streams = many(300, head("GET /v1/stream"));
    watcher.sees(5);
    long listening = count(streams, "200");
    phases.add("streams: " + listening + " of 300 listen");
    assertThat(listening).isEqualTo(256);
    for (Socket socket : streams) {
      socket.close();
    }
  }

  private void jolokia(Watcher watcher, List<String> phases) throws IOException {
    String path = "/hawtio/jolokia";
    String list = "{\"type\":\"list\"}";
    String read = "{\"type\":\"read\",\"mbean\":\"java.lang:type=Memory\"}";
    assertThat(whole(post(path, "[" + String.join(",", Collections.nCopies(9, list)) + "]")))
        .contains(" 413 ");
    assertThat(whole(post(path, "[" + String.join(",", Collections.nCopies(17_000, read)) + "]")))
        .contains(" 413 ");
    assertThat(whole(post(path, "{\"type\":\"notification\",\"command\":\"register\"}")))
        .contains(" 403 ");
    List<Socket> lists = many(40, post(path, list));
    watcher.sees(5);
    long answered = count(lists, "200");
    phases.add("jolokia: " + answered + " of 40 lists at once answered");
    assertThat(answered).isBetween(1L, 39L);
  }
}
