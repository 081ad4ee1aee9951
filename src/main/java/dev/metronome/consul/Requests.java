package dev.metronome.consul;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests with the token that is in force, once more if it was refused for its token and
 * there is another by then: what Consul refuses, it has not done. Thread-safe.
 */
final class Requests implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  /** More than the wait: Consul adds a sixteenth to it, and the way takes time. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /** So many things that a token may not read are known apart. */
  private static final int MOST_SAID = 100;

  private final Credentials credentials;
  private final HttpConnections connections;
  private final Duration patience;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<RequestListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<String> filtered = ConcurrentHashMap.newKeySet();

  /**
   * @param patience with an answer that needs no waiting
   */
  Requests(Credentials credentials, Duration patience) {
    this.credentials = credentials;
    this.connections = new HttpConnections(credentials.settings(), credentials.tls());
    this.patience = patience;
  }

  long sent() {
    return sent.get();
  }

  long failed() {
    return failed.get();
  }

  boolean isLocal() {
    return connections.isLocal();
  }

  void listen(RequestListener listener) {
    listeners.add(listener);
  }

  /**
   * Whatever Consul answers.
   *
   * @throws IOException no answer, or half of one
   */
  Answer send(String what, Request request) throws IOException {
    sent.incrementAndGet();
    try {
      Answer answer = authorized(request);
      tell(request, result(answer));
      say(what, answer);
      return answer;
    } catch (IOException e) {
      tell(request, RequestListener.Result.UNREACHABLE);
      throw e;
    }
  }

  private Answer authorized(Request request) throws IOException {
    Duration most =
        request.block().map(wait -> wait.plus(wait.dividedBy(16)).plus(MARGIN)).orElse(patience);
    Optional<String> shown = credentials.token();
    Answer answer = connections.exchange(request, shown, most);
    return isRefused(answer) && credentials.replaced(shown)
        ? connections.exchange(request, credentials.token(), most)
        : answer;
  }

  /**
   * A transaction's refusal is a conflict too, and only its text tells (docs/protocol.md, "Limits
   * of Consul").
   */
  private static boolean isRefused(Answer answer) {
    return switch (answer.status()) {
      case 401, 403 -> true;
      case 409 -> Refusals.isDenial(answer.text());
      case 500 -> Calls.isDenied(answer.text());
      default -> false;
    };
  }

  private void tell(Request request, RequestListener.Result result) {
    if (result == RequestListener.Result.UNREACHABLE || result == RequestListener.Result.ERROR) {
      failed.incrementAndGet();
    }
    listeners.forEach(listener -> listener.ended(request.call(), result));
  }

  private static RequestListener.Result result(Answer answer) {
    int status = answer.status();
    if (status < 400 || status == 404) {
      return RequestListener.Result.OK;
    }
    if (status == 401 || status == 403 || Calls.isDenied(answer.text())) {
      return RequestListener.Result.DENIED;
    }
    return status == 409 ? RequestListener.Result.REFUSED : RequestListener.Result.ERROR;
  }

  /** INVARIANT: promise 10, what was left out is not taken for what is not there without a word. */
  private void say(String what, Answer answer) {
    if (!answer.filtered()) {
      filtered.remove(what);
    } else if (filtered.size() < MOST_SAID && filtered.add(what)) {
      LOG.warn(
          "right=missing Consul left out what the token may not read, when asked to {};"
              + " docs/cluster.md lists the rules of its policy",
          what);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
