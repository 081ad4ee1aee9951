package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The keys of docs/protocol.md, "Keys" under one prefix. Keys are built here and nowhere else.
 *
 * @param prefix ends with a slash, does not start with one
 */
public record Keys(String prefix) {

  public static final String DEFAULT_PREFIX = "metronome/";

  /** What no event may be called by: the original's lock has this name among events. */
  public static final String ORIGINAL_LOCK = "lock";

  /** The lane of all events that name no other. */
  public static final String COMMON_LANE = "common";

  private static final String AGENT = "agent";

  /** What {@link #isSegment} demands. */
  public static final String SEGMENT_RULE =
      "1 to 128 letters, digits, _ and -, with single dots between them";

  private static final int LONGEST_SEGMENT = 128;

  /** What may stand as one segment of a key, in every Consul from 1.8 on. */
  private static final Pattern SEGMENT =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*");

  /** What earlier versions of ours took, and has perhaps been left by them. */
  private static final Pattern FORMER_SEGMENT =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._:-]{0,127}");

  /** What every Consul takes as a part of a key (Consul 1.22 refuses all else). */
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_,-]+([.][A-Za-z0-9_,-]+)*");

  public static final String SAFE_RULE = "letters, digits and ,_- with single dots between them";

  private static final Pattern PREFIX = Pattern.compile("(" + SAFE.pattern() + "/)+");

  /** What the folder of a bucket is called: a number. */
  private static final Pattern BUCKET = Pattern.compile("[1-9][0-9]{0,17}");

  public Keys {
    Objects.requireNonNull(prefix, "prefix");
    if (!prefix.endsWith("/") || prefix.startsWith("/") || prefix.length() < 2) {
      throw new IllegalArgumentException(
          "key prefix '" + prefix + "' must end with a slash and not start with one");
    }
    if (!isPrefix(prefix)) {
      throw new IllegalArgumentException(
          "key prefix '"
              + prefix
              + "' must be words, each with a slash behind it, of "
              + SAFE_RULE);
    }
  }

  /** Whether all keys can stand below this, which ends with a slash. */
  public static boolean isPrefix(String text) {
    return PREFIX.matcher(text).matches();
  }

  /**
   * Whether {@code text} can be an event ID or a node name in a key. The one rule for every way in:
   * Consul 1.21.5 makes keys of other names unreadable, and later ones refuse some.
   */
  public static boolean isSegment(String text) {
    return text.length() <= LONGEST_SEGMENT && SEGMENT.matcher(text).matches();
  }

  /** Whether it can be an event ID of a record that stands there already. */
  public static boolean wasSegment(String text) {
    return FORMER_SEGMENT.matcher(text).matches();
  }

  public String leader() {
    return prefix + "leader";
  }

  public String eventQueue() {
    return prefix + "event_queue/";
  }

  /** The original's event queue: one JSON array at one key. */
  public String originalEventQueue() {
    return prefix + "event_queue";
  }

  /** The original's progress task queue: one JSON array at one key. */
  public String originalProgressQueue() {
    return prefix + "progress_task_queue";
  }

  /** What the original's agents lock. It stands among the events of ours, and is none. */
  public String originalLock() {
    return eventQueue() + ORIGINAL_LOCK;
  }

  /** The number of the bucket that events are accepted into. */
  public String queueBucket() {
    return prefix + "queue_bucket";
  }

  /** A bucket of the event queue: its folder's key, and the prefix of its events. */
  public String bucket(long bucket) {
    return eventQueue() + bucket + "/";
  }

  public String event(long bucket, String eventId) {
    return bucket(bucket) + eventId;
  }

  /** The newest event that goes before others; who dispatches one of these checks that. */
  public String ahead() {
    return prefix + "ahead";
  }

  /** Where agents that know no buckets put an event. */
  public String eventOutsideBuckets(String eventId) {
    return eventQueue() + eventId;
  }

  /** In which bucket an event waits. Never listed: it tells duplicates. */
  public String queued(String eventId) {
    return prefix + "queued/" + eventId;
  }

  /** The bucket that a key below the event queue belongs to, its folder's own key too. */
  public OptionalLong bucketOf(String key) {
    String name = key.startsWith(eventQueue()) ? key.substring(eventQueue().length()) : "";
    String folder = name.substring(0, Math.max(0, name.indexOf('/')));
    return bucketNumber(folder);
  }

  /** The number that a bucket is called by; empty if it is none. */
  public static OptionalLong bucketNumber(String text) {
    return BUCKET.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /**
   * The ID of the event that stands at a key, in a bucket or outside; empty for any other key, such
   * as a folder's own and the original's lock.
   */
  public Optional<String> eventId(String key) {
    if (!key.startsWith(eventQueue()) || key.equals(originalLock())) {
      return Optional.empty();
    }
    OptionalLong bucket = bucketOf(key);
    String prefix = bucket.isPresent() ? bucket(bucket.getAsLong()) : eventQueue();
    return Optional.of(key.substring(prefix.length()))
        .filter(id -> !id.isEmpty() && id.indexOf('/') < 0);
  }

  public String progressQueue() {
    return prefix + "progress_task_queue/";
  }

  /** A slot: the plan of the event in progress there, or nothing but its epoch. */
  public String plan(String slot) {
    return progressQueue() + slot;
  }

  /** What may be the slot of a lane by its key alone; {@link Slot#name} tells whether it is. */
  Optional<String> slot(String key) {
    return Optional.of(key)
        .filter(slot -> slot.startsWith(progressQueue()))
        .map(slot -> slot.substring(progressQueue().length()))
        .filter(Lane::isSlot);
  }

  /** The prefix of all epochs. */
  public String claims() {
    return prefix + "claims/";
  }

  /** A slot's epoch of claims: its folder's key, and the prefix of its claims. */
  public String claims(String slot, long epoch) {
    return claims() + epoch + (slot.equals(COMMON_LANE) ? "/" : "." + slot + "/");
  }

  /** The epoch that a plan's claims stand in, as above; empty if none was ever opened. */
  public Optional<String> epoch(Plan plan) {
    return Optional.of(plan).filter(it -> it.epoch() > 0).map(it -> claims(it.slot(), it.epoch()));
  }

  /** The prefix of all claims of the head task of a plan. */
  public String claims(Plan plan) {
    return claims(plan.slot(), plan.epoch()) + plan.event().id() + "/" + plan.current() + "/";
  }

  public String claim(Plan plan, String node) {
    return claims(plan) + node;
  }

  public String claim(Assignment assignment, String node) {
    return claims(assignment.slot(), assignment.epoch())
        + assignment.event().id()
        + "/"
        + assignment.task().no()
        + "/"
        + node;
  }

  public String nodes() {
    return prefix + "nodes/";
  }

  /** Everything of one node: its presence and its queue. Never without a key while it lives. */
  public String node(String node) {
    return nodes() + node + "/";
  }

  public String presence(String node) {
    return node(node) + AGENT;
  }

  /** Whether a key below {@link #nodes} is that of a presence. */
  public static boolean isPresence(String key) {
    return key.endsWith("/" + AGENT);
  }

  /** The prefix of what a node is assigned, in each slot. */
  public String nodeQueue(String node) {
    return node(node) + "task.";
  }

  /** The task that a node has to run for the plan in a slot; empty while there is none. */
  public String assignment(String node, String slot) {
    return nodeQueue(node) + slot;
  }

  /** Where agents that know no slots put the plan of an event. */
  public String formerPlan(String eventId) {
    return progressQueue() + eventId;
  }

  /** The event whose plan such agents put at a key; empty if it is no such key. */
  public Optional<String> formerEventId(String key) {
    return Optional.of(key)
        .filter(plan -> plan.startsWith(progressQueue()) && !plan.equals(plan(COMMON_LANE)))
        .map(plan -> plan.substring(progressQueue().length()))
        .filter(id -> !id.isEmpty() && id.indexOf('/') < 0);
  }

  /** The prefix of what they have a node do. */
  public String formerNodeQueue(String node) {
    return node(node) + "tasks/";
  }

  public String results() {
    return prefix + "results/";
  }

  public String result(String eventId) {
    return results() + eventId;
  }

  public String result(String eventId, int no) {
    return result(eventId) + "/" + no;
  }

  public String result(String eventId, int no, String node) {
    return result(eventId, no) + "/" + node;
  }

  public String log(String eventId, int no, String node) {
    return result(eventId, no, node) + "/log";
  }

  /** The plan of an event that failed, as it ended: what a retry goes on with. */
  public String endedPlan(String eventId) {
    return prefix + "ended_plans/" + eventId;
  }

  /** The prefix of what is known of the ticks of each event with {@code cron}. */
  public String cron() {
    return prefix + "cron/";
  }

  public String cron(String eventName) {
    return cron() + eventName;
  }

  /** The prefix of all freezes. */
  public String freezes() {
    return prefix + "freeze/";
  }

  /** That nothing is to begin of what this is about. */
  public String freeze(FreezeScope scope) {
    return freezes()
        + scope
            .event()
            .map(Keys::eventScope)
            .or(() -> scope.lane().map(name -> "lane/" + name))
            .orElse("all");
  }

  private static String eventScope(String name) {
    return isSafe(name) ? "event/" + name : "hex/" + hex(name);
  }

  private static boolean isSafe(String name) {
    return SAFE.matcher(name).matches();
  }

  private static String hex(String name) {
    return HexFormat.of().formatHex(name.getBytes(UTF_8));
  }

  /** The prefix of all votes about an event. */
  public String approvals(String eventId) {
    return prefix + "approvals/" + eventId + "/";
  }

  /** What a user has said about an approval. */
  public String approval(String eventId, int no, String user) {
    return approvals(eventId) + no + "/" + (isSafe(user) ? user : "hex/" + hex(user));
  }

  /** Which events that wait may not begin, and why. */
  public String blocked() {
    return prefix + "blocked";
  }

  /** The prefix of all records that were set aside. */
  public String quarantine() {
    return prefix + "quarantine/";
  }

  /** Where an unreadable record is set aside, under its own key without the prefix. */
  public String quarantine(String key) {
    return quarantine() + key.substring(prefix.length());
  }
}
