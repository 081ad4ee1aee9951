package dev.metronome.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;

/**
 * Says of an exception at start which route file it is about, and where in it: by the mark of the
 * YAML reader, else by the word that Camel complains about.
 */
final class RouteFault {

  private static final Pattern LINE = Pattern.compile("line (\\d+), column (\\d+)");

  /** What Camel complains about, in its own words. */
  private static final List<Pattern> WORDS =
      List.of(
          Pattern.compile("No endpoint could be found for: ([^:\\s]+)"),
          Pattern.compile("No component found with scheme: (\\S+)"),
          Pattern.compile("registry for: ([^\\s,]+)"),
          Pattern.compile("(?i)duplicate id detected: (\\S+?)[.,]?(?:\\s|$)"),
          Pattern.compile("Property with key \\[([^\\]]+)]"),
          Pattern.compile("Unknown parameters=\\[\\{([^=}]+)"),
          Pattern.compile("Failed to resolve endpoint: ([^\\s?]+)"));

  private static final int LONGEST_REASON = 400;

  private RouteFault() {}

  /** The exception itself, unless it comes from a route. */
  static RuntimeException explained(Exception failure, RouteFiles routes)
      throws InterruptedException {
    if (failure instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    List<Throwable> chain = chain(failure);
    Optional<String> uri = isCamels(chain) ? file(chain, routes) : Optional.empty();
    return uri.<RuntimeException>map(
            found ->
                new RouteException(
                    path(found) + position(chain, text(found)) + ": error: " + reason(chain),
                    failure))
        .orElse((RuntimeException) failure);
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

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static String path(String uri) {
    return uri.startsWith("file:") ? uri.substring("file:".length()) : uri;
  }

  private static String text(String uri) {
    try {
      if (uri.startsWith("file:")) {
        return Files.readString(Path.of(path(uri)));
      }
      String resource = "/" + uri.substring(uri.indexOf(':') + 1);
      try (InputStream in = RouteFault.class.getResourceAsStream(resource)) {
        return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return "";
    }
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

  private static String reason(List<Throwable> chain) {
    String text = message(chain.get(0)).strip().replaceAll("\\s*\\n\\s*", " ");
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
  }
}
