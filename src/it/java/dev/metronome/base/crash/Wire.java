package dev.metronome.base.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** HTTP/1.1 messages, as far as an agent and Consul use it. */
final class Wire {

  private final String head;
  private final byte[] body;

  private Wire(String head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  byte[] body() {
    return body;
  }

  /** Null at the end of the stream. */
  static Wire read(InputStream in) throws IOException {
    String head = readHead(in);
    if (head.isEmpty()) {
      return null;
    }
    String fields = head.toLowerCase(Locale.ROOT);
    if (fields.contains("\r\ntransfer-encoding: chunked")) {
      return new Wire(head, readChunks(in));
    }
    int at = fields.indexOf("\r\ncontent-length:");
    int length =
        at < 0
            ? 0
            : Integer.parseInt(fields.substring(at + 17, fields.indexOf('\r', at + 2)).strip());
    return new Wire(head, in.readNBytes(length));
  }

  String firstLine() {
    return head.substring(0, head.indexOf('\r'));
  }

  int status() {
    return Integer.parseInt(head.split(" ", 3)[1]);
  }

  /** The same head with another body, and its length. */
  Wire with(byte[] other) {
    return new Wire(head, other);
  }

  /** Writes it with a length instead of chunks. */
  void write(OutputStream out) throws IOException {
    write(out, body.length);
  }

  /** Writes only so much of the body, though the head promises all of it. */
  void write(OutputStream out, int bodyBytes) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : head.split("\r\n", -1)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (!line.isEmpty()
          && !lower.startsWith("content-length:")
          && !lower.startsWith("accept-encoding:") // what passes is read here
          && !lower.startsWith("transfer-encoding:")) {
        text.append(line).append("\r\n");
      }
    }
    text.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    whole.write(body, 0, bodyBytes);
    whole.writeTo(out);
    out.flush();
  }

  static Wire answer(int status, String type, String body) {
    return new Wire(
        "HTTP/1.1 " + status + " Said By The Proxy\r\nContent-Type: " + type + "\r\n",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] readChunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      body.writeBytes(in.readNBytes(size));
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the answer ended within a chunk");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
