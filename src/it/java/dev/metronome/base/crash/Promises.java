package dev.metronome.base.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.base.crash.Journal.Line;
import dev.metronome.base.crash.Journal.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks what has been seen of a scenario against the promises of docs/protocol.md, "Promises".
 * Each violation is a sentence that begins with the promise's number.
 *
 * @param accepted IDs of the events whose sender got a receipt
 * @param repeatable IDs of events whose tasks are declared retryable
 * @param journal what the operations did
 * @param dump every key below the prefix, without it, when all is over
 * @param history what a dump cannot tell
 * @param wire every transaction that Consul answered
 * @param canary a secret that was given to all agents
 * @param logs of all agents
 */
record Promises(
    List<String> accepted,
    Set<String> repeatable,
    Journal journal,
    NavigableMap<String, String> dump,
    History history,
    List<ConsulProxy.Answered> wire,
    String canary,
    List<String> logs) {

  private static final int LARGEST_LOG = 300_000;

  /** What is kept of an event that has ended. */
  private static final List<String> KEPT = List.of("results/", "approvals/", "quarantine/");

  List<String> violations() {
    List<String> found = new ArrayList<>();
    Map<String, List<Line>> lines = journal.byEvent();
    for (String id : accepted) {
      ended(id, found);
      inOrder(lines.getOrDefault(id, List.of()), id, found);
      atMostOnce(lines.getOrDefault(id, List.of()), id, found);
    }
    nothingLeft(found);
    history.plannedTwice().forEach(id -> found.add("2: event " + id + " had more than one plan"));
    history.changedFinals().forEach(what -> found.add("6: " + what));
    fenced(found);
    bounded(found);
    secret(found);
    return found;
  }

  private void ended(String id, List<String> found) {
    String status = dump.containsKey("results/" + id) ? status("results/" + id) : history.end(id);
    if (status.isEmpty() || status.equals("inprogress")) {
      found.add("1: event " + id + " was accepted and has the status '" + status + "'");
    }
    below("results/" + id + "/").stream()
        .filter(key -> !key.endsWith("/log"))
        .filter(key -> status(key).equals("inprogress"))
        .forEach(key -> found.add("6: " + key + " is inprogress for ever"));
  }

  private void inOrder(List<Line> lines, String id, List<String> found) {
    for (int at = 0; at < lines.size(); at++) {
      Line start = lines.get(at);
      if (start.mark() != Mark.START) {
        continue;
      }
      List<Line> before = lines.subList(0, at);
      for (String earlier : targetsBefore(id, start.no())) {
        int no = Integer.parseInt(earlier.substring(0, earlier.indexOf('/')));
        String node = earlier.substring(earlier.indexOf('/') + 1);
        if (before.stream().noneMatch(line -> line.is(node, no, Mark.END))) {
          found.add("3: " + start + " although " + node + " had not ended task " + no);
        }
      }
      before.stream()
          .filter(line -> line.no() > start.no())
          .findFirst()
          .ifPresent(line -> found.add("3: " + start + " after " + line));
    }
  }

  /** NO/NODE of all successes of earlier tasks. */
  private List<String> targetsBefore(String id, int no) {
    String prefix = "results/" + id + "/";
    return below(prefix).stream()
        .map(key -> key.substring(prefix.length()))
        .filter(key -> key.matches("[0-9]+/[^/]+"))
        .filter(key -> Integer.parseInt(key.substring(0, key.indexOf('/'))) < no)
        .filter(key -> status(prefix + key).equals("success"))
        .toList();
  }

  private void atMostOnce(List<Line> lines, String id, List<String> found) {
    Map<String, Line> running = new TreeMap<>();
    Map<String, Line> seen = new TreeMap<>();
    for (Line line : lines) {
      String task = line.no() + " on " + line.node();
      String attempt = repeatable.contains(id) ? task + " attempt " + line.attempt() : task;
      if (line.mark() == Mark.END) {
        Line now = running.get(task);
        if (now == null || now.attempt() != line.attempt()) {
          found.add("4: " + line + " while " + now + " runs");
        }
      } else {
        if (seen.put(attempt, line) != null) {
          found.add("4: event " + id + " ran twice: task " + attempt);
        }
        running.put(task, line);
      }
    }
  }

  private Set<String> below(String prefix) {
    return dump.subMap(prefix, prefix + Character.MAX_VALUE).keySet();
  }

  private void nothingLeft(List<String> found) {
    Set<String> ended = new HashSet<>(accepted);
    dump.keySet().stream()
        .filter(key -> KEPT.stream().noneMatch(key::startsWith))
        .filter(key -> !isEndedPlan(key))
        .filter(key -> List.of(key.split("[/]|[.][0-9]+$")).stream().anyMatch(ended::contains))
        .forEach(key -> found.add("8: " + key + " is left of an event that has ended"));
  }

  /** What a retry would go on with: only events that failed leave one, for as long as a result. */
  private boolean isEndedPlan(String key) {
    String id = key.replaceFirst("^ended_plans/", "");
    return !id.equals(key) && Set.of("error", "timeout").contains(status("results/" + id));
  }

  /** Whoever wrote as leader must have been the last to take the lock. */
  private void fenced(List<String> found) {
    List<ConsulProxy.Answered> written =
        wire.stream()
            .filter(each -> each.status() == 200 && each.index() > 0)
            .sorted(Comparator.comparingLong(ConsulProxy.Answered::index))
            .toList();
    Optional<String> holder = Optional.empty();
    for (ConsulProxy.Answered each : written) {
      Optional<String> lead = each.request().session("lock", "/leader");
      Optional<String> fence = each.request().session("check-session", "/leader");
      if (lead.isPresent()) {
        holder = lead;
      } else if (fence.isPresent() && !fence.equals(holder)) {
        found.add(
            "5: "
                + each.node()
                + " wrote at index "
                + each.index()
                + " as leader of session "
                + fence.get()
                + " after session "
                + holder.orElse("none")
                + " had taken the lock");
      }
    }
  }

  private void bounded(List<String> found) {
    dump.forEach(
        (key, value) -> {
          if (value.length() > LARGEST_LOG) {
            found.add("8: " + key + " has " + value.length() + " characters");
          }
        });
  }

  private void secret(List<String> found) {
    dump.entrySet().stream()
        .filter(entry -> entry.getValue().contains(canary))
        .forEach(entry -> found.add("9: " + entry.getKey() + " shows the secret"));
    if (logs.stream().anyMatch(log -> log.contains(canary))) {
      found.add("9: an agent's log shows the secret");
    }
  }

  private String status(String key) {
    String text = dump.getOrDefault(key, "");
    JsonNode result = Request.json(text);
    return result.path("Status").asText("");
  }
}
