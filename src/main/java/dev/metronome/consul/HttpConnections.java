package dev.metronome.consul;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import jdk.net.ExtendedSocketOptions;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * The connections to one Consul, kept for further requests. Thread-safe.
 *
 * <p><em>Guarantees</em>: an interrupt ends a wait at once. Only what reads is sent once more, if a
 * connection that was kept ends without a word; what writes is sent once.
 */
final class HttpConnections implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** Something on the way may forget a connection that is idle for long. */
  private static final Duration MOST_IDLE = Duration.ofMinutes(1);

  private static final int MOST_KEPT = 8;

  /** A connection that ends later than this has been cut while Consul thought. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final ConsulSettings settings;
  private final Optional<Tls> tls;
  private final Deque<HttpConnection> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean local;
  private volatile boolean closed;

  HttpConnections(ConsulSettings settings, Optional<Tls> tls) {
    this.settings = settings;
    this.tls = tls;
  }

  /**
   * @param patience between two pieces of the answer
   * @throws IOException no answer, or half of one
   */
  Answer exchange(Request request, Optional<String> token, Duration patience) throws IOException {
    HttpConnection connection = connection();
    long begun = System.nanoTime();
    try {
      return exchange(connection, request, token, patience);
    } catch (IOException e) {
      boolean early = System.nanoTime() - begun < AT_ONCE.toNanos();
      if (!early || !request.isRead() || !connection.isWornOut()) {
        throw e;
      }
    }
    return exchange(connect(), request, token, patience);
  }

  private Answer exchange(
      HttpConnection connection, Request request, Optional<String> token, Duration patience)
      throws IOException {
    try {
      return connection.exchange(message(request, token), request.body().orElse(null), patience);
    } finally {
      if (connection.isReusable() && !closed && kept.size() < MOST_KEPT) {
        kept.push(connection);
        if (closed) {
          close();
        }
      } else {
        connection.close();
      }
    }
  }

  private BasicClassicHttpRequest message(Request request, Optional<String> token) {
    BasicClassicHttpRequest message = new BasicClassicHttpRequest(request.method(), request.path());
    message.setHeader("Host", settings.authority());
    // Consul's agent is next door, where compressing takes longer than sending.
    message.setHeader("Accept-Encoding", "identity");
    token.ifPresent(text -> message.setHeader("X-Consul-Token", text));
    settings.headers().forEach(message::setHeader);
    request
        .body()
        .ifPresent(body -> message.setHeader("Content-Length", Integer.toString(body.length)));
    return message;
  }

  private HttpConnection connection() throws IOException {
    for (HttpConnection each = kept.poll(); each != null; each = kept.poll()) {
      if (each.isOf(generation(), MOST_IDLE) && each.isQuiet()) {
        return each;
      }
      each.close();
    }
    return connect();
  }

  private int generation() {
    return tls.map(Tls::generation).orElse(0);
  }

  private HttpConnection connect() throws IOException {
    int generation = generation();
    Optional<Path> path = settings.socket();
    SocketChannel channel = path.isPresent() ? open(path.get()) : open();
    try {
      Socket plain = path.isPresent() ? new UnixSocket(channel) : channel.socket();
      plain.setSoTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis())); // of a handshake
      Socket socket = tls.isPresent() ? tls.get().over(plain) : plain;
      return new HttpConnection(channel, socket, generation);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private SocketChannel open(Path path) throws IOException {
    try {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
      local = true;
      return channel;
    } catch (SocketException e) {
      throw new ConnectException(e.getMessage());
    }
  }

  /** Whether the last connection leads to this machine: nothing on the way can lose an answer. */
  boolean isLocal() {
    return local;
  }

  static boolean isLocal(InetAddress from, InetAddress to) {
    return to.isLoopbackAddress() || to.equals(from);
  }

  /** To the first of the host's addresses that can be reached. */
  private SocketChannel open() throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(settings.host())) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        keepAlive(channel);
        InetSocketAddress port = new InetSocketAddress(address, settings.port());
        channel.socket().connect(port, Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        local = isLocal(channel.socket().getLocalAddress(), address);
        return channel;
      } catch (IOException e) {
        channel.close();
        failure = e;
      }
    }
    throw failure;
  }

  /** Of a peer that is gone without a word the kernel tells within a minute, not after hours. */
  private static void keepAlive(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    }
  }

  /** Those in use end with their answers. */
  @Override
  public void close() {
    closed = true;
    for (HttpConnection each = kept.poll(); each != null; each = kept.poll()) {
      each.close();
    }
  }
}
