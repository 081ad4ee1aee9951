package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** The ports of one consul process, on loopback, each free for TCP and UDP when it was chosen. */
record Ports(int http, int server, int serfLan, int serfWan) {
  /** Never given twice in one JVM, since a port is free again until its process has opened it. */
  private static final Set<Integer> GIVEN = new HashSet<>();

  static Ports free() {
    return new Ports(next(), next(), next(), next());
  }

  private static synchronized int next() {
    while (true) {
      try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = tcp.getLocalPort();
        if (isFreeForUdp(port) && GIVEN.add(port)) {
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("no free port", e);
      }
    }
  }

  private static boolean isFreeForUdp(int port) {
    try (DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
      return udp.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
