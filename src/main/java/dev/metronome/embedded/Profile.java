package dev.metronome.embedded;

import java.lang.module.ModuleDescriptor.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A version of Consul that the embedded one can be like: what differs between them, as data. Only
 * 1.8 is held against a real one by the contract test; the others are modelled by what Consul's own
 * changes say (docs/compatibility.md).
 */
public enum Profile {
  CONSUL_1_8("1.8.0", "1.8.7", 64, KeyNames.ANY, Limit.NONE, View.ASKED, Words.BRIEF, Limit.NEVER),
  CONSUL_1_12(
      "1.12.0", "1.12.9", 64, KeyNames.ANY, Limit.NONE, View.STREAMED, Words.NAMED, Limit.NEVER),
  CONSUL_1_21_5(
      "1.21.5", "1.21.5", 128, KeyNames.PLAIN, Limit.NONE, View.STREAMED, Words.RATED, Limit.NEVER),
  CONSUL_1_22("1.21.6", "1.22.4", 128, KeyNames.NO_WAY_UP, 100, View.STREAMED, Words.RATED, 30),
  CONSUL_2_1("2.0.0", "2.1.0", 128, KeyNames.NO_WAY_UP, 100, View.STREAMED, Words.RATED, 900);

  /** Says which one {@link #usual} is, such as {@code -Dmetronome.consul=1.22}. */
  public static final String PROPERTY = "metronome.consul";

  /** Where there is no limit. */
  private static final class Limit {
    static final int NONE = Integer.MAX_VALUE;
    static final int NEVER = 0;
  }

  /** Which names of keys {@code /v1/kv/} takes; transactions take any. */
  enum KeyNames {
    ANY("(?s).*", 0, ""),
    PLAIN(
        "(?!.*\\.\\.)[a-zA-Z0-9,_./\\-?&=]*",
        500,
        "invalid key name, keys should respect the \"^[a-zA-Z0-9,_./\\\\-?&=]+$\" format"),
    NO_WAY_UP("(?is)(?!.*(\\.|%2e){2}(/|%2f|\\\\|%5c|$))(?! ).*(?<! )", 400, "invalid key name");

    private final Pattern allowed;
    private final int status;
    private final String text;

    KeyNames(String allowed, int status, String text) {
      this.allowed = Pattern.compile(allowed);
      this.status = status;
      this.text = text;
    }
  }

  /** How {@code /v1/health/service/} answers who waits. */
  enum View {
    /** By asking a server. */
    ASKED,
    /** From a view that a server's stream keeps up to date; of a leader it never knows. */
    STREAMED
  }

  /** How it says that it refuses. */
  enum Words {
    /** "Permission denied", and nothing of what was left out. */
    BRIEF,
    /** With the token and the right that it lacks. */
    NAMED,
    /** The same, and of a server's limits of requests in a second. */
    RATED
  }

  private final String since;
  private final String version;
  private final int operations;
  private final KeyNames keys;
  private final int eventBody;
  private final View view;
  private final Words words;
  private final int longestAnswer;

  /**
   * @param since the first version that is like it
   * @param version what it says of itself
   * @param longestAnswer seconds
   */
  Profile(
      String since,
      String version,
      int operations,
      KeyNames keys,
      int eventBody,
      View view,
      Words words,
      int longestAnswer) {
    this.since = since;
    this.version = version;
    this.operations = operations;
    this.keys = keys;
    this.eventBody = eventBody;
    this.view = view;
    this.words = words;
    this.longestAnswer = longestAnswer;
  }

  /** The one that {@value #PROPERTY} says; 1.8 if it says nothing. */
  public static Profile usual() {
    return of(System.getProperty(PROPERTY, CONSUL_1_8.label()));
  }

  /**
   * By its label, such as {@code 1.22}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Profile of(String label) {
    return Stream.of(values())
        .filter(each -> each.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no profile of Consul " + label + "; " + PROPERTY + " names one"));
  }

  /**
   * What a real Consul behaves like, as far as it is modelled.
   *
   * @param version such as {@code 1.20.2} or {@code 1.22.1+ent}
   */
  public static Profile like(String version) {
    Profile found = CONSUL_1_8;
    for (Profile each : values()) {
      found =
          Version.parse(each.since).compareTo(Version.parse(number(version))) <= 0 ? each : found;
    }
    return found;
  }

  private static String number(String version) {
    return version.replaceFirst("[^0-9.].*", "");
  }

  public String label() {
    return switch (this) {
      case CONSUL_1_8 -> "1.8";
      case CONSUL_1_12 -> "1.12";
      case CONSUL_1_21_5 -> "1.21.5";
      case CONSUL_1_22 -> "1.22";
      case CONSUL_2_1 -> "2.1";
    };
  }

  /** What it says of itself. */
  String version() {
    return version;
  }

  /** So many fit a transaction. */
  public int operations() {
    return operations;
  }

  /** Whether {@code /v1/kv/} takes a key of this name. */
  public boolean takesKey(String key) {
    return keys.allowed.matcher(key).matches();
  }

  /**
   * @throws RefusedRequest if it is not taken
   */
  void checkKey(String key) {
    if (!takesKey(key)) {
      throw new RefusedRequest(keys.status, keys.text);
    }
  }

  /** So many bytes may be sent to fire an event with; more than fit gossip if there is no limit. */
  public int eventBody() {
    return eventBody;
  }

  boolean streams() {
    return view == View.STREAMED;
  }

  /** Whether a refusal names the right that is lacking, and an answer what was left out. */
  public boolean namesRights() {
    return words != Words.BRIEF;
  }

  /** What a server says that has too many requests. */
  RefusedRequest overloaded(boolean write) {
    if (words != Words.RATED) {
      return new RefusedRequest(429, "RPC rate limit exceeded");
    }
    return write
        ? new RefusedRequest(
            503,
            "rate limit exceeded for operation that can only be performed by the leader, try again"
                + " later")
        : new RefusedRequest(
            429, "rate limit exceeded, try again later or against a different server");
  }

  /** An answer that takes longer is cut. */
  Optional<Duration> longestAnswer() {
    return longestAnswer == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(longestAnswer));
  }
}
