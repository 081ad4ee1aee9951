package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way to a port of this machine, which can be cut and mended. */
public final class Cable implements AutoCloseable {

  private final int exit;
  private final ServerSocket entrance;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private Cable(int exit) throws IOException {
    this.exit = exit;
    this.entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public static Cable to(int port) throws IOException {
    return new Cable(port);
  }

  /** Where it begins. */
  public int port() {
    return entrance.getLocalPort();
  }

  /** Breaks every connection, and lets none be made. */
  public void cut() {
    cut = true;
    ends.forEach(Cable::shut);
    ends.clear();
  }

  public void mend() {
    cut = false;
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        join(entrance.accept());
      } catch (IOException e) {
        // it is closed, or what is behind it
      }
    }
  }

  private void join(Socket near) throws IOException {
    ends.add(near);
    if (cut) {
      shut(near);
      return;
    }
    Socket far = new Socket(InetAddress.getLoopbackAddress(), exit);
    ends.add(far);
    threads.execute(() -> carry(near, far));
    threads.execute(() -> carry(far, near));
    if (cut) {
      cut(); // meanwhile
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // it was cut, or one of them has gone
    } finally {
      ends.remove(from);
    }
  }

  private static void shut(Socket end) {
    try {
      end.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
    threads.shutdownNow();
  }
}
