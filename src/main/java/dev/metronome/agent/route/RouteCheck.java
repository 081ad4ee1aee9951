package dev.metronome.agent.route;

import dev.metronome.agent.route.RouteText.Route;
import dev.metronome.agent.route.RouteText.Spot;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is wrong with the route files together, before Camel has seen them: it names one file or
 * none where two do not fit, and starts what can never work.
 *
 * <p><em>Does not guarantee</em> that they work: each for itself is Camel's to judge.
 */
public final class RouteCheck {
  private static final String ENDING = ".camel.yaml";
  private static final String DIRECT = "direct:";

  /** For routes of users, and by what a task says. */
  private static final Pattern CALLED = Pattern.compile("direct:(submit|operation-.+)");

  private static final String EVENTS = "consul-queue:event-queue";
  private static final String PLANS = "consul-queue:progress-task-queue";

  private static final String OPERATIONS = "direct:operation-NAME";
  private static final String IDLE = "no operation is ever run";

  /** What a part of the pipeline is there for. */
  private record Duty(String target, String otherwise) {}

  private static final Map<String, List<Duty>> DUTIES =
      Map.ofEntries(
          entry("intake", new Duty(EVENTS, "user events are lost")),
          entry("submit", new Duty(EVENTS, "what other routes submit is lost")),
          entry("submit-http", new Duty(EVENTS, "what is posted is lost")),
          entry("dispatch-watch", new Duty("direct:dispatch", "an event waits for the timer")),
          entry("dispatch", new Duty(PLANS, "no event is ever begun")),
          entry("advance-watch", new Duty("direct:advance", "a task waits for the timer")),
          entry(
              "advance",
              new Duty(PLANS, "no task is ever opened or closed"),
              new Duty("direct:select-targets", "no task is ever opened"),
              new Duty("direct:health-gate", "a task that waits for health stands still")),
          entry("execute", new Duty("direct:run-task", "no task is ever run")),
          entry(
              "run-task",
              new Duty(OPERATIONS, IDLE),
              new Duty("direct:run-attempts", "no task is ever tried again"),
              new Duty("direct:drain", "no service is ever taken out of traffic")),
          entry("drain", new Duty(OPERATIONS, IDLE)),
          entry("run-attempts", new Duty(OPERATIONS, IDLE)),
          entry("run-operations", new Duty(OPERATIONS, IDLE)));

  private static Map.Entry<String, List<Duty>> entry(String route, Duty... duties) {
    return Map.entry(route, List.of(duties));
  }

  /** Queues whose items must be dealt with once. */
  private static final Pattern QUEUE =
      Pattern.compile("(?:master:[^:]+:)?(consul-queue:(?:event|progress-task|node)-queue)");

  private final RouteFiles files;
  private final Map<String, RouteText> texts = new HashMap<>();

  public RouteCheck(RouteFiles files) {
    this.files = files;
    files.byName().forEach((name, uri) -> texts.put(name, RouteText.of(uri)));
  }

  /**
   * @throws RouteException if any of them can never work: all that is wrong with them, a line each
   */
  public void demand() {
    List<Problem> problems = problems();
    if (!problems.isEmpty()) {
      throw new RouteException(
          problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
  }

  /** What can never work: of each of the user's own files by itself, else of all together. */
  List<Problem> problems() {
    Set<Problem> problems = new TreeSet<>();
    try (RouteTrial trial = new RouteTrial(texts.values())) {
      files.own().forEach(uri -> problems.addAll(trial.problems(uri)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    problems.addAll(together());
    return List.copyOf(problems);
  }

  private List<Problem> together() {
    List<RouteText> all = ordered();
    List<Problem> problems = new ArrayList<>();
    problems.addAll(
        twice(
            all,
            route -> Stream.concat(route.id().stream(), route.stepIds().stream()),
            "the id",
            "an id names one thing; choose another, or give the file the other's name to replace"
                + " it"));
    problems.addAll(
        twice(
            all,
            route -> Stream.of(route.from()).filter(from -> from.text().startsWith("direct:")),
            "a route from",
            "only one can begin there; choose another, or give the file the other's name to replace"
                + " it"));
    problems.addAll(
        twice(
            all,
            route -> queue(route.from()).stream(),
            "a route that follows",
            "each of its items would be dealt with twice; see \"Routes of your own\" in"
                + " docs/pipeline.md"));
    files.operationFiles().keySet().forEach(name -> uncallable(name).ifPresent(problems::add));
    return problems;
  }

  private static Optional<Spot> queue(Spot from) {
    Matcher queue = QUEUE.matcher(from.text());
    return queue.matches()
        ? Optional.of(new Spot("from", queue.group(1), from.place(), from.route()))
        : Optional.empty();
  }

  /** Those of the jar first, so that what is complained about is the user's own. */
  private List<RouteText> ordered() {
    return files.byName().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .sorted(
            (a, b) ->
                Boolean.compare(a.getValue().startsWith("file:"), b.getValue().startsWith("file:")))
        .map(entry -> texts.get(entry.getKey()))
        .toList();
  }

  private static List<Problem> twice(
      List<RouteText> all, Function<Route, Stream<Spot>> wanted, String what, String advice) {
    Map<String, Spot> seen = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (RouteText text : all) {
      text.routes().stream()
          .flatMap(wanted)
          .forEach(
              spot -> {
                Spot first = seen.putIfAbsent(spot.text(), spot);
                if (first != null) {
                  problems.add(
                      spot.problem(
                          what
                              + " "
                              + spot.text()
                              + " stands at "
                              + first.place()
                              + " too; "
                              + advice));
                }
              });
    }
    return problems;
  }

  private Optional<Problem> uncallable(String operation) {
    RouteText text = texts.get("operation-" + operation + ENDING);
    String wanted = "direct:operation-" + operation;
    List<Spot> all = text.routes().stream().map(Route::from).toList();
    if (all.isEmpty() || all.stream().anyMatch(from -> from.text().equals(wanted))) {
      return Optional.empty(); // of a file that has no route a warning tells, or Camel
    }
    return Optional.of(
        all.get(0)
            .problem(
                "the operation "
                    + operation
                    + " is called as "
                    + wanted
                    + ", and the file has a route from "
                    + all.get(0).text()
                    + " instead"));
  }

  /** What is allowed and hardly meant. */
  public List<Problem> doubts() {
    List<Problem> doubts = new ArrayList<>(files.unread());
    own()
        .forEach(
            (name, text) -> {
              doubts.addAll(doubts(name, text));
              text.routes().forEach(route -> uncalled(route).ifPresent(doubts::add));
              text.routes().forEach(route -> doubts.addAll(nowhere(route, text)));
            });
    return doubts;
  }

  private SortedMap<String, RouteText> own() {
    SortedMap<String, RouteText> own = new TreeMap<>();
    files.byName().entrySet().stream()
        .filter(entry -> entry.getValue().startsWith("file:"))
        .forEach(entry -> own.put(entry.getKey(), texts.get(entry.getKey())));
    return own;
  }

  private List<Problem> doubts(String name, RouteText text) {
    List<Problem> doubts = new ArrayList<>();
    Spot whole = RouteText.whole(text.path());
    if (text.empty()) {
      doubts.add(whole.doubt("no route is in it, a list of routes is expected"));
    }
    text.routes().stream()
        .filter(route -> route.id().isEmpty())
        .forEach(
            route ->
                doubts.add(
                    route
                        .from()
                        .doubt(
                            "the route has no id; logs and metrics will call it by a number, and"
                                + " an edit of the file adds it again")));
    DUTIES.getOrDefault(name.replace(ENDING, ""), List.of()).stream()
        .filter(duty -> !reaches(text, duty.target()))
        .map(
            duty ->
                whole.doubt(
                    "nothing of it reaches "
                        + duty.target()
                        + ": "
                        + duty.otherwise()
                        + "; send there, or remove the file for the built-in route"))
        .forEach(doubts::add);
    return doubts;
  }

  /** A route that no other sends to; in doubt one does. */
  private Optional<Problem> uncalled(Route route) {
    String from = route.from().text();
    boolean known =
        !from.startsWith(DIRECT) || from.contains("{{") || CALLED.matcher(from).matches();
    if (known || isOpen() || targets().contains(from)) {
      return Optional.empty();
    }
    List<String> missed = targets().stream().filter(each -> !beginnings().contains(each)).toList();
    return Optional.of(
        route
            .from()
            .doubt(
                "no route sends to "
                    + from
                    + ", so this one never runs"
                    + Nearest.hint(from, missed.isEmpty() ? targets() : missed)));
  }

  /** What a route sends to and no route begins with. */
  private List<Problem> nowhere(Route route, RouteText text) {
    return route.targets().stream()
        .filter(target -> target.matches(DIRECT + "[\\w.-]+"))
        .filter(target -> !CALLED.matcher(target).matches() && !beginnings().contains(target))
        .map(
            target ->
                place(target, text)
                    .doubt(
                        "no route begins with "
                            + target
                            + ", so sending there fails"
                            + Nearest.hint(target, beginnings())))
        .toList();
  }

  private static Spot place(String target, RouteText text) {
    return text.texts().stream()
        .filter(spot -> spot.text().equals(target))
        .findFirst()
        .orElse(RouteText.whole(text.path()));
  }

  private Stream<Route> all() {
    return texts.values().stream().flatMap(each -> each.routes().stream());
  }

  /** Whether a route of the user's own decides while it runs where it sends to. */
  private boolean isOpen() {
    return own().values().stream().flatMap(text -> text.routes().stream()).anyMatch(Route::open);
  }

  private Set<String> targets() {
    return all().flatMap(route -> route.targets().stream()).collect(Collectors.toSet());
  }

  private Set<String> beginnings() {
    return all().map(route -> route.from().text()).collect(Collectors.toSet());
  }

  /** Whether a file's routes send there, by way of whatever other routes; in doubt they do. */
  private boolean reaches(RouteText text, String target) {
    Deque<Route> next = new ArrayDeque<>(text.routes());
    Set<Route> seen = new HashSet<>();
    while (!next.isEmpty()) {
      Route route = next.pop();
      if (route.open() || route.targets().contains(target)) {
        return true;
      }
      if (seen.add(route)) {
        texts.values().stream()
            .flatMap(each -> each.routes().stream())
            .filter(each -> route.targets().contains(each.from().text()))
            .forEach(next::push);
      }
    }
    return false;
  }
}
