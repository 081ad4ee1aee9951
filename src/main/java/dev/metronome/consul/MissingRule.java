package dev.metronome.consul;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to be done about a refusal. Consul 1.12 and newer name the right that a token lacks;
 * older ones say that they refuse, and no more.
 */
final class MissingRule {

  private static final Pattern NAMED =
      Pattern.compile(
          "lacks permission '(?<resource>\\w+):(?<access>\\w+)'(?: on \"(?<name>[^\"]*)\")?");

  /** What a rule is about as a whole, without a name. */
  private static final Set<String> WHOLE = Set.of("acl", "keyring", "mesh", "operator", "peering");

  private MissingRule() {}

  /** The rule as it stands in a policy, to be copied; empty if the refusal names none. */
  static Optional<String> of(String refusal) {
    Matcher named = NAMED.matcher(refusal);
    if (!named.find()) {
      return Optional.empty();
    }
    String resource = named.group("resource");
    String access = "\"" + named.group("access") + "\"";
    if (WHOLE.contains(resource)) {
      return Optional.of(resource + " = " + access);
    }
    String name = named.group("name");
    String about = name == null ? resource + "_prefix \"\"" : resource + " \"" + name + "\"";
    return Optional.of(about + " { policy = " + access + " }");
  }

  /** As the end of a sentence that tells of the refusal. */
  static String remedy(String refusal) {
    String lower = refusal.toLowerCase(Locale.ROOT);
    if (lower.contains("acl not found")) {
      return "; the token is unknown or was revoked, give another by token-file or CONSUL_HTTP_TOKEN";
    }
    if (lower.startsWith("http 401")) {
      return "; something before it asks for a user and a password, give them by basic-auth or"
          + " CONSUL_HTTP_AUTH";
    }
    if (lower.contains("anonymous token")) {
      return "; no token was shown, give one by token-file or CONSUL_HTTP_TOKEN";
    }
    return of(refusal)
        .map(rule -> "; add to the token's policy: " + rule + " (docs/cluster.md lists all rules)")
        .orElse("; the token's policy lacks a rule, docs/cluster.md lists them");
  }
}
