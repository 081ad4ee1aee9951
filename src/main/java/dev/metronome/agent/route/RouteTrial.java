package dev.metronome.agent.route;

import dev.metronome.agent.route.RouteText.Spot;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.Problem;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Language;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * What can be told of a route file by itself, in a Camel that runs nothing: all of its faults,
 * where Camel at its start names the first one alone.
 *
 * <p><em>Does not guarantee</em> that what passes can be started.
 */
final class RouteTrial implements AutoCloseable {

  private static final Pattern SCHEME =
      Pattern.compile("(?:master:[^:]+:)?([a-z][a-z0-9-]*)(?::.*)?");
  private static final Set<String> ENDPOINTS = Set.of("uri", "from", "to", "wireTap");
  private static final Pattern BEAN = Pattern.compile("#(?:bean:)?([A-Za-z0-9_-]+)");

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Set<String> beans = new HashSet<>();

  /**
   * @param all the route files in force: what those of the jar refer to is there
   */
  RouteTrial(Collection<RouteText> all) {
    for (RouteText text : all) {
      beans.addAll(text.beans());
      if (text.path().startsWith("classpath:")) {
        text.texts().stream().flatMap(spot -> bean(spot).stream()).forEach(beans::add);
      }
    }
  }

  /** All that is wrong with a file, in the order of its lines. */
  List<Problem> problems(String uri) {
    String text = RouteText.text(uri).orElse("");
    Set<Problem> problems = new TreeSet<>();
    try {
      RouteText read = RouteText.read(uri, text);
      read.texts().stream().flatMap(spot -> problem(spot).stream()).forEach(problems::add);
      if (!read.empty()) {
        load(uri, text);
      }
    } catch (Exception e) {
      problems.add(RouteFault.of(uri, e));
    }
    return List.copyOf(problems);
  }

  /** What can be told by Camel's reader alone: steps and options that there are not. */
  private void load(String uri, String text) throws Exception {
    for (RoutesBuilder builder :
        PluginHelper.getRoutesLoader(context)
            .findRoutesBuilders(List.of(ResourceHelper.fromString(uri, text)))) {
      ((RouteBuilder) builder).configureRoutes(context);
    }
  }

  private Optional<Problem> problem(Spot spot) {
    return Stream.of(scheme(spot), expression(spot), misspelt(spot))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Problem> scheme(Spot spot) {
    Matcher scheme = SCHEME.matcher(spot.text());
    boolean known =
        !ENDPOINTS.contains(spot.key())
            || spot.text().contains("{{")
            || !scheme.matches()
            || context.getComponent(scheme.group(1), true, false) != null;
    return known
        ? Optional.empty()
        : Optional.of(spot.problem("there is no component `" + scheme.group(1) + "`"));
  }

  private Optional<Problem> expression(Spot spot) {
    boolean condition = spot.key().equals(RouteText.CONDITION);
    boolean simple =
        spot.key().equals("simple") || (spot.key().equals("message") && spot.text().contains("${"));
    if (!(simple || condition) || spot.text().contains("{{")) {
      return Optional.empty();
    }
    try {
      Language language = context.resolveLanguage("simple");
      if (condition) {
        language.createPredicate(spot.text());
      } else {
        language.createExpression(spot.text());
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(
          spot.problem(
              "the expression `"
                  + spot.text()
                  + "` of the route "
                  + (spot.route().isEmpty() ? "here" : spot.route())
                  + " cannot be read: "
                  + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", " ")));
    }
  }

  /** Another name may be known to Camel all the same, from elsewhere. */
  private Optional<Problem> misspelt(Spot spot) {
    return bean(spot)
        .filter(name -> !beans.contains(name))
        .flatMap(
            name ->
                Nearest.to(name, beans)
                    .map(
                        near ->
                            spot.problem(
                                "no bean is called `" + name + "`; did you mean `" + near + "`?")));
  }

  private static Optional<String> bean(Spot spot) {
    Matcher reference = BEAN.matcher(spot.text());
    if (reference.matches()) {
      return Optional.of(reference.group(1));
    }
    return spot.key().equals("ref") && spot.text().matches("[A-Za-z0-9_-]+")
        ? Optional.of(spot.text())
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    context.close();
  }
}
