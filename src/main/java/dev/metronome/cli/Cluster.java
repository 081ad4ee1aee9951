package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Resume;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.steering.NotRetryableException;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.state.EventFinder;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventQuery;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.state.UnclearIdException;
import dev.metronome.state.Viewer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The cluster as a command sees it, until it is closed. */
final class Cluster implements AutoCloseable {
  private static final int NEWEST = 5;
  private static final int SHORT = 8;
  private static final int LONG = 36;
  private static final Pattern RANDOM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Configuration configuration;
  private final ConsulConnection connection;
  private final Keys keys;
  private final Viewer viewer;
  private final EventFinder finder;

  Cluster(Configuration configuration) {
    this.configuration = configuration;
    this.connection = ConsulConnection.to(configuration::consul);
    connection.loops().quieten(); // commands that follow say in sentences that Consul is away
    this.keys = new Keys(configuration.text("prefix"));
    this.viewer = new Viewer(connection, keys, Clock.systemUTC());
    this.finder = new EventFinder(viewer);
  }

  ConsulConnection connection() {
    return connection;
  }

  Keys keys() {
    return keys;
  }

  /** Of the keys that this command can read. */
  EventSignatures signatures() {
    return configuration.ownSignatures();
  }

  Viewer viewer() {
    return viewer;
  }

  /** Follows an event from how it stands; to be closed. */
  EventFollower follow(EventView known) {
    return new EventFollower(connection, keys, known);
  }

  /**
   * The event with this ID, or with the only ID that begins so.
   *
   * @throws CommandException if there is none, or more than one
   */
  EventView event(String given) {
    return found(() -> finder.event(given));
  }

  /** The same, but its ID only. */
  String id(String given) {
    return found(() -> finder.id(given));
  }

  /** Where a retry of this event would go on; empty if it cannot be retried. */
  Optional<Resume> retry(String id) {
    try {
      return new Retrier(connection, keys)
          .foreseen(
              new Retrier.Wish(
                  id,
                  Events.newId(),
                  Retrier.Scope.ALL,
                  Optional.empty(),
                  "",
                  Instant.now(),
                  Optional.empty()))
          .resume();
    } catch (NotRetryableException e) {
      return Optional.empty();
    }
  }

  private <T> T found(Supplier<T> search) {
    try {
      return search.get();
    } catch (UnclearIdException e) {
      throw refusal(e);
    }
  }

  private CommandException refusal(UnclearIdException e) {
    return switch (e.fault()) {
      case IMPOSSIBLE ->
          new CommandException(
              ExitCode.USAGE, e.getMessage() + "; `metronome events` lists them", e);
      case SHORT -> new CommandException(ExitCode.USAGE, e.getMessage(), e);
      case UNKNOWN ->
          new CommandException(ExitCode.NO_SUCH_EVENT, e.getMessage() + "; " + newest(), e);
      case AMBIGUOUS ->
          new CommandException(
              ExitCode.USAGE,
              e.getMessage() + ": " + String.join(", ", e.candidates()) + "; give more of it",
              e);
    };
  }

  private String newest() {
    List<EventSummary> newest = viewer.events(EventQuery.newest(NEWEST)).events();
    return newest.isEmpty()
        ? "Consul knows none at all: has it lost its data, or is `prefix` another one?"
        : "the newest are "
            + newest.stream()
                .map(event -> event.id() + " " + event.name())
                .collect(Collectors.joining(", "));
  }

  /** What is to be said of an event that Consul has forgotten; with exit code 3. */
  static String gone(EventView last) {
    return "event "
        + last.id()
        + " "
        + last.event().name()
        + " is gone: Consul has no record of it any more, it neither waits nor runs and has no"
        + " result. Consul has lost its data, or somebody has deleted its keys. It was last seen "
        + (last.status() == State.QUEUED
            ? "in the queue; it will not be run"
            : "in progress, with "
                + ended(last)
                + " of "
                + last.tasks().size()
                + " tasks ended; no further one is opened, and what runs on a node runs on");
  }

  private static long ended(EventView event) {
    return event.tasks().stream().filter(TaskView::hasEnded).count();
  }

  /** An ID as people read it, and commands take it back: of a random one the first group. */
  static String shortened(String id) {
    return shortened(id, SHORT);
  }

  /** The same, longer where two of these events would look alike. */
  static UnaryOperator<String> shortening(List<EventSummary> among) {
    int length =
        IntStream.rangeClosed(SHORT, LONG)
            .filter(
                some ->
                    among.stream().map(it -> shortened(it.id(), some)).distinct().count()
                        == among.size())
            .findFirst()
            .orElse(LONG);
    return id -> shortened(id, length);
  }

  private static String shortened(String id, int length) {
    return RANDOM.matcher(id).matches() ? id.substring(0, length) : id;
  }

  @Override
  public void close() {
    connection.close();
  }
}
