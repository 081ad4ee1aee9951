package dev.metronome.model.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The windows that an event may begin in, by each of its patterns: a pattern's are open if none of
 * those that deny contains the moment, and one of those that allow does, if there are any; the
 * event may begin when all patterns' are.
 */
public record Windows(List<List<Window>> parts) {

  /** Open at all times. */
  public static final Windows ALWAYS = new Windows(List.of());

  /** Beyond this nobody plans. */
  private static final Duration HORIZON = Duration.ofDays(3_660);

  /** Steps from one change to the next. */
  private static final int MOST = 2_000;

  public Windows {
    parts = parts.stream().filter(part -> !part.isEmpty()).map(List::copyOf).toList();
  }

  public static Windows of(List<Window> windows) {
    return new Windows(List.of(windows));
  }

  /** The same, and those of another pattern. */
  public Windows and(Windows other) {
    return new Windows(Stream.concat(parts.stream(), other.parts.stream()).toList());
  }

  public boolean isAlways() {
    return parts.isEmpty();
  }

  /** All of them, each once. */
  public List<Window> all() {
    return parts.stream().flatMap(List::stream).distinct().toList();
  }

  public boolean areOpen(Instant moment) {
    return parts.stream().allMatch(part -> isOpen(part, moment));
  }

  private static boolean isOpen(List<Window> part, Instant moment) {
    boolean denied = part.stream().anyMatch(it -> it.deny() && it.contains(moment));
    boolean free = part.stream().allMatch(Window::deny);
    return !denied && (free || part.stream().anyMatch(it -> !it.deny() && it.contains(moment)));
  }

  /** When an event may begin at the earliest from this moment on; empty if that is never. */
  public Optional<Instant> opening(Instant moment) {
    return first(true, moment);
  }

  /** Until when an event may begin; empty if that does not end. */
  public Optional<Instant> closing(Instant moment) {
    return first(false, moment);
  }

  private Optional<Instant> first(boolean open, Instant moment) {
    Instant at = moment;
    for (int step = 0; step < MOST && at.isBefore(moment.plus(HORIZON)); step++) {
      if (areOpen(at) == open) {
        return Optional.of(at);
      }
      Optional<Instant> next = change(at);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get();
    }
    return Optional.empty();
  }

  /** The next moment after this one at which a window opens or closes. */
  private Optional<Instant> change(Instant at) {
    TreeSet<Instant> moments = new TreeSet<>();
    for (Window window : all()) {
      window
          .times()
          .from(at)
          .flatMap(span -> Stream.of(span.from(), span.to()))
          .filter(each -> each.isAfter(at))
          .findFirst()
          .ifPresent(moments::add);
    }
    return moments.isEmpty() ? Optional.empty() : Optional.of(moments.first());
  }

  /** Which windows keep it closed at this moment, in a few words: {@code not in night; in xmas}. */
  public String closedBy(Instant moment) {
    List<String> words = new ArrayList<>();
    for (List<Window> part : parts) {
      part.stream()
          .filter(it -> it.deny() && it.contains(moment))
          .forEach(it -> words.add("in " + it.name()));
      List<Window> allowing = part.stream().filter(it -> !it.deny()).toList();
      if (!allowing.isEmpty() && allowing.stream().noneMatch(it -> it.contains(moment))) {
        words.add(
            "not in " + allowing.stream().map(Window::name).collect(Collectors.joining(", ")));
      }
    }
    return String.join("; ", words);
  }
}
