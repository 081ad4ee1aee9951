package dev.metronome.model.schedule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A value in a YAML file, with its place. Not yet interpreted: a scalar is its text. */
sealed interface Value {
  Position position();

  /** In a message, after "found". */
  String kind();

  /** {@code key:} without a value, or {@code null}. */
  default boolean isNothing() {
    return false;
  }

  /** Whether it and everything in it can be taken at its word. */
  boolean usable();

  /**
   * What YAML has made of a scalar's lines, so that it is not what stands there.
   *
   * @param joined how many lines became fewer; 0 if none did
   * @param comment what follows it on its line
   */
  record Reshaping(int joined, Optional<String> comment) {
    static final Reshaping NONE = new Reshaping(0, Optional.empty());
  }

  /** A scalar. */
  record Text(String text, Quoting quoting, Position position, Reshaping reshaping)
      implements Value {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    public Text {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(quoting, "quoting");
      Objects.requireNonNull(reshaping, "reshaping");
    }

    Text(String text, Quoting quoting, Position position) {
      this(text, quoting, position, Reshaping.NONE);
    }

    @Override
    public boolean isNothing() {
      return quoting == Quoting.PLAIN && NOTHING.contains(text);
    }

    @Override
    public String kind() {
      return isNothing() ? "nothing" : "text";
    }

    @Override
    public boolean usable() {
      return true;
    }
  }

  /** Whether a scalar stands in quotes, or in a block. */
  enum Quoting {
    PLAIN,
    QUOTED
  }

  /** A list. */
  record Sequence(List<Value> items, Position position) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }

    @Override
    public boolean usable() {
      return items.stream().allMatch(Value::usable);
    }
  }

  /** A mapping, in the order of the file. */
  record Mapping(Map<String, Entry> entries, Position position) implements Value {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String kind() {
      return "a mapping";
    }

    @Override
    public boolean usable() {
      return entries.values().stream().allMatch(it -> it.value().usable());
    }
  }

  /** One key of a mapping, with the place of the key. */
  record Entry(String key, Position position, Value value) {
    public Entry {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
    }
  }

  /** Something that is not allowed and has been reported; readers pass over it in silence. */
  record Unusable(Position position) implements Value {
    @Override
    public String kind() {
      return "something that is not allowed";
    }

    @Override
    public boolean usable() {
      return false;
    }
  }
}
