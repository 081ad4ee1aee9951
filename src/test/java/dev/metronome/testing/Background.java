package dev.metronome.testing;

/** What happens to a test's subject while the test waits for it. */
public final class Background {

  private Background() {}

  public static Thread run(Runnable action) {
    Thread thread = new Thread(action, "test-background");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
