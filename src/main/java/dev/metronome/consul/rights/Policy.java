package dev.metronome.consul.rights;

import dev.metronome.consul.Rights.Right;
import dev.metronome.consul.rights.Rule.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules that an agent's token needs. */
final class Policy {

  /** Consul answers for 64 rights at a time. */
  private static final int SERVICES = 50;

  private static final String SERVICES_RULE = "service_prefix \"\" { policy = \"read\" }";
  private static final String NODES_RULE = "node_prefix \"\" { policy = \"read\" }";

  private Policy() {}

  /**
   * @param prefix of Metronome's keys
   * @param consulNode name of the node in Consul, on which sessions are made
   * @param service that agents register
   * @param named services that the task files name
   */
  static List<Rule> of(String prefix, String consulNode, String service, Set<String> named) {
    String keys = "key_prefix \"" + prefix + "\" { policy = \"write\" }";
    String without = "nothing can be queued, run or recorded";
    List<Rule> rules = new ArrayList<>();
    rules.add(vital(keys, "key", "write-prefix", prefix, without));
    rules.add(vital(keys, "key", "list", prefix, without));
    rules.add(
        vital(
            "session \"" + consulNode + "\" { policy = \"write\" }",
            "session",
            "write",
            consulNode,
            "no task can be claimed and no leader elected"));
    rules.add(
        vital(
            "service \"" + service + "\" { policy = \"write\" }",
            "service",
            "write",
            service,
            "the agent cannot register, and Consul would not notice its death"));
    String blind = "its nodes are not seen, and their tasks are skipped as if nobody had them";
    rules.add(vital(NODES_RULE, "node", "read", consulNode, blind));
    rules.add(useful(NODES_RULE, "node", "read", "", "nodes it cannot read run no task"));
    rules.add(vital(SERVICES_RULE, "service", "read", service, blind));
    named.stream()
        .sorted()
        .limit(SERVICES)
        .forEach(name -> rules.add(vital(SERVICES_RULE, "service", "read", name, blind)));
    rules.add(useful(SERVICES_RULE, "service", "read", "", "tasks for others are skipped"));
    rules.add(
        useful(
            "event_prefix \"\" { policy = \"read\" }",
            "event",
            "read",
            "",
            "user events are not seen; events sent by fire and push are"));
    return rules;
  }

  private static Rule vital(
      String text, String resource, String access, String segment, String without) {
    return new Rule(text, new Right(resource, access, segment), Weight.VITAL, without);
  }

  private static Rule useful(
      String text, String resource, String access, String segment, String without) {
    return new Rule(text, new Right(resource, access, segment), Weight.USEFUL, without);
  }
}
