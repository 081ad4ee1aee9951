package dev.metronome.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Does something with several things, each on a thread of its own. */
final class Together {
  /** What is done with each. */
  @FunctionalInterface
  interface Action<T> {
    void accept(T thing) throws InterruptedException;
  }

  private Together() {}

  /**
   * Returns when all have ended.
   *
   * @throws RuntimeException the first that one of them threw
   */
  static <T> void run(String name, List<T> things, Action<T> action) throws InterruptedException {
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (T thing : things) {
      threads.add(new Thread(() -> attempt(thing, action, failure), name));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static <T> void attempt(
      T thing, Action<T> action, AtomicReference<RuntimeException> failure) {
    try {
      action.accept(thing);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
