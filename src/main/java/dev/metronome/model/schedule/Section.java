package dev.metronome.model.schedule;

import static java.util.stream.Collectors.joining;

import dev.metronome.model.record.Share;
import dev.metronome.model.traffic.CronExpression;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mapping with a fixed set of keys. Each getter reports a value of the wrong kind at its place
 * and then says that there is none; {@code key:} without a value counts as absent.
 *
 * @param title what it is, such as {@code task `setup`}; empty at the top level
 */
record Section(Value.Mapping mapping, String title, Findings findings) {
  private static final Set<String> YES = Set.of("true", "yes", "on");
  private static final Set<String> NO = Set.of("false", "no", "off");

  /** Reports every key that is none of these. */
  Section allow(Collection<String> keys) {
    return allow(keys, Set.of());
  }

  /**
   * The same.
   *
   * @param idle keys that the original's files may have and that nobody reads
   */
  Section allow(Collection<String> keys, Collection<String> idle) {
    for (Value.Entry entry : mapping.entries().values()) {
      if (idle.contains(entry.key())) {
        findings.warning(
            entry.position(), Shown.text(entry.key()) + inTitle() + " has no effect; leave it out");
      } else if (!keys.contains(entry.key())) {
        String hint =
            Nearest.hint(entry.key(), keys, "; known: " + String.join(", ", new TreeSet<>(keys)));
        findings.error(
            entry.position(), "unknown key " + Shown.text(entry.key()) + inTitle() + hint);
      }
    }
    return this;
  }

  /** The value, if it is there and usable. */
  Optional<Value> value(String key) {
    return Optional.ofNullable(mapping.entries().get(key))
        .map(Value.Entry::value)
        .filter(it -> !it.isNothing() && !(it instanceof Value.Unusable));
  }

  /** Whether the key is there with some value, even an unusable one. */
  boolean has(String key) {
    Value.Entry entry = mapping.entries().get(key);
    return entry != null && !entry.value().isNothing();
  }

  /** The place of the key, or of the whole section if it is not there. */
  Position position(String key) {
    Value.Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.position() : entry.position();
  }

  Optional<String> text(String key) {
    return value(key).flatMap(it -> text(key, it));
  }

  /** A whole number; one beyond the usual range is a warning, which quotes what was written. */
  Optional<Integer> integerAround(String key, int from, int to, String expectation) {
    Optional<Integer> number = integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE, expectation);
    number
        .filter(it -> it < from || it > to)
        .ifPresent(
            it ->
                findings.warning(
                    value(key).orElseThrow().position(),
                    Shown.text(key + ": " + it)
                        + inTitle()
                        + " is not "
                        + expectation
                        + "; it counts as it is"));
    return number;
  }

  /** A whole number in a range; the message quotes what was written. */
  Optional<Integer> integer(String key, int from, int to, String expectation) {
    return value(key).flatMap(it -> integer(key, it, from, to, expectation));
  }

  /** A time in a range: plain seconds, or with units. */
  Optional<Duration> duration(String key, Duration from, Duration to) {
    Optional<Value> value = value(key);
    Optional<String> text =
        value.filter(Value.Text.class::isInstance).map(it -> ((Value.Text) it).text());
    Optional<Duration> time =
        text.flatMap(Durations::read)
            .filter(it -> it.compareTo(from) >= 0 && it.compareTo(to) <= 0);
    if (value.isPresent() && time.isEmpty()) {
      String expected =
          "a number of seconds between %d and %d, nor a time such as 10m or 1h30m"
              .formatted(from.toSeconds(), to.toSeconds());
      mismatch(key, value.get(), text, expected);
    }
    text.filter(it -> time.isPresent() && it.matches("\\+?0[0-9]+"))
        .ifPresent(
            it ->
                findings.warning(
                    value.orElseThrow().position(),
                    Shown.text(key + ": " + it)
                        + inTitle()
                        + " counts as "
                        + time.orElseThrow().toSeconds()
                        + " seconds, though YAML has numbers that begin with 0 count in eights"));
    return time;
  }

  Optional<Boolean> flag(String key) {
    Optional<Value> value = value(key);
    Optional<String> text = text(key).map(it -> it.toLowerCase(java.util.Locale.ROOT));
    if (text.isPresent() && !YES.contains(text.get()) && !NO.contains(text.get())) {
      findings.error(
          value.orElseThrow().position(),
          Shown.text(key + ": " + text.get()) + inTitle() + " is neither true nor false");
      return Optional.empty();
    }
    return text.map(YES::contains);
  }

  /** A number of nodes, or a percentage of them, from so much on. */
  Optional<Share> share(String key, int from) {
    return value(key).flatMap(it -> share(key, it, from));
  }

  /** The same, of a value under the key. */
  Optional<Share> share(String key, Value value, int from) {
    Optional<String> text =
        value instanceof Value.Text written ? Optional.of(written.text()) : Optional.empty();
    Optional<Share> share = text.flatMap(Share::read).filter(it -> it.number() >= from);
    if (share.isEmpty()) {
      String expected =
          "a number of nodes from %d on, nor a percentage between \"%d%%\" and \"100%%\""
              .formatted(from, from);
      mismatch(key, value, text, expected);
    }
    return share;
  }

  Optional<Unreachable> unreachable() {
    return either("unreachable", Unreachable.FAIL, Unreachable.SKIP);
  }

  Optional<OnLost> onLost() {
    return either("on_lost", OnLost.CONTINUE, OnLost.STOP);
  }

  Optional<OnError> onError() {
    return either("on_error", OnError.STOP, OnError.UNDO);
  }

  Optional<OnError> onStepError() {
    return either("on_error", OnError.STOP, OnError.CONTINUE);
  }

  /** One of two words. */
  private <T> Optional<T> either(String key, T one, T other) {
    return oneOf(key, List.of(one, other));
  }

  /** One of a few words. */
  <T> Optional<T> oneOf(String key, List<T> words) {
    Optional<String> text = text(key);
    Optional<T> found =
        words.stream().filter(each -> text.equals(Optional.of(each.toString()))).findFirst();
    if (text.isPresent() && found.isEmpty()) {
      String known = words.stream().map(it -> "`" + it + "`").collect(joining(" nor "));
      findings.error(
          value(key).orElseThrow().position(),
          Shown.text(key + ": " + text.get())
              + inTitle()
              + " is neither "
              + known
              + Nearest.hint(text.get(), words.stream().map(Object::toString).toList()));
    }
    return found;
  }

  /** {@code zone}, as the tz database names it. */
  Optional<ZoneId> zone() {
    Optional<String> text = text("zone");
    Optional<ZoneId> zone = text.flatMap(CronExpression::zone);
    if (text.isPresent() && zone.isEmpty()) {
      findings.error(
          value("zone").orElseThrow().position(),
          Shown.text("zone: " + text.get())
              + inTitle()
              + " is no time zone such as `UTC` or `Europe/Berlin`"
              + zoneHint(text.get()));
    }
    return zone;
  }

  private static String zoneHint(String text) {
    return ZoneId.getAvailableZoneIds().stream()
        .filter(it -> it.endsWith("/" + text) && !it.startsWith("SystemV"))
        .min(Comparator.naturalOrder())
        .map(it -> "; did you mean " + Shown.text(it) + "?")
        .orElseGet(() -> Nearest.hint(text, ZoneId.getAvailableZoneIds()));
  }

  /**
   * A mapping under a key.
   *
   * @param expectation such as {@code a mapping of names to tasks}
   */
  Optional<Value.Mapping> mapping(String key, String expectation) {
    Optional<Value> value = value(key);
    if (value.isPresent() && value.get() instanceof Value.Mapping found) {
      return Optional.of(found);
    }
    value.ifPresent(it -> mismatch(key, it, expectation));
    return Optional.empty();
  }

  Optional<List<Value>> list(String key, String expectation) {
    Optional<Value> value = value(key);
    if (value.isPresent() && value.get() instanceof Value.Sequence found) {
      return Optional.of(found.items());
    }
    value.ifPresent(it -> mismatch(key, it, expectation));
    return Optional.empty();
  }

  /** The entries of a mapping under a key; none if there is none. */
  Collection<Value.Entry> entries(String key, String expectation) {
    return mapping(key, expectation).map(Value.Mapping::entries).orElse(Map.of()).values();
  }

  private Optional<String> text(String key, Value value) {
    if (value instanceof Value.Text text) {
      return Optional.of(text.text());
    }
    mismatch(key, value, "text");
    return Optional.empty();
  }

  private Optional<Integer> integer(String key, Value value, int from, int to, String expected) {
    if (value instanceof Value.Text text && text.text().matches("[+-]?[0-9]{1,9}")) {
      int number = Integer.parseInt(text.text());
      if (number >= from && number <= to) {
        return Optional.of(number);
      }
    }
    mismatch(
        key,
        value,
        value instanceof Value.Text it ? Optional.of(it.text()) : Optional.empty(),
        expected);
    return Optional.empty();
  }

  private void mismatch(String key, Value value, Optional<String> text, String expected) {
    String written = text.map(it -> key + ": " + it).orElse(key);
    String found = text.isPresent() ? "" : ", found " + value.kind();
    findings.error(
        value.position(), Shown.text(written) + inTitle() + " is not " + expected + found);
  }

  private void mismatch(String key, Value value, String expectation) {
    findings.error(
        value.position(),
        "%s%s must be %s, found %s"
            .formatted(Shown.text(key), inTitle(), expectation, value.kind()));
  }

  private String inTitle() {
    return title.isEmpty() ? "" : " in " + title;
  }
}
