package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the time of a hand-over goes: the way from stamp to stamp, cut at the requests that the
 * agents send and the answers that they get. Measured through the meters, which cost some tenths of
 * a millisecond at each of four places.
 */
final class Profile {

  private static final Duration APART = Duration.ofMillis(100);

  private static final List<String> LEGS =
      List.of(
          "the process ends, its outcome is made (node)",
          "finish is written, the leader's watch returns",
          "the next step is decided (leader)",
          "the step is written, the next node's watch returns",
          "the task is read (node)",
          "claim is written",
          "the operation starts, to its stamp (node)");

  private Profile() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.METERED);
    Map<String, List<Long>> legs = new LinkedHashMap<>();
    int whole = 0;
    int seen = 0;
    for (int i = 0; i < lab.scale().fives(); i++) {
      Clocks.pass(APART);
      long begin = Clocks.now();
      String id = lab.submit(Workload.FIVE);
      lab.awaitSuccess(id);
      Map<String, List<Request>> sent = fleet.requestsSince(begin - APART.toNanos() * 20);
      for (Latency.HandOver handOver : Latency.handOvers(lab.workshop().stamps(id))) {
        Optional<List<Long>> times = times(sent, lab.leader(), handOver);
        times.ifPresent(found -> add(legs, found));
        whole += times.isPresent() ? 1 : 0;
        seen++;
      }
    }
    return figures(legs, whole, seen);
  }

  private static void add(Map<String, List<Long>> legs, List<Long> times) {
    for (int i = 0; i < LEGS.size(); i++) {
      legs.computeIfAbsent(LEGS.get(i), leg -> new ArrayList<>())
          .add(times.get(i + 1) - times.get(i));
    }
  }

  private static List<Figure> figures(Map<String, List<Long>> legs, int whole, int seen) {
    List<Figure> figures = new ArrayList<>();
    legs.forEach(
        (leg, times) ->
            figures.add(
                Figure.times(
                    "profile-" + (figures.size() + 1),
                    "Hand-over, part " + (figures.size() + 1) + ": " + leg,
                    new Samples(times))));
    if (figures.isEmpty()) {
      throw new IllegalStateException("not one of " + seen + " hand-overs could be followed");
    }
    figures.add(
        Figure.plain(
            "profile-followed",
            "Hand-overs that could be followed",
            whole + " of " + seen,
            Map.of("followed", (double) whole, "seen", (double) seen)));
    return figures;
  }

  /** The eight moments of a hand-over, in order; empty if one cannot be told. */
  private static Optional<List<Long>> times(
      Map<String, List<Request>> sent, String leader, Latency.HandOver handOver) {
    Stamp last = handOver.last();
    Stamp first = handOver.first();
    String ending = "/" + last.event() + "/" + last.no() + "/";
    String claim = "/" + first.event() + "/" + first.no() + "/" + first.node();
    Optional<Request> finished =
        first(sent.get(last.node()), request -> request.writes("unlock", ending + last.node()));
    Optional<Request> moved =
        first(sent.get(leader), request -> request.writes("delete-tree", ending));
    Optional<Request> claimed =
        first(sent.get(first.node()), request -> request.writes("lock", claim));
    if (finished.isEmpty() || moved.isEmpty() || claimed.isEmpty()) {
      return Optional.empty();
    }
    Optional<Long> leaderWoken = woken(sent.get(leader), "claims/", moved.get().sentNanos());
    Optional<Long> nodeWoken =
        woken(sent.get(first.node()), "nodes/" + first.node(), claimed.get().sentNanos());
    if (leaderWoken.isEmpty() || nodeWoken.isEmpty()) {
      return Optional.empty();
    }
    List<Long> times =
        List.of(
            last.nanos(),
            finished.get().sentNanos(),
            leaderWoken.get(),
            moved.get().sentNanos(),
            nodeWoken.get(),
            claimed.get().sentNanos(),
            claimed.get().answeredNanos(),
            first.nanos());
    return times.equals(times.stream().sorted().toList()) ? Optional.of(times) : Optional.empty();
  }

  private static Optional<Request> first(List<Request> requests, Predicate<Request> wanted) {
    return requests == null ? Optional.empty() : requests.stream().filter(wanted).findFirst();
  }

  /** When the last watch before this moment returned. */
  private static Optional<Long> woken(List<Request> requests, String part, long before) {
    return requests.stream()
        .filter(request -> request.watches(part))
        .map(Request::answeredNanos)
        .filter(answered -> answered > 0 && answered <= before)
        .max(Comparator.naturalOrder());
  }
}
