package dev.metronome.consul;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether Consul answers and has a leader of its own. At most one question is on its way at a time,
 * so that many who ask of a Consul that hangs cost one thread. Thread-safe.
 */
public final class Reachability {

  private final ConsulConnection connection;
  private CompletableFuture<Optional<String>> asked =
      CompletableFuture.completedFuture(Optional.empty());

  public Reachability(ConsulConnection connection) {
    this.connection = connection;
  }

  /**
   * What is wrong with Consul, in a sentence; empty if nothing is.
   *
   * @param patience how long to wait for its answer
   */
  public Optional<String> fault(Duration patience) throws InterruptedException {
    try {
      return ask().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of(
          "Consul at " + connection.url() + " has not answered for " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      return Optional.of(String.valueOf(e.getCause().getMessage()));
    }
  }

  private synchronized CompletableFuture<Optional<String>> ask() {
    if (asked.isDone()) {
      CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
      asked = answer;
      Thread thread = new Thread(() -> answer(answer), "metronome-consul-reachability");
      thread.setDaemon(true);
      thread.start();
    }
    return asked;
  }

  private void answer(CompletableFuture<Optional<String>> answer) {
    try {
      String leader =
          connection.call(
              "say who leads it",
              Request.get("/v1/status/leader"),
              said -> Answer.text(said.json()));
      answer.complete(
          leader.isEmpty()
              ? Optional.of("Consul at " + connection.url() + " has no leader")
              : Optional.empty());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
