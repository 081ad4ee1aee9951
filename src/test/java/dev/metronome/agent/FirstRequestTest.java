package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.net.HeldPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is asked while it starts. */
class FirstRequestTest {

  @TempDir Path folder;

  @Test
  void no_request_gets_past_the_door_while_the_agent_starts() throws Exception {
    HeldPort held = HeldPort.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = held.number();
    AtomicBoolean started = new AtomicBoolean();
    Set<String> answers = ConcurrentHashMap.newKeySet();
    Thread stranger =
        new Thread(
            () -> {
              while (!started.get()) {
                answers.addAll(ask(port));
              }
            });
    try (AgentCluster cluster =
        new AgentCluster(folder)
            .pattern("tasks: {}\nevents: {}\n")
            .flag("http-port", Integer.toString(port))) {
      stranger.start();
      cluster.started("a");
      await().until(() -> !answers.isEmpty());
    } finally {
      started.set(true);
      stranger.join();
      held.close();
    }

    assertThat(answers).containsExactly("HTTP/1.1 403 Forbidden");
  }

  @Test
  void before_its_routes_are_there_and_after_it_is_not_there_rather_than_there_is_no_such_thing()
      throws Exception {
    HeldPort held = HeldPort.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Asker.port = held.number();
    Asker.answers.clear();
    try (AgentCluster cluster =
        new AgentCluster(folder)
            .pattern("tasks: {}\nevents: {}\n")
            .flag("http-port", Integer.toString(held.number()))) {
      cluster.route(
          "asker",
          """
          - route:
              id: asker
              description: Asks the agent's own port while it starts, and while it stops.
              from:
                uri: direct:asker
                steps:
                  - process:
                      id: asker-ask
                      ref: "#class:dev.metronome.agent.FirstRequestTest$Asker"
          """);
      cluster.started("a");
      assertThat(Asker.answers).containsOnlyKeys("/v1/status", "/v1/events", "/metrics", "/");
      assertThat(Asker.answers.values())
          .allSatisfy(answer -> assertThat(answer).contains(" 503 ", "is starting", "Retry-After"));
      Asker.answers.clear();
    } finally {
      held.close();
    }
    assertThat(Asker.answers.values())
        .hasSize(4)
        .allSatisfy(answer -> assertThat(answer).contains(" 503 ", "is being stopped"));
  }

  /** Asks when it is started and when it is stopped, at times when nothing answers. */
  public static final class Asker extends ServiceSupport implements Processor {
    static final Map<String, String> answers = new ConcurrentHashMap<>();
    static volatile int port;

    private static void askAll() throws IOException {
      for (String path : List.of("/v1/status", "/v1/events", "/metrics", "/")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          String request =
              "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
          socket.getOutputStream().write(request.getBytes(US_ASCII));
          answers.put(path, new String(socket.getInputStream().readAllBytes(), US_ASCII));
        }
      }
    }

    @Override
    protected void doStart() throws IOException {
      askAll();
    }

    @Override
    protected void doStop() throws IOException {
      askAll();
    }

    @Override
    public void process(Exchange exchange) {}
  }

  /**
   * The first line of the answer to a site that has its name point here; none while none listens.
   */
  private static Set<String> ask(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "POST /v1/events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer.isEmpty() ? Set.of() : Set.of(answer.split("\r\n", 2)[0]);
    } catch (IOException nobodyListens) {
      return Set.of();
    }
  }
}
