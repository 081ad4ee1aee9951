package dev.metronome.consul;

import dev.metronome.base.crash.CrashPoint;
import dev.metronome.base.loop.Loops;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The one configured client of this process: reads, transactions, and access to the rest of this
 * package. Thread-safe.
 *
 * <p><em>Does not guarantee</em> that a write whose answer was lost did not happen: the caller
 * looks again (docs/protocol.md, "Transactions").
 */
public final class ConsulConnection implements AutoCloseable {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private final Credentials credentials;
  private final String url;
  private final Calls calls;
  private final Requests requests;
  private Optional<EndpointClient> endpoints = Optional.empty();
  private final Loops loops = new Loops(Denial::level);

  private ConsulConnection(Credentials credentials, Duration answerTimeout) {
    this.credentials = credentials;
    this.url = credentials.settings().url();
    this.calls = new Calls(url);
    this.requests = new Requests(credentials, answerTimeout);
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
    return new ConsulConnection(new Credentials(source), answerTimeout);
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

  /** To the same Consul, for camel-consul's endpoints in routes. */
  public synchronized EndpointClient endpoints() {
    if (endpoints.isEmpty()) {
      endpoints = Optional.of(new EndpointClient(credentials, calls));
    }
    return endpoints.get();
  }

  /** Requests sent through this connection since it was made. */
  public long requests() {
    return requests.sent();
  }

  /** Those of them that had no answer, or an error: while it stays Consul was well all the time. */
  public long failures() {
    return requests.failed();
  }

  /** Whether it leads to this machine, so that nothing on the way can lose an answer. */
  public boolean isLocal() {
    return requests.isLocal();
  }

  /** Tells of each request from now on. */
  public void listen(RequestListener listener) {
    requests.listen(listener);
  }

  /** The loops of the agent that this connection serves. */
  public Loops loops() {
    return loops;
  }

  public Optional<Entry> get(String key) {
    List<Entry> found = single(key);
    return found.isEmpty() ? foundAmong(list(key), key) : Optional.of(found.get(0));
  }

  /** "Not found" may come from a proxy; a list tells, since Consul's has an index. */
  private static Optional<Entry> foundAmong(Snapshot<List<Entry>> listed, String key) {
    return listed.value().stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  /** Of a key; no key of Consul's begins with a slash. */
  static String path(String key) {
    return "/v1/kv/" + Request.encoded(key.startsWith("/") ? key.substring(1) : key);
  }

  /** All keys below a prefix, in order of their names. */
  public Snapshot<List<Entry>> list(String prefix) {
    return list("read " + prefix, listing(prefix));
  }

  private static Request listing(String prefix) {
    return Request.get(path(prefix) + "?recurse");
  }

  private Snapshot<List<Entry>> list(String what, Request request) {
    return call(what, request, ConsulConnection::snapshot, NOT_FOUND);
  }

  private static Snapshot<List<Entry>> snapshot(Answer answer) throws IOException {
    if (answer.index() == 0) {
      throw new IOException("the answer has no index, so it is not Consul's");
    }
    return new Snapshot<>(EntryReader.listed(answer), answer.index());
  }

  /** The names of all keys below a prefix, in order: cheap where values are large. */
  public List<String> names(String prefix) {
    return names(prefix, "?keys");
  }

  /**
   * The same, but of what lies deeper than one level only the folders, each with a slash at its
   * end: what a listing costs then does not grow with what its items hold.
   */
  public List<String> children(String prefix) {
    return names(prefix, "?keys&separator=%2F");
  }

  private List<String> names(String prefix, String query) {
    return call(
        "read the names below " + prefix,
        Request.get(path(prefix) + query),
        EntryReader::names,
        NOT_FOUND);
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

  /** A transaction is refused if any of its keys is missing, and tells which: then the others. */
  private List<Entry> readTogether(List<String> names) {
    Transaction reads = new Transaction();
    names.forEach(reads::get);
    String what = "read " + names.size() + " keys";
    List<Entry> found = new ArrayList<>();
    List<Integer> missing =
        call(
            what,
            reads.request(),
            answer -> {
              if (answer.status() != CONFLICT) {
                found.addAll(EntryReader.committed(answer));
                return List.of();
              }
              return Refusals.parse(answer.text(), url).operations();
            },
            CONFLICT);
    return missing.isEmpty() ? found : readOthers(names, missing);
  }

  private List<Entry> readOthers(List<String> names, List<Integer> missing) {
    List<String> others = new ArrayList<>(names);
    missing.forEach(place -> others.remove(names.get(place)));
    return others.isEmpty() ? List.of() : readTogether(others);
  }

  private List<Entry> single(String key) {
    return call("read " + key, Request.get(path(key)), EntryReader::listed, NOT_FOUND);
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
    return watch(name, changes(prefix), gate, listener);
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
    return new Watch<>(loops, name, Watch.Index.RAFT, Watch.waits(this::isLocal), gated, listener)
        .start();
  }

  /** All keys below a prefix, as soon as any of them has changed. */
  public BlockingRead<List<Entry>> changes(String prefix) {
    return (index, wait) -> list("watch " + prefix, listing(prefix).beyond(index, wait));
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
    return call(
        "commit " + transaction.title(),
        transaction.request(),
        answer ->
            answer.status() == CONFLICT
                ? Refusals.parse(answer.text(), url)
                : new Commit.Done(
                    EntryReader.committed(answer).stream()
                        .mapToLong(Entry::modifyIndex)
                        .max()
                        .orElse(0)),
        CONFLICT);
  }

  /** Ends a session of a process that is known to be dead, so that its locks are free at once. */
  public void endSession(String id) {
    new Sessions(this).destroy(id);
  }

  /** Whatever Consul answers. */
  Answer send(String what, Request request) throws IOException {
    return requests.send(what, request);
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param expected what else than a good status is no failure
   */
  <T> T call(String what, Request request, Calls.Reading<T> reading, int... expected) {
    return calls.run(requests, what, request, reading, expected);
  }

  Calls calls() {
    return calls;
  }

  @Override
  public synchronized void close() {
    requests.close();
    endpoints.ifPresent(EndpointClient::close);
  }
}
