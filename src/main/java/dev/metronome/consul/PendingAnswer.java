package dev.metronome.consul;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.async.ConsulResponseCallback;
import org.kiwiproject.consul.model.ConsulResponse;

/** Waits for the answer of a blocking query in a way that an interrupt ends at once. */
final class PendingAnswer<T> implements ConsulResponseCallback<T> {

  private final CompletableFuture<ConsulResponse<T>> answer = new CompletableFuture<>();

  @Override
  public void onComplete(ConsulResponse<T> response) {
    answer.complete(response);
  }

  @Override
  public void onFailure(Throwable throwable) {
    answer.completeExceptionally(throwable);
  }

  ConsulResponse<T> await(Calls calls, String what) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConsulException failure) {
        throw calls.classified(what, failure);
      }
      throw calls.unavailable(what, e.getCause());
    }
  }
}
