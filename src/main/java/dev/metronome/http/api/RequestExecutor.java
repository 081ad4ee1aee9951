package dev.metronome.http.api;

import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.http.port.AnswerHeaders;
import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.state.UnclearIdException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has requests answered, a few at a time, on threads that may wait for Consul.
 *
 * <p><em>Guarantees</em>: whatever happens, the sender gets an answer, and nothing that is in it
 * was made for our log. More than {@value #MOST} requests are turned away rather than kept; none of
 * them holds up the health checks, which have other threads.
 */
final class RequestExecutor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestExecutor.class);
  private static final int THREADS = 4;
  private static final int MOST = 64;
  private static final long PATIENCE_SECONDS = 60;

  private final WorkerExecutor threads;
  private final AtomicInteger pending = new AtomicInteger();

  RequestExecutor(Vertx vertx) {
    this.threads = vertx.createSharedWorkerExecutor("metronome-api", THREADS);
  }

  /** Makes an answer, on a thread that may wait. */
  @FunctionalInterface
  interface Endpoint {
    HttpAnswer answer(ApiRequest request);
  }

  /** Takes a request in. */
  void receive(RoutingContext request, Endpoint endpoint) {
    if (pending.incrementAndGet() > MOST) {
      pending.decrementAndGet();
      ErrorAnswer.busy("too many requests at once", "ask again in a second", 1)
          .send(request.response());
      return;
    }
    threads
        .executeBlocking(
            () -> {
              answer(request, endpoint);
              return null;
            },
            false)
        .onComplete(done -> pending.decrementAndGet());
  }

  private static void answer(RoutingContext request, Endpoint endpoint) {
    HttpAnswer answer;
    try {
      answer = endpoint.answer(new ApiRequest(request));
    } catch (RuntimeException e) {
      refusal(e, request.normalizedPath()).send(request.response());
      return;
    }
    send(request.response(), answer);
  }

  private static ErrorAnswer refusal(RuntimeException why, String path) {
    try {
      throw why;
    } catch (RequestException e) {
      return e.answer();
    } catch (UnclearIdException e) {
      return RequestException.of(e).answer();
    } catch (ConsulUnavailableException e) {
      return new ErrorAnswer(503, e.getMessage(), "the agent goes on trying; ask again");
    } catch (ConsulDeniedException e) {
      return new ErrorAnswer(502, e.getMessage(), "the agent's token lacks this right");
    } catch (NewerRecordException e) {
      return new ErrorAnswer(501, e.getMessage(), "ask an agent of the newer version");
    } catch (UnreadableRecordException e) {
      return new ErrorAnswer(500, e.getMessage(), "see `metronome quarantine`");
    } catch (RuntimeException e) {
      LOG.warn("request={} state=failed", path, e);
      return new ErrorAnswer(500, "the agent could not answer", "its log says why");
    }
  }

  private static void send(HttpServerResponse response, HttpAnswer answer) {
    try {
      response.setStatusCode(answer.status());
      AnswerHeaders.put(response, answer.type());
      byte[] first = answer.pieces().next();
      if (!answer.pieces().hasNext()) {
        response.end(Buffer.buffer(first));
        return;
      }
      response.setChunked(true);
      write(response, first);
      while (answer.pieces().hasNext()) {
        write(response, answer.pieces().next());
      }
      response.end();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("answer not sent: {}", e.toString());
      response.reset(); // a broken answer must not look whole
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.reset();
    }
  }

  private static void write(HttpServerResponse response, byte[] piece)
      throws InterruptedException, ExecutionException, TimeoutException {
    response
        .write(Buffer.buffer(piece))
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    threads.close();
  }
}
