package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/metronome push} where something else than its agent is at the agent's port. */
class PushPortTest {

  private static final byte[] INPUT =
      "[{\"ID\": \"a\", \"Name\": \"deploy\", \"Payload\": \"c2VjcmV0\"}]\n\n".getBytes(UTF_8);

  @TempDir Path folder;
  private PushLauncher launcher;

  @BeforeEach
  void prepare() throws IOException {
    launcher = new PushLauncher(folder);
  }

  private static ServerSocket listen(int backlog) throws IOException {
    return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
  }

  private boolean isDone(int port, byte[] input) throws Exception {
    Path config = Files.writeString(folder.resolve("config.yml"), "http-port: " + port + "\n");
    return launcher.isDone(input, "--config", config.toString());
  }

  /** Answers one request, whose head it has read, and ends the connection. */
  private static Thread answering(ServerSocket server, UnaryOperator<String> answer) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket asked = server.accept()) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                  head.append((char) asked.getInputStream().read());
                }
                asked.getOutputStream().write(answer.apply(head + "").getBytes(ISO_8859_1));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.start();
    return thread;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "accepted\r\n",
        "HTTP/1.1 200 OK\r\n\r\nWORD\r\n",
        "HTTP/1.1 202 Accepted\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nMetronome-Pushed: WORD",
        "HTTP/1.1 202 Accepted\r\nMetronome-Pushed: 1.2.3\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\n\r\nMetronome-Pushed: WORD\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nMetronome-Pushed: WORD\r\n\r\n",
        "HTTP/1.1 2020 Accepted\r\nMetronome-Pushed: WORD\r\n\r\n",
        "ECHO",
      })
  void another_answer_than_its_agents_leaves_all_to_push(String answer) throws Exception {
    try (ServerSocket server = listen(5)) {
      Thread thread = answering(server, head -> filled(answer, head));
      assertThat(isDone(server.getLocalPort(), INPUT)).isFalse();
      thread.join();
    }
  }

  @Test
  void that_very_answer_counts() throws Exception {
    try (ServerSocket server = listen(5)) {
      String answer = "HTTP/1.1 202 Accepted\r\nMetronome-Pushed: WORD\r\n\r\n";
      Thread thread = answering(server, head -> filled(answer, head));
      assertThat(isDone(server.getLocalPort(), INPUT)).isTrue();
      thread.join();
    }
  }

  private static String filled(String answer, String head) {
    String word = head.replaceAll("(?s).*Metronome-Push: ([^\r]+)\r.*", "$1");
    return answer.equals("ECHO") ? head : answer.replace("WORD", word);
  }

  @Test
  void a_port_that_never_answers_holds_push_up_for_moments_only() throws Exception {
    byte[] large = new byte[600_000];
    new Random(7).nextBytes(large); // more than any buffer between them holds, and never read
    try (ServerSocket server = listen(50)) {
      assertThat(isDone(server.getLocalPort(), INPUT)).isFalse();
      assertThat(isDone(server.getLocalPort(), large)).isFalse();
    }
  }

  @Test
  void a_port_that_takes_no_connection_any_more_does_so_too() throws Exception {
    try (ServerSocket server = listen(1);
        Socket first = new Socket();
        Socket second = new Socket()) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
      first.connect(address);
      second.connect(address);
      assertThat(isDone(server.getLocalPort(), INPUT)).isFalse();
    }
  }

  @Test
  void nothing_is_sent_to_the_port_of_another_user() throws Exception {
    assumeThat(Path.of("/proc/self").toFile()).exists();
    assumeThat((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).as("root").isZero();
    Path perl = Path.of("/usr/bin/perl");
    assumeThat(perl).exists();
    // Says its port, then that of the first who comes.
    String script =
        "use IO::Socket::INET; $| = 1; my $s = IO::Socket::INET->new(Listen => 5,"
            + " LocalAddr => '127.0.0.1', LocalPort => 0) or die;"
            + " print $s->sockport, qq(\n); print $s->accept->peerport, qq(\n)";
    Process stranger =
        new ProcessBuilder("setpriv", "--reuid=65534", "--clear-groups", "perl", "-e", script)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = stranger.inputReader()) {
      int port = Integer.parseInt(said.readLine());

      assertThat(isDone(port, INPUT)).isFalse();

      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(said.readLine()).isEqualTo(Integer.toString(first.getLocalPort()));
      }
    } finally {
      stranger.destroyForcibly();
    }
  }
}
