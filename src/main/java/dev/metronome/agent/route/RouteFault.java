package dev.metronome.agent.route;

import dev.metronome.model.schedule.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.FailedToCreateRouteException;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Says of an exception at start which route file it is about, and where in it: by the mark of the
 * YAML reader, else by the word that Camel complains about.
 */
public final class RouteFault {

  private static final Pattern LINE = Pattern.compile("line (\\d+), column (\\d+)");

  /** What Camel complains about, in its own words. */
  private static final List<Pattern> WORDS =
      List.of(
          Pattern.compile("No endpoint could be found for: ([^:\\s]+)"),
          Pattern.compile("No component found with scheme: (\\S+)"),
          Pattern.compile("registry for: ([^\\s,]+)"),
          Pattern.compile("(?i)duplicate id detected: (\\S+?)[.,]?(?:\\s|$)"),
          Pattern.compile("Property with key \\[([^\\]]+)]"),
          Pattern.compile("ClassNotFoundException: (\\S+)"),
          Pattern.compile("Unknown parameters=\\[\\{([^=}]+)"),
          Pattern.compile("Failed to resolve endpoint: ([^\\s?]+)"));

  /** The place, and what stands there, as readers of YAML end their messages. */
  private static final Pattern MARK =
      Pattern.compile("\\.? in \\S+, line \\d+, column \\d+:(?: .*?\\^)?");

  private static final int LONGEST_REASON = 400;

  private RouteFault() {}

  /** The exception itself, unless it comes from a route. */
  public static RuntimeException explained(Exception failure, RouteFiles routes)
      throws InterruptedException {
    if (failure instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    List<Throwable> chain = chain(failure);
    Optional<RouteException> expression = expression(chain, routes, failure);
    if (expression.isPresent()) {
      return expression.get();
    }
    Optional<String> uri = isCamels(chain) ? file(chain, routes) : Optional.empty();
    return uri.<RuntimeException>map(
            found ->
                new RouteException(
                    RouteText.path(found)
                        + position(chain, text(found))
                        + ": error: "
                        + reason(chain),
                    failure))
        .or(() -> unplaced(chain, routes, failure))
        .orElse((RuntimeException) failure);
  }

  /** Camel could not use the routes and does not say which: those of the jar are known to work. */
  private static Optional<RuntimeException> unplaced(
      List<Throwable> chain, RouteFiles routes, Exception failure) {
    boolean camels = isCamels(chain) && chain.stream().noneMatch(RouteFault::isOurs);
    return camels && !routes.own().isEmpty()
        ? Optional.of(
            new RouteException(
                "the routes cannot be started: "
                    + reason(chain)
                    + "; look in "
                    + String.join(", ", routes.own().stream().map(RouteText::path).toList()),
                failure))
        : Optional.empty();
  }

  private static boolean isOurs(Throwable failure) {
    return failure.getClass().getName().startsWith("dev.metronome.");
  }

  /** An expression that cannot be read: Camel names it, and the files tell where it stands. */
  private static Optional<RouteException> expression(
      List<Throwable> chain, RouteFiles routes, Exception failure) {
    return chain.stream()
        .filter(ExpressionIllegalSyntaxException.class::isInstance)
        .map(each -> ((ExpressionIllegalSyntaxException) each).getExpression())
        .flatMap(written -> spots(written, routes))
        .findFirst()
        .map(
            spot ->
                new RouteException(
                    spot.place()
                        + ": error: the expression `"
                        + spot.text()
                        + "` of the route "
                        + (spot.route().isEmpty() ? "here" : spot.route())
                        + " cannot be read: "
                        + reason(chain),
                    failure));
  }

  private static Stream<RouteText.Spot> spots(String expression, RouteFiles routes) {
    return Stream.concat(routes.own().stream(), routes.byName().values().stream().sorted())
        .flatMap(uri -> RouteText.of(uri).texts().stream())
        .filter(spot -> spot.text().strip().equals(expression.strip()));
  }

  /** The deepest cause first: it knows best. */
  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = failure; at != null && !chain.contains(at); at = at.getCause()) {
      chain.add(at);
    }
    Collections.reverse(chain);
    return chain;
  }

  private static boolean isCamels(List<Throwable> chain) {
    return chain.stream()
        .map(each -> each.getClass().getName())
        .anyMatch(name -> name.startsWith("org.apache.camel.") || name.contains("snakeyaml"));
  }

  /** The one in which its word stands, else as the exception names it; the user's own first. */
  private static Optional<String> file(List<Throwable> chain, RouteFiles routes) {
    List<String> all =
        Stream.concat(routes.own().stream(), routes.byName().values().stream().sorted())
            .distinct()
            .toList();
    Optional<String> marked =
        all.stream().filter(uri -> at(chain, text(uri)).isPresent()).findFirst();
    return marked.or(() -> all.stream().filter(uri -> mentions(chain, uri)).findFirst());
  }

  private static boolean mentions(List<Throwable> chain, String uri) {
    String name = uri.substring(Math.max(uri.lastIndexOf('/'), uri.lastIndexOf(':')) + 1);
    String route = name.replace(".camel.yaml", "");
    return chain.stream()
        .anyMatch(
            each ->
                message(each).contains(name)
                    || (each instanceof FailedToCreateRouteException failed
                        && route.equals(failed.getRouteId())));
  }

  /** A word alone, such as the name of a class or a file, says too little without the kind. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || !message.strip().contains(" ") ? failure.toString() : message;
  }

  private static String text(String uri) {
    return RouteText.text(uri).orElse("");
  }

  private static String position(List<Throwable> chain, String text) {
    for (Throwable each : chain) {
      // The last mark is where the problem is; one before it only says what was being read.
      String found =
          LINE.matcher(message(each))
              .results()
              .map(mark -> ":" + mark.group(1) + ":" + mark.group(2))
              .reduce("", (first, second) -> second);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return at(chain, text).orElse(":1:1");
  }

  /** The place of the word that the exception complains about. */
  private static Optional<String> at(List<Throwable> chain, String text) {
    for (Throwable each : chain) {
      for (Pattern pattern : WORDS) {
        Matcher word = pattern.matcher(message(each));
        int at = word.find() ? whole(text, word.group(1)) : -1;
        if (at >= 0) {
          long line = text.substring(0, at).lines().count();
          int column = at - text.lastIndexOf('\n', at);
          boolean first = column == 1;
          return Optional.of(":" + (first ? line + 1 : line) + ":" + column);
        }
      }
    }
    return Optional.empty();
  }

  private static int whole(String text, String word) {
    Matcher found =
        Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])").matcher(text);
    return found.find() ? found.start() : -1;
  }

  /** What is wrong with a route file that was read by itself. */
  static Problem of(String uri, Exception failure) {
    List<Throwable> chain = chain(failure);
    String place = RouteText.path(uri) + position(chain, text(uri));
    return new RouteText.Spot("", "", place, "").problem(reason(chain));
  }

  private static String reason(List<Throwable> chain) {
    if (chain.get(0) instanceof MarkedYAMLException yaml) { // its message shows the text, twice
      return Stream.of(yaml.getContext(), yaml.getProblem())
          .filter(Objects::nonNull)
          .collect(Collectors.joining(": "));
    }
    if (chain.get(0) instanceof ClassNotFoundException
        || chain.get(0) instanceof NoClassDefFoundError) {
      return "the class "
          + String.valueOf(chain.get(0).getMessage()).replace('/', '.')
          + " is not on the class path; name the jar that has it there, or correct the name";
    }
    String line = message(chain.get(0)).strip().replaceAll("\\s*\\n\\s*", " ");
    String text = MARK.matcher(line).replaceAll("");
    String said = text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    return said + RouteVocabulary.hint(said);
  }
}
