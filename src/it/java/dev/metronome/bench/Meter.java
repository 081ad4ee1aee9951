package dev.metronome.bench;

import dev.metronome.testing.ConnectionThread;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A relay between one agent and its Consul agent that notes every HTTP request. It delays each by
 * two hand-overs between threads, so no latency of the table is measured through it.
 *
 * <p><b>Guarantees</b>: every request is noted once, when it is sent, before Consul gets it; one
 * that cannot be counted exactly (a body without a length) breaks the connection.
 */
final class Meter implements AutoCloseable {

  private static final int BUFFER = 65_536;

  private final ServerSocket entrance;
  private final int exit;
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

  private Meter(ServerSocket entrance, int exit) {
    this.entrance = entrance;
    this.exit = exit;
  }

  /** A relay to Consul's port on this machine. */
  static Meter before(int consulPort) throws IOException {
    ServerSocket entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Meter meter = new Meter(entrance, consulPort);
    ConnectionThread.start("meter-accept", meter::accept);
    return meter;
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Everything sent since this time, in order. */
  List<Request> since(long nanos) {
    return requests.stream().filter(request -> request.sentNanos() >= nanos).toList();
  }

  private void accept() throws IOException {
    while (!entrance.isClosed()) {
      Socket agent = entrance.accept();
      Socket consul = new Socket(InetAddress.getLoopbackAddress(), exit);
      agent.setTcpNoDelay(true);
      consul.setTcpNoDelay(true);
      sockets.add(agent);
      sockets.add(consul);
      AtomicReference<Request> pending = new AtomicReference<>();
      ConnectionThread.start("meter-up", () -> up(agent, consul, pending));
      ConnectionThread.start("meter-down", () -> down(consul, agent, pending));
    }
  }

  private void up(Socket agent, Socket consul, AtomicReference<Request> pending)
      throws IOException {
    InputStream in = new BufferedInputStream(agent.getInputStream());
    OutputStream out = consul.getOutputStream();
    try (agent;
        consul) {
      for (byte[] head = head(in); head.length > 0; head = head(in)) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        byte[] body = in.readNBytes(length(text));
        Request request =
            new Request(
                text.substring(0, text.indexOf('\r')),
                new String(body, StandardCharsets.UTF_8),
                Clocks.now());
        requests.add(request);
        pending.set(request);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head);
        whole.writeBytes(body);
        whole.writeTo(out);
        out.flush();
      }
    }
  }

  private static void down(Socket consul, Socket agent, AtomicReference<Request> pending)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    InputStream in = consul.getInputStream();
    OutputStream out = agent.getOutputStream();
    try (agent;
        consul) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        Request request = pending.getAndSet(null);
        if (request != null) {
          request.answered(Clocks.now());
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    }
  }

  /** Up to and with the empty line; nothing at the end of the stream. */
  private static byte[] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private static int length(String head) throws IOException {
    String fields = head.toLowerCase(Locale.ROOT);
    if (fields.contains("\r\ntransfer-encoding:")) {
      throw new IOException("a request without a length cannot be counted");
    }
    int at = fields.indexOf("\r\ncontent-length:");
    return at < 0
        ? 0
        : Integer.parseInt(fields.substring(at + 17, fields.indexOf('\r', at + 2)).strip());
  }

  @Override
  public void close() {
    try {
      entrance.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the relay could not be closed", e);
    }
  }
}
