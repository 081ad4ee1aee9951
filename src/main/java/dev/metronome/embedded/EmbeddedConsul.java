package dev.metronome.embedded;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A Consul in memory: one server, and a client agent for each node that is asked for, each on a
 * port of its own on loopback.
 *
 * <p><b>Guarantees:</b> what {@code ConsulContract} pins, with the answers of a real Consul:
 * indexes and wake-ups, transactions, sessions and their locks, checks, events, limits and texts of
 * errors. What differs between versions is the {@link Profile}'s. {@link #close} returns at once
 * and leaves no thread behind.
 *
 * <p><b>Does not guarantee:</b> anything beyond that. Tokens are accepted and ignored, what is
 * denied is denied to all, nothing is kept on disk, and reads are always consistent. It is for the
 * demo and for tests, never for production.
 *
 * <p>Threads: any.
 */
public final class EmbeddedConsul implements AutoCloseable {
  /** The node of the server itself, which the catalog shows as a real cluster does. */
  public static final String SERVER = "embedded-server";

  private static final int TICK_MILLIS = 50;

  private final Workers workers = new Workers();
  private final Agents agents = new Agents();
  private final Map<String, HttpListener> listeners = new LinkedHashMap<>();
  private final Store store;

  private EmbeddedConsul(Profile profile, Clock clock) {
    store = new Store(clock, new Conditions(profile));
  }

  /** Starts one of the usual profile that goes by the system's clock. */
  public static EmbeddedConsul start() {
    return start(Clock.systemUTC());
  }

  /** Starts one that is like a version of Consul. */
  public static EmbeddedConsul start(Profile profile) {
    return start(profile, Clock.systemUTC());
  }

  /**
   * Starts one whose TTLs and lock-delays go by a given clock, so that a test need not wait for
   * them. Blocking queries and HTTP checks go by real time all the same.
   */
  public static EmbeddedConsul start(Clock clock) {
    return start(Profile.usual(), clock);
  }

  /** The same, like a version of Consul. */
  public static EmbeddedConsul start(Profile profile, Clock clock) {
    EmbeddedConsul consul = new EmbeddedConsul(profile, clock);
    consul.store.write(consul::bootstrap);
    consul.workers.every(TICK_MILLIS, consul::expire);
    return consul;
  }

  /**
   * The address of the agent of a node. The first call for a node opens it; from then on the node
   * stands in the catalog.
   *
   * @throws java.io.UncheckedIOException if no port can be opened
   */
  public synchronized URI agent(String node) {
    return listeners.computeIfAbsent(node, this::open).address();
  }

  public Profile profile() {
    return store.conditions().profile();
  }

  /** Ends the connection of each query that waits for longer, as something on the way may. */
  public void cutAnswersAfter(Duration longest) {
    store.conditions().cutAnswersAfter(longest);
  }

  /** Refuses everything, as a server with too many requests does; or no longer. */
  public void overload(boolean yes) {
    store.conditions().overload(yes);
  }

  /**
   * Denies every token a right, until {@link #allow}.
   *
   * @param resource key, service, session or event
   * @param access read or write
   * @param beginning of the names that it is about
   */
  public void deny(String resource, String access, String beginning) {
    store.conditions().deny(resource, access, beginning);
  }

  /** Whatever was denied is allowed again. */
  public void allow() {
    store.conditions().allow();
  }

  /** Empties the views from which it answers who waits for the health of a service. */
  public void resetViews() {
    store.views().reset();
  }

  /** Has these views show what was there before whoever waits began to. */
  public void lagViews() {
    store.views().fallBehind();
  }

  /** Makes a node's machine look dead to the cluster; its agent goes on answering. */
  public void fail(String node) {
    serfHealth(node, Check.CRITICAL);
  }

  /** Makes a node's machine look alive again. */
  public void recover(String node) {
    serfHealth(node, Check.PASSING);
  }

  /** Closes the port of a node's agent: connections break and are refused; nobody gets the port. */
  public synchronized void disconnect(String node) {
    listener(node).stop();
  }

  /** Opens the port of a node's agent again, the same one. */
  public synchronized void reconnect(String node) {
    listener(node).start();
  }

  @Override
  public synchronized void close() {
    // Before the listeners, which else would wait for their blocking queries.
    workers.close();
    listeners.values().forEach(HttpListener::close);
  }

  private HttpListener listener(String node) {
    HttpListener listener = listeners.get(node);
    if (listener == null) {
      throw new IllegalArgumentException("there is no agent of a node named " + node);
    }
    return listener;
  }

  private HttpListener open(String node) {
    ClientAgent agent = new ClientAgent(node, store, workers);
    HttpListener listener = new HttpListener(new EmbeddedApi(store, agents, agent), workers.pool());
    listener.start();
    store.write(
        commit -> {
          agents.add(agent);
          agent.join(commit);
          return agent;
        });
    return listener;
  }

  private void serfHealth(String node, String status) {
    listener(node);
    store.write(
        commit -> {
          store.catalog().register(commit, Check.serfHealth(node, status));
          return status;
        });
  }

  private Void bootstrap(StoreCommit commit) {
    Node node = Node.local(UUID.randomUUID().toString(), SERVER);
    store.catalog().register(commit, node);
    store.catalog().register(commit, Check.serfHealth(SERVER, Check.PASSING));
    Service consul =
        new Service(
            "consul", "consul", List.of(), "", Map.of(), 8300, Service.WEIGHTS, false, 0, 0);
    store.catalog().register(commit, SERVER, consul);
    return null;
  }

  private void expire() {
    boolean due =
        store.read(
            () ->
                store.sessions().anyExpired()
                    || agents.all().stream().anyMatch(a -> !a.expiredChecks().isEmpty()));
    if (due) {
      store.write(
          commit -> {
            store.sessions().expire(commit);
            agents.all().forEach(a -> a.expiredChecks().forEach(c -> c.expire(commit)));
            return commit;
          });
    }
  }
}
