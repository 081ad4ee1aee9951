package dev.metronome.base.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port that is bound but not listened on: the system gives it to nobody who leaves the choice to
 * it, and whoever names it may still listen there. Who connects is refused.
 *
 * <p><em>Does not guarantee</em> that it is held where the system lets nobody listen beside it, as
 * it does on Linux; there it is only free at the moment.
 */
public final class HeldPort implements AutoCloseable {

  private final Socket holder = new Socket();
  private final int number;

  private HeldPort(InetSocketAddress wanted) throws IOException {
    holder.setReuseAddress(true);
    holder.bind(wanted);
    number = holder.getLocalPort();
  }

  /**
   * @param wanted port 0 for any
   * @throws IOException if somebody listens there, or nobody may
   */
  public static HeldPort of(InetSocketAddress wanted) throws IOException {
    HeldPort held = new HeldPort(wanted);
    try {
      listen(wanted, held.number);
    } catch (IOException e) {
      held.close();
      listen(wanted, held.number);
    }
    return held;
  }

  private static void listen(InetSocketAddress wanted, int port) throws IOException {
    new ServerSocket(port, 1, wanted.getAddress()).close();
  }

  public int number() {
    return number;
  }

  /** Lets it go; whoever listens there goes on. */
  @Override
  public void close() {
    try {
      holder.close();
    } catch (IOException e) {
      // it is gone all the same
    }
  }
}
