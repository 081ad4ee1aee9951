package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Unix domain socket that leads to a port. */
public final class UnixBridge implements AutoCloseable {

  private final URI target;
  private final ServerSocketChannel server;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

  private UnixBridge(Path path, URI target) throws IOException {
    this.target = target;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    start(this::accept);
  }

  public static UnixBridge at(Path path, URI target) {
    try {
      return new UnixBridge(path, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a thread does until something is closed. */
  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // closed
              }
            },
            "unix-bridge");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel here = server.accept();
      SocketChannel there =
          SocketChannel.open(new InetSocketAddress(target.getHost(), target.getPort()));
      open.addAll(List.of(here, there));
      start(() -> copy(here, there));
      start(() -> copy(there, here));
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(8_192); // streams of one channel wait for each other
    try (from;
        to) {
      while (from.read(some) >= 0) {
        some.flip();
        while (some.hasRemaining()) {
          to.write(some);
        }
        some.clear();
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel each : open) {
      each.close();
    }
  }
}
