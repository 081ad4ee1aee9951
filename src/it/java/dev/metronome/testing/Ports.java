package dev.metronome.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of one consul process, on loopback, each free for TCP and UDP when it was chosen. They
 * are below those that the kernel gives to whoever asks for any port or opens a connection: a port
 * stays free until its process opens it, and while that process is away. JVMs that run tests side
 * by side, eight at most, have ports of their own.
 */
public record Ports(int http, int server, int serfLan, int serfWan) {
  private static final Path KERNELS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int USUAL_KERNELS = 32_768;
  private static final int LOWEST = 10_000;

  private static final int JVMS = 8;

  /** Of this JVM, as Maven numbers it. */
  private static final int SHARE = Integer.getInteger("fork", 0) % JVMS;

  /** Never given twice in one JVM, since a port is free again until its process has opened it. */
  private static final Set<Integer> GIVEN = new HashSet<>();

  static Ports free() {
    return new Ports(one(), one(), one(), one());
  }

  /** One more that is free now. */
  public static synchronized int one() {
    int end = Math.max(kernelsLowest(), LOWEST + 1_000);
    for (int attempt = 0; attempt < 100_000; attempt++) {
      int port = JVMS * ThreadLocalRandom.current().nextInt(LOWEST / JVMS, end / JVMS) + SHARE;
      if (!GIVEN.contains(port) && isFreeForTcp(port) && isFreeForUdp(port)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException(
        "no port from " + LOWEST + " to " + end + " is free; given already: " + GIVEN.size());
  }

  /** In one read: the kernel answers the second one with nothing, and readString reads twice. */
  private static int kernelsLowest() {
    if (!Files.exists(KERNELS)) {
      return USUAL_KERNELS;
    }
    try (BufferedReader range = Files.newBufferedReader(KERNELS)) {
      return Integer.parseInt(range.readLine().strip().split("\\s+", 2)[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFreeForTcp(int port) {
    try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return tcp.isBound();
    } catch (IOException e) {
      return false;
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
