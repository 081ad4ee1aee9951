package dev.metronome.model.record;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A lane: events of different lanes are in progress side by side, those of one lane one after
 * another, or as many at once as it allows. Each that is in progress stands in a slot of its own.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param limit how many of its events may be in progress at once, 1 to {@value #MOST}
 */
public record Lane(String name, int limit) implements Comparable<Lane> {

  /** Of all events that name none. */
  public static final Lane COMMON = new Lane(Keys.COMMON_LANE, 1);

  public static final int MOST = 100;

  /** What a lane may be called, in words. */
  public static final String NAME_RULE = "a lane's name has 1 to 32 letters, digits, `_` and `-`";

  /** A name; what a slot is called adds a number to it where there are several. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  private static final Pattern SLOT = Pattern.compile("(" + NAME + ")(?:[.]([1-9][0-9]{0,2}))?");

  /** By its name. */
  @Override
  public int compareTo(Lane other) {
    return name.compareTo(other.name);
  }

  /** Whether a lane may be called so. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static boolean isSlot(String text) {
    return SLOT.matcher(text).matches();
  }

  /** The name of the lane that a slot is of. */
  public static String of(String slot) {
    Matcher parts = SLOT.matcher(slot);
    return parts.matches() ? parts.group(1) : slot;
  }

  /** The name of one of its slots. */
  public String slot(int no) {
    return limit == 1 ? name : name + "." + no;
  }

  /** Whether this is one of its slots as long as it has this limit. */
  public boolean has(String slot) {
    return IntStream.rangeClosed(1, limit).mapToObj(this::slot).anyMatch(slot::equals);
  }

  /**
   * Where an event of it may begin.
   *
   * @param occupied the slots in which events are in progress, of whichever lanes
   * @return the first that is free; empty while as many are in progress as may be
   */
  // INVARIANT: no lane above its limit, also when that has just been lowered.
  public Optional<String> free(Collection<String> occupied) {
    long busy = occupied.stream().filter(slot -> of(slot).equals(name)).count();
    for (int no = 1; no <= limit && busy < limit; no++) {
      if (!occupied.contains(slot(no))) {
        return Optional.of(slot(no));
      }
    }
    return Optional.empty();
  }
}
