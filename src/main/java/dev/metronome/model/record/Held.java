package dev.metronome.model.record;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An item of a queue that a route fails on again and again, so that it and what is behind it wait;
 * a part of its agent's {@link Presence}.
 *
 * @param node whose routes fail on it
 * @param key where the item stands
 * @param item the event's ID; of a queue of a user's own the item's name
 * @param name the event's
 * @param route the ID of the route that fails
 * @param file where that route stands, as the agent read it; empty if it is not known
 * @param since when it first failed
 * @param why how it failed last, without what the event came with
 */
public record Held(
    String node,
    String key,
    String item,
    Optional<String> name,
    String route,
    String file,
    Instant since,
    String why) {

  public Held {
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(key, "Key");
    Objects.requireNonNull(item, "Item");
    name = name == null ? Optional.empty() : name;
    route = route == null ? "" : route;
    file = file == null ? "" : file;
    Objects.requireNonNull(since, "Since");
    why = why == null ? "" : why;
  }

  /** Whether it is an event, and not an item of a queue of a user's own. */
  public boolean concernsEvent() {
    return name.isPresent();
  }

  /** What is held, by which route, why, and what to do. */
  public String sentence() {
    return (concernsEvent() ? "event " + item + " " + name.get() : "item " + key)
        + " is held: the route "
        + route
        + " of "
        + node
        + (file.isEmpty() ? "" : " (" + file + ")")
        + " fails: "
        + why
        + "; "
        + remedy();
  }

  /** What to do about it. */
  public String remedy() {
    return "mend the routes of " + node + " and start its agent anew";
  }
}
