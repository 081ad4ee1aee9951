package dev.metronome.base.filter;

import dev.metronome.base.filter.FilterExpression.Match;
import dev.metronome.base.filter.FilterExpression.Operator;
import dev.metronome.base.filter.FilterExpression.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one filter expression, rule by rule of go-bexpr's grammar.peg. A rule that does not fit
 * leaves the place as it was; the furthest place at which one did not fit is where the mistake is.
 */
final class FilterParser {
  private static final int MAX_DEPTH = 50;

  private static final Pattern SPACE = Pattern.compile("[ \t\r\n]+");
  private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z][a-zA-Z0-9_/]*");
  private static final Pattern FIRST_IDENTIFIER = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
  private static final Pattern INDEX = Pattern.compile("\\.([0-9]+)");
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?=[ \t\r\n)}]|$)");
  private static final Pattern POINTER = Pattern.compile("\"((?:/[\\p{L}\\p{N}\\-_.~:|]+)*)\"");
  private static final Pattern RAW = Pattern.compile("`([^`]*)`");
  private static final Pattern QUOTED =
      Pattern.compile(
          "\"((?:[^\"\\\\\n]|\\\\(?:[abfnrtv\\\\]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}"
              + "|U[0-9a-fA-F]{8}|[0-7]{3}))*)\"");

  private final String text;
  private final boolean first;
  private int place;
  private int furthest;
  private final TreeSet<String> expected = new TreeSet<>();

  /**
   * @param first whether by the grammar of go-bexpr 0.1.2, which Consul 1.8 has, and 1.16 still
   */
  FilterParser(String text, boolean first) {
    this.text = text;
    this.first = first;
  }

  FilterExpression parse() throws FilterSyntaxException {
    token(SPACE);
    Optional<FilterExpression> whole = or(0);
    token(SPACE);
    if (whole.isPresent() && place == text.length()) {
      return whole.get();
    }
    expect("the end", whole.isEmpty());
    throw new FilterSyntaxException(
        "at its character "
            + (furthest + 1)
            + (furthest < text.length() ? "" : ", its end,")
            + " it must go on with "
            + listed(List.copyOf(expected)));
  }

  private static String listed(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private Optional<FilterExpression> or(int depth) {
    int start = place;
    Optional<FilterExpression> left = and(depth);
    if (left.isEmpty()) {
      place = start;
      return collection(depth);
    }
    int before = place;
    if (between("or")) {
      return or(depth).map(right -> new FilterExpression.Or(left.get(), right));
    }
    place = before;
    return left;
  }

  private Optional<FilterExpression> and(int depth) {
    Optional<FilterExpression> left = not(depth);
    int before = place;
    if (left.isPresent() && between("and")) {
      return and(depth).map(right -> new FilterExpression.And(left.get(), right));
    }
    place = before;
    return left;
  }

  private Optional<FilterExpression> not(int depth) {
    int before = place;
    if (depth < MAX_DEPTH && literal("not") && space()) {
      Optional<FilterExpression> inner = not(depth + 1);
      if (inner.isPresent()) {
        return inner.map(FilterExpression.Not::new);
      }
    }
    place = before;
    return literal("(") ? parenthesized(depth) : match();
  }

  private Optional<FilterExpression> parenthesized(int depth) {
    if (expect("less than " + MAX_DEPTH + " parentheses within one another", depth < MAX_DEPTH)) {
      token(SPACE);
      Optional<FilterExpression> inner = or(depth + 1);
      token(SPACE);
      return inner.filter(it -> expect("`)`", literal(")")));
    }
    return Optional.empty();
  }

  private Optional<FilterExpression> collection(int depth) {
    if (!first && (literal("any") || literal("all")) && space() && depth < MAX_DEPTH) {
      Optional<Selector> selector = selector();
      if (selector.isPresent() && between("as") && names()) {
        token(SPACE);
        if (expect("`{`", literal("{"))) {
          token(SPACE);
          Optional<FilterExpression> inner = or(depth + 1);
          token(SPACE);
          return inner
              .filter(it -> expect("`}`", literal("}")))
              .map(it -> new FilterExpression.Collection(selector.get(), it));
        }
      }
    }
    return Optional.empty();
  }

  private boolean names() {
    if (!expect("a name", identifier().isPresent() || literal("_"))) {
      return false;
    }
    int before = place;
    token(SPACE);
    if (literal(",")) {
      token(SPACE);
      return expect("a name", identifier().isPresent() || literal("_"));
    }
    place = before;
    return true;
  }

  private Optional<FilterExpression> match() {
    int before = place;
    Optional<FilterExpression> found = selector().flatMap(this::compared);
    if (found.isEmpty()) {
      place = before;
      found = value().flatMap(this::within);
    }
    return found;
  }

  private Optional<FilterExpression> compared(Selector selector) {
    Optional<Operator> operator = comparison();
    if (operator.isPresent()) {
      return value().map(it -> new Match(selector, operator.get(), Optional.of(it)));
    }
    return state().map(it -> new Match(selector, it, Optional.empty()));
  }

  private Optional<Operator> comparison() {
    int before = place;
    token(SPACE);
    if (literal("==") || literal("!=")) {
      Operator found = text.charAt(place - 2) == '=' ? Operator.EQUAL : Operator.NOT_EQUAL;
      token(SPACE);
      return Optional.of(found);
    }
    expect("`==`", false);
    expect("`!=`", false);
    place = before;
    return worded("contains", Operator.IN, Operator.NOT_IN)
        .or(() -> worded("matches", Operator.MATCHES, Operator.NOT_MATCHES));
  }

  private Optional<Operator> worded(String word, Operator plain, Operator negated) {
    int before = place;
    if (between(word)) {
      return Optional.of(plain);
    }
    place = before;
    if (between("not") && expect("`" + word + "`", literal(word)) && space()) {
      return Optional.of(negated);
    }
    place = before;
    return Optional.empty();
  }

  private Optional<Operator> state() {
    int before = place;
    if (between("is")) {
      int after = place;
      boolean negated = literal("not") && space();
      place = negated ? place : after;
      if (expect("`empty`", literal("empty"))) {
        return Optional.of(negated ? Operator.NOT_EMPTY : Operator.EMPTY);
      }
      if (!first && expect("`nil`", literal("nil"))) {
        return Optional.of(negated ? Operator.NOT_NIL : Operator.NIL);
      }
    }
    place = before;
    return Optional.empty();
  }

  private Optional<FilterExpression> within(String value) {
    return worded("in", Operator.IN, Operator.NOT_IN)
        .flatMap(operator -> selector().map(it -> new Match(it, operator, Optional.of(value))));
  }

  private Optional<Selector> selector() {
    Optional<String> pointer = first ? Optional.empty() : token(POINTER);
    if (pointer.isPresent()) {
      return pointer.map(it -> new Selector(List.of(it.replaceFirst("^/", "").split("/"))));
    }
    Optional<String> begin = identifier();
    if (!expect("what is looked at, such as Node.Meta.rack", begin.isPresent())) {
      return Optional.empty();
    }
    List<String> path = new ArrayList<>(List.of(begin.get()));
    for (Optional<String> part = part(); part.isPresent(); part = part()) {
      path.add(part.get());
    }
    return Optional.of(new Selector(path));
  }

  private Optional<String> part() {
    int before = place;
    Optional<String> index = first ? Optional.empty() : token(INDEX);
    if (index.isPresent()) {
      return index;
    }
    Optional<String> part = Optional.empty();
    if (literal(".")) {
      part = identifier();
      expect("a name", part.isPresent());
    } else if (literal("[")) {
      token(SPACE);
      part = string();
      token(SPACE);
      part = part.filter(it -> expect("`]`", literal("]")));
    }
    place = part.isPresent() ? place : before;
    return part;
  }

  private Optional<String> identifier() {
    return token(first ? FIRST_IDENTIFIER : IDENTIFIER);
  }

  private Optional<String> value() {
    return text.startsWith("\"", place)
        ? string()
        : selector().map(Selector::toString).or(() -> token(NUMBER)).or(this::string);
  }

  private Optional<String> string() {
    Optional<String> found = token(RAW).or(() -> token(QUOTED).map(FilterParser::unescaped));
    expect("a value, such as \"r1\"", found.isPresent());
    return found;
  }

  private static String unescaped(String quoted) {
    try {
      return quoted.translateEscapes();
    } catch (IllegalArgumentException e) {
      return quoted; // by a number of Go's own, which only Consul compares
    }
  }

  /** A word with white space to both sides of it. */
  private boolean between(String word) {
    return token(SPACE).isPresent() && expect("`" + word + "`", literal(word)) && space();
  }

  private boolean space() {
    return expect("a space", token(SPACE).isPresent());
  }

  private boolean literal(String wanted) {
    if (!text.startsWith(wanted, place)) {
      return false;
    }
    place += wanted.length();
    return true;
  }

  /** What it matches at this place: its first group if it has one. */
  private Optional<String> token(Pattern wanted) {
    Matcher matcher = wanted.matcher(text).region(place, text.length());
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    place = matcher.end();
    return Optional.of(matcher.group(matcher.groupCount()));
  }

  /** Remembers what did not fit at the furthest place. */
  private boolean expect(String what, boolean found) {
    if (!found && place >= furthest) {
      if (place > furthest) {
        expected.clear();
      }
      furthest = place;
      expected.add(what);
    }
    return found;
  }
}
