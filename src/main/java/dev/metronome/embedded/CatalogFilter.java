package dev.metronome.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.base.filter.FilterExpression;
import dev.metronome.base.filter.FilterExpression.And;
import dev.metronome.base.filter.FilterExpression.Match;
import dev.metronome.base.filter.FilterExpression.Not;
import dev.metronome.base.filter.FilterExpression.Operator;
import dev.metronome.base.filter.FilterExpression.Or;
import dev.metronome.base.filter.FilterSyntaxException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The parameter {@code filter} of /v1/health/service, as Consul 1.8.7 judges it. */
final class CatalogFilter {
  private static final Set<Operator> EQUALITY = EnumSet.of(Operator.EQUAL, Operator.NOT_EQUAL);
  private static final Set<Operator> NEGATED =
      EnumSet.of(Operator.NOT_EQUAL, Operator.NOT_IN, Operator.NOT_MATCHES, Operator.NOT_EMPTY);

  /** What a selector can lead to, and how that may be compared. */
  private sealed interface Kind {
    Set<Operator> operators();
  }

  private enum Scalar implements Kind {
    TEXT,
    NUMBER,
    FLAG;

    @Override
    public Set<Operator> operators() {
      EnumSet<Operator> some = EnumSet.copyOf(EQUALITY);
      if (this == TEXT) {
        some.addAll(
            EnumSet.of(Operator.IN, Operator.NOT_IN, Operator.MATCHES, Operator.NOT_MATCHES));
      }
      return some;
    }
  }

  /** A list, or a map with names of its own. */
  private record Many(boolean named, Kind each) implements Kind {
    @Override
    public Set<Operator> operators() {
      EnumSet<Operator> some = EnumSet.of(Operator.EMPTY, Operator.NOT_EMPTY);
      if (named || each == Scalar.TEXT) {
        some.addAll(EnumSet.of(Operator.IN, Operator.NOT_IN));
      }
      return some;
    }
  }

  private record Struct(Map<String, Kind> fields) implements Kind {
    @Override
    public Set<Operator> operators() {
      return Set.of();
    }
  }

  private static final Many TEXTS = new Many(false, Scalar.TEXT);
  private static final Many META = new Many(true, Scalar.TEXT);

  private static final Struct NODE =
      texts("ID", "Node", "Address", "Datacenter")
          .with(Map.of("TaggedAddresses", META, "Meta", META));

  private static final Struct SERVICE =
      texts("Kind", "ID", "Service", "Address")
          .with(
              Map.of(
                  "Tags",
                  TEXTS,
                  "Meta",
                  META,
                  "Port",
                  Scalar.NUMBER,
                  "EnableTagOverride",
                  Scalar.FLAG,
                  "Weights",
                  new Struct(Map.of("Passing", Scalar.NUMBER, "Warning", Scalar.NUMBER)),
                  "TaggedAddresses",
                  new Many(true, texts("Address").with(Map.of()))));

  private static final Struct CHECK =
      texts("Node", "CheckID", "Name", "Status", "Notes", "Output", "ServiceID", "ServiceName")
          .with(Map.of("ServiceTags", TEXTS, "Type", Scalar.TEXT));

  private static final Struct HEALTH =
      new Struct(Map.of("Node", NODE, "Service", SERVICE, "Checks", new Many(false, CHECK)));

  private CatalogFilter() {}

  private static Texts texts(String... names) {
    return new Texts(List.of(names));
  }

  /** Fields that are text, to begin a struct with. */
  private record Texts(List<String> names) {
    Struct with(Map<String, Kind> others) {
      Map<String, Kind> fields = new TreeMap<>(others);
      names.forEach(name -> fields.put(name, Scalar.TEXT));
      return new Struct(fields);
    }
  }

  /**
   * What it lets through.
   *
   * @throws RefusedRequest as Consul refuses it
   */
  static Predicate<JsonNode> of(String text) {
    try {
      return compiled(FilterExpression.parseFirst(text));
    } catch (FilterSyntaxException e) {
      throw refused(e.getMessage());
    }
  }

  private static Predicate<JsonNode> compiled(FilterExpression expression) {
    if (expression instanceof And both) {
      return compiled(both.left()).and(compiled(both.right()));
    }
    if (expression instanceof Or either) {
      return compiled(either.left()).or(compiled(either.right()));
    }
    if (expression instanceof Not opposite) {
      return compiled(opposite.inner()).negate();
    }
    if (expression instanceof Match match) {
      return compiled(match);
    }
    throw refused("no match found");
  }

  private static Predicate<JsonNode> compiled(Match match) {
    Kind kind = kind(HEALTH, match.selector().path(), match);
    if (!kind.operators().contains(match.operator())) {
      throw refused(
          "Invalid match operator \"%s\" for selector \"%s\""
              .formatted(named(match.operator()), match.selector()));
    }
    String value = match.value().orElse("");
    boolean fits =
        kind == Scalar.NUMBER
            ? value.matches("-?[0-9]+")
            : kind != Scalar.FLAG || value.matches("true|false|[tTfF01]");
    if (!fits) {
      throw refused(
          "Failed to coerce value \"%s\" for selector \"%s\"".formatted(value, match.selector()));
    }
    return health -> test(HEALTH, health, match.selector().path(), match.operator(), value);
  }

  private static Kind kind(Kind from, List<String> path, Match match) {
    if (path.isEmpty()) {
      return from;
    }
    List<String> rest = path.subList(1, path.size());
    if (from instanceof Struct struct && struct.fields().containsKey(path.get(0))) {
      return kind(struct.fields().get(path.get(0)), rest, match);
    }
    if (from instanceof Many many && many.named()) {
      return kind(many.each(), rest, match);
    }
    if (from instanceof Many many && many.each() instanceof Struct struct) {
      return kind(struct, path, match);
    }
    throw refused("Selector \"%s\" is not valid".formatted(match.selector()));
  }

  private static boolean test(
      Kind kind, JsonNode found, List<String> path, Operator operator, String value) {
    if (path.isEmpty()) {
      return compare(kind, found, operator, value);
    }
    List<String> rest = path.subList(1, path.size());
    if (kind instanceof Struct struct) {
      return test(struct.fields().get(path.get(0)), found.path(path.get(0)), rest, operator, value);
    }
    Many many = (Many) kind;
    if (!many.named()) {
      return StreamSupport.stream(found.spliterator(), false)
          .anyMatch(each -> test(many.each(), each, path, operator, value));
    }
    return found.has(path.get(0))
        ? test(many.each(), found.get(path.get(0)), rest, operator, value)
        : NEGATED.contains(operator);
  }

  private static boolean compare(Kind kind, JsonNode found, Operator operator, String value) {
    boolean positive =
        switch (operator) {
          case EQUAL, NOT_EQUAL -> found.asText().equals(plain(kind, value));
          case IN, NOT_IN -> within(kind, found, value);
          case MATCHES, NOT_MATCHES -> Pattern.compile(value).matcher(found.asText()).find();
          default -> found.isEmpty();
        };
    return positive != NEGATED.contains(operator);
  }

  private static String plain(Kind kind, String value) {
    return kind == Scalar.FLAG ? Boolean.toString(value.matches("true|[tT1]")) : value;
  }

  private static boolean within(Kind kind, JsonNode found, String value) {
    if (kind == Scalar.TEXT) {
      return found.asText().contains(value);
    }
    return ((Many) kind).named()
        ? found.has(value)
        : StreamSupport.stream(found.spliterator(), false)
            .anyMatch(each -> each.asText().equals(value));
  }

  private static String named(Operator operator) {
    return switch (operator) {
      case EQUAL -> "Equal";
      case NOT_EQUAL -> "Not Equal";
      case IN -> "In";
      case NOT_IN -> "Not In";
      case MATCHES -> "Matches";
      case NOT_MATCHES -> "Not Matches";
      case EMPTY, NIL -> "Is Empty";
      case NOT_EMPTY, NOT_NIL -> "Is Not Empty";
    };
  }

  private static RefusedRequest refused(String why) {
    return RefusedRequest.byServer("Failed to create boolean expression evaluator: " + why);
  }
}
