package dev.metronome.base.filter;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A filter expression of Consul's, by the grammar of its newest versions: what some Consul takes is
 * taken here. Whether a selector exists, and what may be compared with it, only Consul knows.
 */
public sealed interface FilterExpression {

  /**
   * Reads one.
   *
   * @throws FilterSyntaxException if it is none; the message says where
   */
  static FilterExpression parse(String text) throws FilterSyntaxException {
    return new FilterParser(text, false).parse();
  }

  /**
   * The same by the grammar of Consul 1.8, which 1.16 still has.
   *
   * @throws FilterSyntaxException if those cannot read it
   */
  static FilterExpression parseFirst(String text) throws FilterSyntaxException {
    return new FilterParser(text, true).parse();
  }

  /** What it looks at, but for names that it has bound itself. */
  Stream<Selector> selectors();

  /** Both. */
  record And(FilterExpression left, FilterExpression right) implements FilterExpression {
    @Override
    public Stream<Selector> selectors() {
      return Stream.concat(left.selectors(), right.selectors());
    }
  }

  /** One of them, or both. */
  record Or(FilterExpression left, FilterExpression right) implements FilterExpression {
    @Override
    public Stream<Selector> selectors() {
      return Stream.concat(left.selectors(), right.selectors());
    }
  }

  /** The opposite. */
  record Not(FilterExpression inner) implements FilterExpression {
    @Override
    public Stream<Selector> selectors() {
      return inner.selectors();
    }
  }

  /**
   * A comparison.
   *
   * @param value absent for what needs none
   */
  record Match(Selector selector, Operator operator, Optional<String> value)
      implements FilterExpression {
    @Override
    public Stream<Selector> selectors() {
      return Stream.of(selector);
    }
  }

  /** {@code any} or {@code all} of a collection; newer versions of Consul only. */
  record Collection(Selector selector, FilterExpression inner) implements FilterExpression {
    @Override
    public Stream<Selector> selectors() {
      return Stream.of(selector);
    }
  }

  /** What is looked at: {@code Node.Meta.rack}, part by part. */
  record Selector(List<String> path) {
    public Selector {
      path = List.copyOf(path);
    }

    @Override
    public String toString() {
      return String.join(".", path);
    }
  }

  /** How it is compared. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    IN,
    NOT_IN,
    MATCHES,
    NOT_MATCHES,
    EMPTY,
    NOT_EMPTY,
    NIL,
    NOT_NIL
  }
}
