package dev.metronome.base.crash;

import dev.metronome.testing.ConnectionThread;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Stands between one agent and its Consul agent, and does to requests and answers what a bad
 * network does.
 *
 * <p><em>Guarantees</em>: without a rule and with the link up every request and answer passes
 * unchanged; every transaction that Consul answered is noted.
 */
final class ConsulProxy implements AutoCloseable {

  /** The connection as a whole. */
  enum Link {
    UP,
    /** Connections are refused, and those that stand are ended. */
    REFUSED,
    /** Nothing passes either way, and nothing says so. */
    SILENT,
    /** What the agent says is swallowed; answers that are under way still arrive. */
    UNHEARD
  }

  /**
   * A transaction that Consul answered.
   *
   * @param request as the agent sent it
   * @param index Raft index of the write; 0 if it was refused or wrote no value
   */
  record Answered(String node, Request request, int status, long index) {}

  private static final Rule.Action PASS = new Rule.Delayed(Duration.ZERO);

  private final String node;
  private final int consulPort;
  private final ServerSocket entrance;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> sent = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Answered> transactions = new ConcurrentLinkedQueue<>();
  private volatile Link link = Link.UP;
  private volatile CountDownLatch healed = new CountDownLatch(0);

  private ConsulProxy(String node, int consulPort, ServerSocket entrance) {
    this.node = node;
    this.consulPort = consulPort;
    this.entrance = entrance;
  }

  static ConsulProxy before(String node, int consulPort) {
    try {
      ServerSocket entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
      ConsulProxy proxy = new ConsulProxy(node, consulPort, entrance);
      ConnectionThread.start("proxy-" + node, proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no proxy for " + node, e);
    }
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** How many requests the agent has sent since then, or tried to. */
  long requestsSince(long nanos) {
    return sent.stream().filter(at -> at - nanos >= 0).count();
  }

  List<Answered> transactions() {
    return List.copyOf(transactions);
  }

  Rule delay(Predicate<Request> match, Duration by) {
    return add(match, new Rule.Delayed(by), Rule.ALWAYS);
  }

  Rule cut(Predicate<Request> match, int times) {
    return add(match, new Rule.Cut(), times);
  }

  /** Consul does the next such request, and the agent never hears of it. */
  Rule loseReply(Predicate<Request> match) {
    return add(match, new Rule.ReplyLost(), 1);
  }

  Rule truncate(Predicate<Request> match, int times) {
    return add(match, new Rule.Truncated(), times);
  }

  Rule hang(Predicate<Request> match, int times) {
    return add(match, new Rule.Hung(), times);
  }

  /** Keeps the next such request back until {@link Rule#lift}. */
  Rule hold(Predicate<Request> match) {
    return add(match, new Rule.Held(), 1);
  }

  Rule answer(Predicate<Request> match, int status, String type, String body) {
    return add(match, new Rule.Answered(status, type, body), Rule.ALWAYS);
  }

  Rule edit(Predicate<Request> match, UnaryOperator<Request> edit) {
    return add(match, new Rule.Edited(edit), Rule.ALWAYS);
  }

  private Rule add(Predicate<Request> match, Rule.Action action, int times) {
    Rule rule = Rule.of(match, action, times);
    rules.add(rule);
    return rule;
  }

  void link(Link now) {
    if (link == Link.UP && now != Link.UP) {
      healed = new CountDownLatch(1);
    }
    link = now;
    if (now == Link.REFUSED) {
      closeSockets();
    } else if (now == Link.UP) {
      healed.countDown();
    }
  }

  /** No rule and no cut is left. */
  void heal() {
    rules.forEach(Rule::lift);
    rules.clear();
    link(Link.UP);
  }

  private void accept() throws IOException {
    while (!entrance.isClosed()) {
      Socket agent = entrance.accept();
      if (link == Link.REFUSED) {
        sent.add(System.nanoTime());
        agent.close();
        continue;
      }
      sockets.add(agent);
      if (link == Link.REFUSED) { // meanwhile
        agent.close();
      }
      ConnectionThread.start("proxy-" + node + "-connection", () -> serve(agent));
    }
  }

  private void serve(Socket agent) throws IOException {
    try (agent;
        Socket consul = new Socket(InetAddress.getLoopbackAddress(), consulPort)) {
      sockets.add(consul);
      agent.setTcpNoDelay(true);
      consul.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(agent.getInputStream());
      InputStream back = new BufferedInputStream(consul.getInputStream());
      for (Wire wire = Wire.read(in); wire != null; wire = Wire.read(in)) {
        if (!exchange(wire, agent, consul, back)) {
          return;
        }
      }
    } finally {
      sockets.remove(agent);
    }
  }

  /** Returns whether the connection goes on. */
  private boolean exchange(Wire wire, Socket agent, Socket consul, InputStream back)
      throws IOException {
    Request request = Request.of(wire.firstLine(), wire.body());
    sent.add(System.nanoTime());
    if (link == Link.SILENT || link == Link.UNHEARD) {
      await(healed);
      return false;
    }
    Wire sending = edited(wire, request);
    Optional<Rule> rule =
        rules.stream()
            .filter(each -> !isEdit(each))
            .filter(each -> each.takes(request))
            .findFirst();
    Rule.Action action = rule.map(Rule::action).orElse(PASS);
    if (action instanceof Rule.Cut) {
      return false;
    } else if (action instanceof Rule.Delayed delayed) {
      pause(delayed.by());
    } else if (action instanceof Rule.Hung || action instanceof Rule.Held) {
      await(rule.orElseThrow().release());
      if (action instanceof Rule.Hung) {
        return false;
      }
    } else if (action instanceof Rule.Answered answered) {
      Wire.answer(answered.status(), answered.contentType(), answered.body())
          .write(agent.getOutputStream());
      return true;
    }
    sending.write(consul.getOutputStream());
    return relay(request, action, agent, back);
  }

  private static boolean isEdit(Rule rule) {
    return rule.action() instanceof Rule.Edited;
  }

  /** What is done to the text of a request goes beside what is done to the request. */
  private Wire edited(Wire wire, Request request) {
    Request edited = request;
    for (Rule rule : rules) {
      if (rule.action() instanceof Rule.Edited edit && rule.takes(request)) {
        edited = edit.edit().apply(edited);
      }
    }
    return wire.with(edited.body().getBytes(StandardCharsets.UTF_8));
  }

  private boolean relay(Request request, Rule.Action action, Socket agent, InputStream back)
      throws IOException {
    Wire answer = Wire.read(back);
    if (answer == null) {
      return false;
    }
    note(request, answer);
    if (link == Link.SILENT) {
      await(healed);
      return false;
    }
    if (action instanceof Rule.ReplyLost) {
      return false;
    }
    if (action instanceof Rule.Truncated) {
      answer.write(agent.getOutputStream(), answer.body().length / 2);
      return false;
    }
    answer.write(agent.getOutputStream());
    return true;
  }

  private void note(Request request, Wire answer) {
    if (!request.isTransaction()) {
      return;
    }
    long index = 0;
    for (var result : Request.json(answer.body()).path("Results")) {
      index = Math.max(index, result.path("KV").path("ModifyIndex").asLong());
    }
    transactions.add(new Answered(node, request, answer.status(), index));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the proxy is being closed", e);
    }
  }

  private static void pause(Duration time) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the proxy is being closed", e);
    }
  }

  private void closeSockets() {
    try {
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("a connection of the proxy could not be closed", e);
    }
  }

  @Override
  public void close() {
    heal();
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy could not be closed", e);
    }
    closeSockets();
  }
}
