package dev.metronome.embedded;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** All agents, and the events that travel among them. Guarded by the {@link Store}'s lock. */
final class Agents {
  private final Map<String, ClientAgent> agents = new TreeMap<>();
  private long ltime = 1;

  void add(ClientAgent agent) {
    agents.put(agent.node(), agent);
  }

  Collection<ClientAgent> all() {
    return agents.values();
  }

  /**
   * Sends an event to every agent whose node it is meant for.
   *
   * @param payloadSize bytes of the payload before base64
   * @throws RefusedRequest if it is too large or a filter is no regular expression
   */
  void fire(StoreCommit commit, FiredEvent event, int payloadSize) {
    if (event.serviceFilter().isEmpty() && !event.tagFilter().isEmpty()) {
      throw new RefusedRequest(500, "Cannot provide tag filter without service filter");
    }
    checkFilter("node", event.nodeFilter());
    checkFilter("service", event.serviceFilter());
    checkFilter("tag", event.tagFilter());
    EventSize.check(event, payloadSize, ltime + 1);
    ltime++;
    agents.values().forEach(agent -> agent.hear(commit, event.at(ltime)));
  }

  private static void checkFilter(String which, String expression) {
    try {
      Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new RefusedRequest(
          500, "Invalid " + which + " filter: error parsing regexp: " + e.getDescription());
    }
  }
}
