package dev.metronome.testing;

import java.io.IOException;

/** A thread that carries one connection: when that breaks, it ends, as connections do. */
public final class ConnectionThread {

  /** What it does until the connection breaks. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  private ConnectionThread() {}

  public static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
