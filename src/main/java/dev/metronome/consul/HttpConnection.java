package dev.metronome.consul;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;

/**
 * One connection to Consul, for one request after another. An interrupt of the thread that waits
 * for an answer closes it, which ends the wait at once. Used by one thread at a time.
 */
final class HttpConnection implements AutoCloseable {

  private static final Http1Config CONFIG = Http1Config.DEFAULT;

  private final SocketChannel channel;
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(CONFIG);
  private final Socket socket;
  private final int generation;
  private long usedNanos = System.nanoTime();
  private boolean fresh = true;
  private boolean sent;
  private boolean answered;
  private boolean reusable;

  /**
   * @param channel what it is made of
   * @param socket over it, perhaps with TLS
   * @param generation of the TLS material that it was made with
   */
  HttpConnection(SocketChannel channel, Socket socket, int generation) throws IOException {
    this.channel = channel;
    this.socket = socket;
    this.generation = generation;
    http.bind(socket);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param patience between two pieces of the answer
   */
  Answer exchange(BasicClassicHttpRequest request, byte[] body, Duration patience)
      throws IOException {
    sent = false;
    answered = false;
    reusable = false;
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    try {
      ClassicHttpResponse response = begin(request, body);
      while (response.getCode() < 200) {
        response = http.receiveResponseHeader();
      }
      answered = true;
      return answer(response, read(response));
    } catch (HttpException e) {
      throw new IOException(e.getMessage() + ", so the answer is not Consul's", e);
    }
  }

  private ClassicHttpResponse begin(BasicClassicHttpRequest request, byte[] body)
      throws IOException, HttpException {
    try {
      http.sendRequestHeader(request);
      if (body != null) {
        request.setEntity(new ByteArrayEntity(body, null));
        http.sendRequestEntity(request);
      }
      http.flush();
      sent = true;
    } catch (IOException e) {
      return early(e);
    }
    return http.receiveResponseHeader();
  }

  /** Who refuses our certificate, or a request before he has all of it, may have said so. */
  private ClassicHttpResponse early(IOException failure) throws IOException {
    try {
      return http.receiveResponseHeader();
    } catch (SSLException e) {
      throw e;
    } catch (IOException | HttpException e) {
      throw failure;
    }
  }

  private byte[] read(ClassicHttpResponse response) throws IOException, HttpException {
    boolean last = "close".equalsIgnoreCase(header(response, "Connection"));
    boolean old = http.getProtocolVersion().lessEquals(HttpVersion.HTTP_1_0);
    byte[] body = new byte[0];
    boolean delimited = true;
    if (response.getCode() != 204 && response.getCode() != 304) {
      http.receiveResponseEntity(response);
      HttpEntity entity = response.getEntity();
      delimited = entity.isChunked() || entity.getContentLength() >= 0;
      try (InputStream content = entity.getContent()) {
        body = content.readAllBytes();
      }
    }
    fresh = false;
    usedNanos = System.nanoTime();
    reusable = sent && delimited && !last && !old;
    return body;
  }

  private static Answer answer(ClassicHttpResponse response, byte[] body) throws IOException {
    return new Answer(
        response.getCode(),
        index(header(response, "X-Consul-Index")),
        isStreamed(response) || !"false".equalsIgnoreCase(header(response, "X-Consul-KnownLeader")),
        "true".equalsIgnoreCase(header(response, "X-Consul-Results-Filtered-By-ACLs")),
        body);
  }

  /** From a view that servers keep up to date by a stream; of a leader such a view never knows. */
  private static boolean isStreamed(ClassicHttpResponse response) {
    return "streaming".equalsIgnoreCase(header(response, "X-Consul-Query-Backend"));
  }

  private static long index(String text) throws IOException {
    try {
      return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("X-Consul-Index is no number, so the answer is not Consul's");
    }
  }

  private static String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null || header.getValue() == null ? "" : header.getValue();
  }

  /** Whether it was kept after an answer, and has brought none to the newest request. */
  boolean isWornOut() {
    return !fresh && !answered;
  }

  /** Whether it can take another request. */
  boolean isReusable() {
    return reusable && channel.isOpen();
  }

  /** Whether it was made with this TLS material, and has been in use of late. */
  boolean isOf(int material, Duration idle) {
    return generation == material && System.nanoTime() - usedNanos < idle.toNanos();
  }

  /** Whether nothing has come since the last answer: not even its end. Costs three system calls. */
  boolean isQuiet() {
    try {
      boolean blocking = channel.isBlocking();
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(blocking);
      return read == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone in any case
    }
  }
}
