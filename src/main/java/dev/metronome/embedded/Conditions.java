package dev.metronome.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What one embedded Consul is like, and what a test has it do for a while. Threads: any. */
final class Conditions {
  private static final String ACCESSOR = "6a1253d2-1785-24fd-91c2-f8e78c745511";

  /** A right that every token lacks, on whatever has a name that begins so. */
  private record Denied(String resource, String access, String beginning) {}

  private final List<Denied> denied = new CopyOnWriteArrayList<>();
  private final Profile profile;
  private volatile Optional<Duration> longestAnswer;
  private volatile boolean overloaded;

  Conditions(Profile profile) {
    this.profile = profile;
    this.longestAnswer = profile.longestAnswer();
  }

  Profile profile() {
    return profile;
  }

  /** An answer that takes longer is cut. */
  Optional<Duration> longestAnswer() {
    return longestAnswer;
  }

  void cutAnswersAfter(Duration longest) {
    longestAnswer = Optional.of(longest);
  }

  void overload(boolean yes) {
    overloaded = yes;
  }

  /**
   * @throws RefusedRequest if there are too many requests
   */
  void admit(HttpRequest request) {
    boolean ofServer = !request.path().startsWith("/v1/agent/");
    if (overloaded && ofServer) {
      throw profile.overloaded(!request.method().equals("GET"));
    }
  }

  void deny(String resource, String access, String beginning) {
    denied.add(new Denied(resource, access, beginning));
  }

  void allow() {
    denied.clear();
  }

  boolean isDenied(String resource, String access, String name) {
    return denied.stream()
        .anyMatch(
            each ->
                each.resource.equals(resource)
                    && each.access.equals(access)
                    && name.startsWith(each.beginning));
  }

  /** In the words of the version. */
  String denial(String resource, String access, String name) {
    return profile.namesRights()
        ? "Permission denied: token with AccessorID '%s' lacks permission '%s:%s' on \"%s\""
            .formatted(ACCESSOR, resource, access, name)
        : "Permission denied";
  }

  /**
   * @throws RefusedRequest if the right is lacking
   */
  void demand(String resource, String access, String name) {
    if (isDenied(resource, access, name)) {
      throw new RefusedRequest(403, "rpc error making call: " + denial(resource, access, name));
    }
  }

  /** What of an answer was left out may be said beside it. */
  Reply told(Reply reply, boolean leftOut) {
    return leftOut && profile.namesRights()
        ? reply.with("X-Consul-Results-Filtered-By-ACLs", "true")
        : reply;
  }
}
