package dev.metronome.consul.rights;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Rights;
import dev.metronome.consul.Rights.Right;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the agent's token has the rights that it needs, and names each rule that is
 * missing, as it is to be written into the token's policy. One request a look. Needed because
 * Consul does not refuse to list what may not be read: it answers as if there were nothing.
 *
 * <p>Called by one thread at a time.
 */
public final class RightsCheck {

  private static final Logger LOG = LoggerFactory.getLogger(RightsCheck.class);

  private final Rights rights;
  private final String prefix;
  private final String consulNode;
  private final String service;
  private final Supplier<Set<String>> named;
  private Set<String> missing = Set.of();

  /**
   * @param prefix of Metronome's keys
   * @param consulNode name of the node in Consul
   * @param service that agents register
   * @param named the services that the task files name now
   */
  public RightsCheck(
      ConsulConnection connection,
      String prefix,
      String consulNode,
      String service,
      Supplier<Set<String>> named) {
    this.rights = new Rights(connection);
    this.prefix = prefix;
    this.consulNode = consulNode;
    this.service = service;
    this.named = named;
  }

  /**
   * Says what is missing, and demands what is vital.
   *
   * @throws MissingRightsException if anything is missing that the agent cannot do without
   */
  public void demand() {
    List<Rule> vital = look().stream().filter(Rule::isVital).toList();
    if (!vital.isEmpty()) {
      throw new MissingRightsException(
          "the agent's ACL token lacks rights in Consul; add to its policy: "
              + vital.stream().map(Rule::text).distinct().collect(Collectors.joining("; ")));
    }
  }

  /** Says what has come to be missing since the last look, and what is there again. */
  List<Rule> look() {
    List<Rule> rules = Policy.of(prefix, consulNode, service, named.get());
    Optional<Set<Right>> denied = rights.denied(rules.stream().map(Rule::right).toList());
    if (denied.isEmpty()) {
      LOG.debug("rights=unknown this Consul does not say what a token may do");
      return List.of();
    }
    List<Rule> lacking =
        rules.stream().filter(rule -> denied.get().contains(rule.right())).toList();
    say(lacking);
    return lacking;
  }

  private void say(List<Rule> lacking) {
    Map<String, Rule> worst = new LinkedHashMap<>();
    lacking.forEach(
        rule -> worst.merge(rule.text(), rule, (a, b) -> a.isVital() || !b.isVital() ? a : b));
    for (Rule rule : worst.values()) {
      if (missing.contains(rule.text())) {
        continue;
      }
      if (rule.isVital()) {
        LOG.error("right=missing {} without it {}", rule.text(), rule.without());
      } else {
        LOG.warn("right=missing {} without it {}", rule.text(), rule.without());
      }
    }
    missing.stream()
        .filter(text -> !worst.containsKey(text))
        .forEach(text -> LOG.info("right=granted {}", text));
    missing = Set.copyOf(worst.keySet());
  }
}
