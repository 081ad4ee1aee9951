package dev.metronome.consul;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are kept for further requests, and what becomes of a request whose one ends. */
class KeptConnectionTest {

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Consul-Index: 7\r\n";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket server;
  private ConsulConnection connection;

  /** After so many answers a connection ends, and what has come then is not answered. */
  private volatile int answers = Integer.MAX_VALUE;

  private volatile String closing = "";
  private volatile String body = "[]";

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
    connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", server.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
    server.close();
    for (Socket each : sockets) {
      each.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        connections.incrementAndGet();
        Thread thread = new Thread(() -> serve(socket));
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      OutputStream out = socket.getOutputStream();
      for (int left = answers; read(in); left--) {
        if (left <= 0) {
          return;
        }
        String head = HEAD + closing + "Content-Length: " + body.length() + "\r\n\r\n";
        out.write((head + body).getBytes(US_ASCII));
        out.flush();
      }
    } catch (IOException e) {
      // closed
    }
  }

  private boolean read(BufferedReader in) throws IOException {
    String first = in.readLine();
    int length = 0;
    for (String line = first; line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    in.skip(length);
    if (first != null) {
      requests.add(first);
    }
    return first != null;
  }

  private Commit write() {
    body = "{\"Results\":[],\"Errors\":null}";
    return connection.commit(new Transaction().set("k", new byte[0]));
  }

  private void read() {
    body = "[]";
    connection.list("k/");
  }

  @Test
  void one_connection_takes_many_requests() {
    for (int i = 0; i < 10; i++) {
      read();
      write();
    }

    assertThat(requests).hasSize(20);
    assertThat(connections).hasValue(1);
  }

  @Test
  void what_writes_is_sent_once_though_its_reply_is_lost() {
    answers = 1;
    read();

    assertThatThrownBy(this::write)
        .isInstanceOf(ConsulUnavailableException.class)
        .hasMessageContaining("without an answer");
    assertThat(requests).filteredOn(line -> line.startsWith("PUT")).hasSize(1);
  }

  @Test
  void what_reads_is_sent_once_more_if_a_kept_connection_ends_without_a_word() {
    answers = 1;
    read();

    read();

    assertThat(requests).hasSize(3);
    assertThat(connections).hasValue(2);
  }

  @Test
  void a_new_connection_that_ends_without_a_word_is_a_failure() {
    answers = 0;

    assertThatThrownBy(this::read).isInstanceOf(ConsulUnavailableException.class);
    assertThat(requests).hasSize(1);
  }

  @Test
  void one_that_has_ended_meanwhile_is_not_used_even_for_what_writes() throws IOException {
    read();
    for (Socket each : sockets) {
      each.close();
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> write().isDone());

    assertThat(requests).filteredOn(line -> line.startsWith("PUT")).hasSize(1);
    assertThat(connections).hasValue(2);
  }

  @Test
  void one_that_is_said_to_end_is_not_kept() {
    closing = "Connection: close\r\n";
    read();
    read();

    assertThat(connections).hasValue(2);
  }

  @Test
  void nothing_is_kept_after_the_end() {
    read();
    connection.close();

    await().atMost(Duration.ofMinutes(1)).until(() -> sockets.stream().allMatch(Socket::isClosed));
  }
}
