package dev.metronome.agent;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Answers on loopback as Consul would, always the same: every transaction is done, every listing
 * has two keys. It keeps nothing. For {@link WarmUp}, one connection at a time.
 */
final class StubConsul implements AutoCloseable {

  private static final String KEY =
      "\"LockIndex\":0,\"Key\":\"metronome/warm-up\",\"Flags\":0,\"Value\":\"e30=\","
          + "\"CreateIndex\":1,\"ModifyIndex\":1}";
  private static final String DONE = "{\"Results\":[{\"KV\":{" + KEY + "}],\"Errors\":null}";
  private static final String LISTED = "[{" + KEY + ",{" + KEY + "]";
  private static final String LENGTH = "\r\ncontent-length:";

  private final ServerSocket socket;

  private StubConsul(ServerSocket socket) {
    this.socket = socket;
  }

  static StubConsul start() throws IOException {
    StubConsul stub = new StubConsul(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    Thread thread = new Thread(stub::run, "warm-up-stub");
    thread.setDaemon(true);
    thread.start();
    return stub;
  }

  String host() {
    return socket.getInetAddress().getHostAddress();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void run() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client.setTcpNoDelay(true);
        answer(new BufferedInputStream(client.getInputStream()), client.getOutputStream());
      } catch (IOException e) {
        // closed, by either side
      }
    }
  }

  private static void answer(InputStream in, OutputStream out) throws IOException {
    for (String head = head(in); !head.isEmpty(); head = head(in)) {
      in.skipNBytes(length(head));
      String body = head.contains(" /v1/txn") ? DONE : LISTED;
      String answer =
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Consul-Index: 1\r\n"
              + "X-Consul-Knownleader: true\r\nX-Consul-Lastcontact: 0\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  /** Up to and with the empty line; nothing at the end of the stream. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  private static int length(String head) {
    int at = head.indexOf(LENGTH);
    return at < 0
        ? 0
        : Integer.parseInt(
            head.substring(at + LENGTH.length(), head.indexOf('\r', at + 2)).strip());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
