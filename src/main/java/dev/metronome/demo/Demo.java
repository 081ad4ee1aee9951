package dev.metronome.demo;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Watch;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A demo from beginning to end.
 *
 * <p><em>Guarantees</em>: {@link #close} may be called at any time, by any thread and more than
 * once; when it returns nothing is left behind.
 */
public final class Demo implements AutoCloseable {
  /** The event that goes through the cluster. */
  public static final String EVENT = "configure";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  private final DemoFolder folder;
  private final DemoCluster cluster;
  private final Duration pace;
  private boolean closed;

  /**
   * @param environment of this process, for scripts
   * @param flags further settings of the agents
   * @param pace how long each script takes
   */
  public Demo(Map<String, String> environment, Map<String, String> flags, Duration pace)
      throws IOException {
    this.folder = DemoFolder.create();
    this.cluster = new DemoCluster(folder, environment, flags);
    this.pace = pace;
  }

  /** The nodes, for people. */
  public static List<String> nodes() {
    return DemoNode.ALL.stream().map(DemoNode::description).toList();
  }

  /** Starts Consul and agents; returns when all of them live. */
  public void start(String version) throws IOException, InterruptedException {
    cluster.start(version);
    try (ConsulConnection connection = connect()) {
      CountDownLatch alive = new CountDownLatch(1);
      Watch<List<Entry>> watch = connection.watch(KEYS.nodes(), seen -> count(seen, alive));
      boolean all = alive.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      watch.close();
      if (!all) {
        throw new IllegalStateException("the demo's agents did not all start");
      }
    }
  }

  private static void count(Snapshot<List<Entry>> seen, CountDownLatch alive) {
    if (seen.value().stream().filter(Entry::isLocked).count() >= DemoNode.ALL.size()) {
      alive.countDown();
    }
  }

  /** Fires the event and shows it until its end. */
  public DemoReport run(Consumer<EventView> view) throws InterruptedException {
    Configuration first = cluster.configuration(DemoNode.ALL.get(0).name());
    try (ConsulConnection connection = connect()) {
      Event event = first.ownSignatures().sign(event());
      long start = System.nanoTime();
      new EventQueue(connection, KEYS, Clock.systemUTC()).accept(event);
      try (EventFollower follower = new EventFollower(connection, KEYS, EventView.of(event))) {
        EventView last = follower.untilEnd(PATIENCE.plus(pace.multipliedBy(10)), view);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new DemoReport(last, took, runs(last, connection));
      }
    }
  }

  private Event event() {
    String seconds = String.format(Locale.ROOT, "%.3f", pace.toMillis() / 1_000.0);
    Map<String, String> params = Map.of("pace", seconds);
    return Event.of(Events.newId(), EVENT, params, Clock.systemUTC().instant(), "demo", null);
  }

  private static List<DemoReport.Run> runs(EventView event, ConsulConnection connection) {
    Viewer viewer = new Viewer(connection, KEYS, Clock.systemUTC());
    List<DemoReport.Run> runs = new ArrayList<>();
    for (TaskView task : event.tasks()) {
      for (NodeRun run : task.targets()) {
        String log = viewer.log(event.id(), task.no(), run.node()).orElse("");
        runs.add(new DemoReport.Run(task, run, log));
      }
    }
    return runs;
  }

  private ConsulConnection connect() {
    return ConsulConnection.to(cluster.configuration(DemoNode.ALL.get(0).name()).consul());
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      cluster.close();
      folder.close();
    }
  }
}
