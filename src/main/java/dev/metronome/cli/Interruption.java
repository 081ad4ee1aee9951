package dev.metronome.cli;

import java.util.concurrent.Callable;

/** What happens if the process is told to end, by Ctrl-C or otherwise. */
final class Interruption {

  private Interruption() {}

  /**
   * Does {@code work}; if the process is told to end meanwhile, {@code farewell} runs beside it,
   * and the process ends when that has returned.
   */
  static <T> T guard(Callable<T> work, Runnable farewell) throws Exception {
    Thread hook = new Thread(farewell, "metronome-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } finally {
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running: the process is ending.
    }
  }
}
