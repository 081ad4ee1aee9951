package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.record.Keys;
import dev.metronome.view.EventPage;
import dev.metronome.view.EventQuery;
import dev.metronome.view.EventSummary;
import dev.metronome.view.EventView;
import dev.metronome.view.Viewer;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/** The cluster as a command sees it, until it is closed. */
final class Cluster implements AutoCloseable {
  /** So many characters of an event's ID are taken as all of it. */
  static final int SHORTEST = 4;

  private static final int CANDIDATES = 10;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Viewer viewer;

  Cluster(Configuration configuration) {
    this.connection = ConsulConnection.to(configuration.consul());
    this.keys = new Keys(configuration.text("prefix"));
    this.viewer = new Viewer(connection, keys, Clock.systemUTC());
  }

  ConsulConnection connection() {
    return connection;
  }

  Keys keys() {
    return keys;
  }

  Viewer viewer() {
    return viewer;
  }

  /**
   * The event with this ID, or with the only ID that begins so.
   *
   * @throws Refusal if there is none, or more than one
   */
  EventView event(String given) {
    String id = id(given);
    return viewer.event(id).orElseThrow(() -> unknown(given));
  }

  /** The same, but its ID only. */
  String id(String given) {
    if (!Keys.isSegment(given)) {
      throw new Refusal(
          ExitCode.USAGE, "`" + given + "` is no event ID; `metronome events` lists them");
    }
    List<String> found = viewer.ids(given);
    if (found.contains(given)) {
      return given;
    }
    if (given.length() < SHORTEST) {
      throw new Refusal(
          ExitCode.USAGE,
          "`" + given + "` is too short: give at least " + SHORTEST + " characters of an ID");
    }
    if (found.isEmpty()) {
      throw unknown(given);
    }
    if (found.size() > 1) {
      throw new Refusal(
          ExitCode.USAGE,
          "`" + given + "` is not one event: " + listed(found) + "; give more of it");
    }
    return found.get(0);
  }

  private Refusal unknown(String given) {
    EventPage newest = viewer.events(EventQuery.newest(CANDIDATES / 2));
    String known =
        newest.events().isEmpty()
            ? "there are none at all"
            : "the newest are "
                + newest.events().stream()
                    .map(event -> event.id() + " " + event.name())
                    .collect(Collectors.joining(", "));
    return new Refusal(
        ExitCode.NO_SUCH_EVENT, "no event has an ID that begins with `" + given + "`; " + known);
  }

  private static String listed(List<String> ids) {
    String some = String.join(", ", ids.subList(0, Math.min(CANDIDATES, ids.size())));
    int more = ids.size() - CANDIDATES;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  /** An ID as people read it; commands take it back. */
  static String shortened(EventSummary event) {
    return shortened(event.id());
  }

  /** The first group of an ID that is random; any other ID as it is. */
  static String shortened(String id) {
    return id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") ? id.substring(0, 8) : id;
  }

  @Override
  public void close() {
    connection.close();
  }
}
