package dev.metronome.pipeline.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * This very process.
 *
 * @param host where it runs: host name, boot and PID namespace, so that a PID means something
 * @param pid of the process
 * @param startedAt by its own clock
 * @param id unique for ever: node, start time, random part
 */
public record Incarnation(String host, long pid, Instant startedAt, String id) {

  public static Incarnation of(String node) {
    Instant start =
        ProcessHandle.current()
            .info()
            .startInstant()
            .orElseGet(Instant::now)
            .truncatedTo(ChronoUnit.SECONDS);
    String random = UUID.randomUUID().toString().substring(0, 8);
    return new Incarnation(
        hostIdentity(), ProcessHandle.current().pid(), start, node + "/" + start + "/" + random);
  }

  static String hostIdentity() {
    return hostName()
        + " "
        + read("/proc/sys/kernel/random/boot_id")
        + " "
        + link("/proc/self/ns/pid");
  }

  /** This machine's. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "-";
    }
  }

  private static String link(String file) {
    try {
      return Files.readSymbolicLink(Path.of(file)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "-";
    }
  }
}
