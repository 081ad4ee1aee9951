package dev.metronome.consul;

import com.google.common.net.HostAndPort;
import dev.metronome.base.crash.CrashPoint;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.KeyValueClient;
import org.kiwiproject.consul.config.CacheConfig;
import org.kiwiproject.consul.config.ClientConfig;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.kv.ImmutableOperation;
import org.kiwiproject.consul.model.kv.Operation;
import org.kiwiproject.consul.model.kv.TxResponse;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.option.ImmutableTransactionOptions;
import org.kiwiproject.consul.option.TransactionOptions;

/**
 * The one configured client of this process: reads, transactions, and access to the rest of this
 * package. Thread-safe.
 *
 * <p><em>Does not guarantee</em> that a write whose answer was lost did not happen: the caller
 * looks again (docs/protocol.md, "Transactions").
 */
public final class ConsulConnection implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final TransactionOptions OPTIONS = ImmutableTransactionOptions.builder().build();

  private final Credentials credentials;
  private final String url;
  private final Consul consul;
  private final Calls calls;
  private final AtomicLong requests = new AtomicLong();
  private final Loops loops = new Loops(Denial::level);
  private final RequestEvents events;

  private ConsulConnection(Credentials credentials, Consul consul, RequestEvents events) {
    this.events = events;
    this.credentials = credentials;
    this.url = credentials.settings().url();
    this.consul = consul;
    this.calls = new Calls(url);
  }

  /**
   * Prepares a connection. Sends nothing, so it does not fail when Consul is down. Its token and
   * its certificates are read again by {@link #renew}, and the token when Consul refuses it.
   *
   * @param settings reads them, and the token's file, anew each time; where Consul is, is settled
   *     by the first reading
   * @throws dev.metronome.base.tls.TlsMaterialException if a certificate or key file cannot be used
   */
  public static ConsulConnection to(Supplier<ConsulSettings> settings) {
    return to(settings, ANSWER_TIMEOUT);
  }

  /**
   * The same, with settings that stay as they are.
   *
   * @throws dev.metronome.base.tls.TlsMaterialException if a certificate or key file cannot be used
   */
  public static ConsulConnection to(ConsulSettings settings) {
    return to(() -> settings, ANSWER_TIMEOUT);
  }

  static ConsulConnection to(ConsulSettings settings, Duration answerTimeout) {
    return to(() -> settings, answerTimeout);
  }

  private static ConsulConnection to(Supplier<ConsulSettings> source, Duration answerTimeout) {
    Credentials credentials = new Credentials(source);
    ConsulSettings settings = credentials.settings();
    ClientConfig config =
        new ClientConfig(
            CacheConfig.builder()
                .withTimeoutAutoAdjustmentEnabled(true)
                .withTimeoutAutoAdjustmentMargin(Duration.ofSeconds(5))
                .build());
    RequestEvents events = new RequestEvents();
    Consul.Builder builder =
        Consul.builder()
            .withClientEventCallback(events)
            .withPing(false)
            .withHttps(settings.https())
            .withHostAndPort(HostAndPort.fromParts(settings.host(), settings.port()))
            .withClientConfiguration(config)
            .withExecutorService(callers())
            .withConnectTimeoutMillis(CONNECT_TIMEOUT.toMillis())
            .withWriteTimeoutMillis(answerTimeout.toMillis())
            .withReadTimeoutMillis(answerTimeout.toMillis());
    builder.withHeaders(headers(settings));
    builder.withConsulFailoverInterceptor(new TokenInterceptor(credentials));
    credentials.tls().configure(builder);
    return new ConsulConnection(credentials, builder.build(), events);
  }

  /**
   * Answers come as they are: Consul's agent is next door, where compressing and unpacking takes
   * longer than sending. Without the header the client asks for gzip by itself.
   */
  private static Map<String, String> headers(ConsulSettings settings) {
    Map<String, String> headers = new HashMap<>(Map.of("Accept-Encoding", "identity"));
    settings.namespace().ifPresent(name -> headers.put("X-Consul-Namespace", name));
    return headers;
  }

  private static ThreadPoolExecutor callers() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        20,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        work -> {
          Thread thread = new Thread(work, "metronome-consul-call");
          thread.setDaemon(true);
          return thread;
        });
  }

  public String url() {
    return url;
  }

  /** The ACL token in force, for who must show it by other ways. */
  public Optional<String> token() {
    return credentials.token();
  }

  /**
   * Reads the token and the certificates again. Sessions, locks and blocking queries stay: they are
   * the node's and the process's, not the token's.
   *
   * @return whether any of them has changed
   * @throws RuntimeException if they cannot be used, which leaves those before in force
   */
  public boolean renew() {
    return credentials.renew();
  }

  /** The client underneath, for camel-consul's endpoints in routes of a user's own. */
  public Consul client() {
    return consul;
  }

  /** Requests sent through this connection since it was made. */
  public long requests() {
    return requests.get();
  }

  /** Tells of each request from now on. */
  public void listen(RequestListener listener) {
    events.listen(listener);
  }

  /** The loops of the agent that this connection serves. */
  public Loops loops() {
    return loops;
  }

  public Optional<Entry> get(String key) {
    Optional<Entry> found =
        call("read " + key, () -> kv().getValue(key)).map(ConsulConnection::entry);
    return found.isPresent() ? found : foundAmong(list(key), key);
  }

  /** "Not found" may come from a proxy; a list tells, since Consul's has an index. */
  private static Optional<Entry> foundAmong(Snapshot<List<Entry>> listed, String key) {
    return listed.value().stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  /** All keys below a prefix, in order of their names. */
  public Snapshot<List<Entry>> list(String prefix) {
    return call("read " + prefix, () -> entries(kv().getConsulResponseWithValues(prefix)));
  }

  /** The names of all keys below a prefix, in order: cheap where values are large. */
  public List<String> names(String prefix) {
    return names(prefix, () -> kv().getKeys(prefix));
  }

  /**
   * The same, but of what lies deeper than one level only the folders, each with a slash at its
   * end: what a listing costs then does not grow with what its items hold.
   */
  public List<String> children(String prefix) {
    return names(prefix, () -> kv().getKeys(prefix, "/"));
  }

  private List<String> names(String prefix, Supplier<List<String>> request) {
    return call(
        "read the names below " + prefix,
        () -> {
          try {
            return List.copyOf(request.get());
          } catch (ConsulException e) {
            if (e.hasCode() && e.getCode() == 404) {
              return List.of();
            }
            throw e;
          }
        });
  }

  /** The keys of these names, many in a request; one that does not exist is left out. */
  public List<Entry> read(List<String> names) {
    List<Entry> entries = new ArrayList<>();
    for (int from = 0; from < names.size(); from += Transaction.MAX_OPERATIONS) {
      int to = Math.min(names.size(), from + Transaction.MAX_OPERATIONS);
      entries.addAll(readTogether(names.subList(from, to)));
    }
    return entries;
  }

  private List<Entry> readTogether(List<String> names) {
    Operation[] reads =
        names.stream()
            .map(name -> ImmutableOperation.builder().verb("get").key(name).build())
            .toArray(Operation[]::new);
    Supplier<List<Value>> request =
        () -> {
          try {
            return kv().performTransaction(OPTIONS, reads).getResponse().results().stream()
                .flatMap(result -> result.values().stream())
                .toList();
          } catch (ConsulException e) {
            if (e.hasCode() && e.getCode() == 409 && !Calls.isDenied(e.getMessage())) {
              return names.stream().flatMap(name -> kv().getValue(name).stream()).toList();
            }
            throw e;
          }
        };
    return call("read " + names.size() + " keys", request).stream()
        .map(ConsulConnection::entry)
        .toList();
  }

  /** Follows all keys below a prefix until the watch is closed. */
  public Watch<List<Entry>> watch(String prefix, Consumer<Snapshot<List<Entry>>> listener) {
    return watch(prefix, () -> {}, listener);
  }

  /** The same, but asks only when the gate has let it through. */
  public Watch<List<Entry>> watch(
      String prefix, Gate gate, Consumer<Snapshot<List<Entry>>> listener) {
    return watch(prefix, prefix, gate, listener);
  }

  /** The same, under a name of its own: another may follow the same prefix for another reason. */
  public Watch<List<Entry>> watch(
      String name, String prefix, Gate gate, Consumer<Snapshot<List<Entry>>> listener) {
    return watch(name, listing(prefix), gate, listener);
  }

  /** The same, by a read that chooses what is listed. */
  public Watch<List<Entry>> watch(
      String name,
      BlockingRead<List<Entry>> read,
      Gate gate,
      Consumer<Snapshot<List<Entry>>> listener) {
    BlockingRead<List<Entry>> gated =
        (index, wait) -> {
          gate.await();
          return read.read(index == 0 ? 0 : Math.max(index, gate.known()), wait);
        };
    return new Watch<>(loops, name, Watch.Index.RAFT, gated, listener).start();
  }

  /** All keys below a prefix, as soon as any of them has changed. */
  public BlockingRead<List<Entry>> listing(String prefix) {
    return (index, wait) -> {
      PendingAnswer<List<Value>> answer = new PendingAnswer<>();
      countRequest();
      kv().getValues(prefix, BlockingRead.options(index, wait), answer);
      String what = "watch " + prefix;
      ConsulResponse<List<Value>> response = answer.await(calls, what);
      return calls.run(what, () -> entries(response));
    };
  }

  /**
   * Sends a transaction.
   *
   * @return done, or refused with nothing written
   * @throws ConsulUnavailableException the answer was lost: it may have been written
   * @throws ConsulDeniedException the token lacks a right; nothing was written
   * @throws ConsulRejectedException it is too large; nothing was written
   */
  public Commit commit(Transaction transaction) {
    CrashPoint.before(transaction.steps());
    Commit commit = send(transaction);
    CrashPoint.after(transaction.steps());
    return commit;
  }

  private Commit send(Transaction transaction) {
    countRequest();
    try {
      ConsulResponse<TxResponse> response =
          kv().performTransaction(OPTIONS, transaction.operations());
      return new Commit.Done(lastIndex(response.getResponse()));
    } catch (ConsulException e) {
      if (e.hasCode() && e.getCode() == 409) {
        return Refusals.parse(e, url);
      }
      throw calls.classified("commit " + transaction.title(), e);
    } catch (RuntimeException e) {
      throw calls.unavailable("commit " + transaction.title(), e);
    }
  }

  /** Ends a session of a process that is known to be dead, so that its locks are free at once. */
  public void endSession(String id) {
    new Sessions(this).destroy(id);
  }

  private static long lastIndex(TxResponse response) {
    return response.results().stream()
        .flatMap(result -> result.values().stream())
        .mapToLong(Value::getModifyIndex)
        .max()
        .orElse(0);
  }

  /** What a request that was sent by the client underneath has failed of. */
  RuntimeException explained(String what, Exception failure) {
    if (failure instanceof ConsulUnavailableException
        || failure instanceof ConsulDeniedException
        || failure instanceof ConsulRejectedException) {
      return (RuntimeException) failure; // it has been said already
    }
    return failure instanceof ConsulException answered
        ? calls.classified(what, answered)
        : calls.unavailable(what, failure);
  }

  <T> T call(String what, Supplier<T> request) {
    countRequest();
    return calls.run(what, request);
  }

  Credentials credentials() {
    return credentials;
  }

  Calls calls() {
    return calls;
  }

  void countRequest() {
    requests.incrementAndGet();
  }

  private KeyValueClient kv() {
    return consul.keyValueClient();
  }

  private static Snapshot<List<Entry>> entries(ConsulResponse<List<Value>> response) {
    if (response.getIndex().signum() == 0) {
      throw new IllegalStateException("the answer has no index, so it is not Consul's");
    }
    List<Value> values = response.getResponse() == null ? List.of() : response.getResponse();
    return new Snapshot<>(
        values.stream().map(ConsulConnection::entry).toList(), response.getIndex().longValue());
  }

  private static Entry entry(Value value) {
    return new Entry(
        value.getKey(),
        value.getValueAsBytes().orElse(new byte[0]),
        value.getCreateIndex(),
        value.getModifyIndex(),
        value.getFlags(),
        value.getSession());
  }

  @Override
  public void close() {
    consul.destroy();
  }
}
