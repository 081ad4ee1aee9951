package dev.metronome.http.access;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has passwords checked, on one thread of its own, which nobody but those whose password is being
 * checked waits for. Thread-safe.
 *
 * <p><em>Guarantees</em>: at most {@value #MOST} wait, and of one address {@value #MOST_OF_ONE}, so
 * that who tries out passwords keeps nobody else from proving his. The same name and password that
 * comes several times meanwhile is checked once.
 */
// INVARIANT: promise 8, everything is bounded.
final class PasswordChecks {

  private static final Logger LOG = LoggerFactory.getLogger(PasswordChecks.class);

  static final int MOST = 16;
  static final int MOST_OF_ONE = 4;

  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread;
  private final Map<String, Future<Optional<User>>> waiting = new HashMap<>();
  private final Map<String, Integer> ofAddress = new HashMap<>();

  PasswordChecks() {
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            PasswordChecks::named);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, "metronome-passwords");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Who that is, once it is known; empty if too many wait.
   *
   * @param check takes its time; whatever it throws, that is nobody
   */
  synchronized Optional<Future<Optional<User>>> begin(
      String address, RequestCredentials shown, Supplier<Optional<User>> check) {
    String digest = shown.digest();
    Future<Optional<User>> same = waiting.get(digest);
    if (same != null) {
      return Optional.of(same);
    }
    if (waiting.size() >= MOST || ofAddress.getOrDefault(address, 0) >= MOST_OF_ONE) {
      return Optional.empty();
    }
    Promise<Optional<User>> found = Promise.promise();
    waiting.put(digest, found.future());
    ofAddress.merge(address, 1, Integer::sum);
    thread.execute(
        () -> {
          Optional<User> user = Optional.empty();
          try {
            user = check.get();
          } catch (RuntimeException e) {
            LOG.warn("name={} password=unchecked reason={}", shown, e.toString());
          } finally {
            ended(address, digest);
            found.complete(user);
          }
        });
    return Optional.of(found.future());
  }

  private synchronized void ended(String address, String digest) {
    waiting.remove(digest);
    ofAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
