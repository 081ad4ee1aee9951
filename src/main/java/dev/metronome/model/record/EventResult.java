package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code results/EVENT_ID}: how an event stands. The outside world reads it.
 *
 * @param cancelled who wanted it to end, if somebody did
 * @param retryOf the event that it went on with
 * @param from NO of its first task, if it went on with another event
 * @param limit the only nodes that it might run on, if its sender said so
 * @param override why it might begin outside its windows, if its sender said so
 * @param ahead that it went before those that waited for its lane, if its sender said so
 * @param lane in which it was in progress; absent if that was the common one
 * @param fingerprint of the plan that its sender had seen, if there was one
 * @param approvals those that were asked for and have been decided, the first few
 * @param retries the events that went on with this one, the newest last
 * @param leftOut which tasks left nodes out, and why; a sentence
 * @param params what it came with, secrets masked, long ones cut
 * @param digest of the task files that its plan was made from, {@code web:0123456789ab}; absent if
 *     it had no plan
 */
public record EventResult(
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int format,
    @JsonProperty("ID") String id,
    String name,
    Status status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    Optional<String> source,
    Optional<String> by,
    Optional<Cancellation> cancelled,
    Optional<String> retryOf,
    Optional<Integer> from,
    Optional<Limit> limit,
    Optional<String> override,
    Optional<Boolean> ahead,
    Optional<String> lane,
    Optional<String> fingerprint,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DecidedApproval> approvals,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> retries,
    Optional<String> leftOut,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> params,
    Optional<String> digest)
    implements Result {

  /** As many retries as are told. */
  private static final int RETRIES = 50;

  public EventResult {
    Objects.requireNonNull(id, "ID");
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(status, "Status");
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    digest = digest == null ? Optional.empty() : digest;
    retryOf = retryOf == null ? Optional.empty() : retryOf;
    from = from == null ? Optional.empty() : from;
    limit = limit == null ? Optional.empty() : limit;
    override = override == null ? Optional.empty() : override;
    ahead = ahead == null ? Optional.empty() : ahead;
    lane = lane == null ? Optional.empty() : lane;
    fingerprint = fingerprint == null ? Optional.empty() : fingerprint;
    approvals = approvals == null ? List.of() : List.copyOf(approvals);
    retries = retries == null ? List.of() : List.copyOf(retries);
    leftOut = leftOut == null ? Optional.empty() : leftOut;
    params = params == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  public static EventResult started(Event event, Instant at) {
    return of(event, Status.INPROGRESS, at, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static EventResult ended(Event event, Instant started, Instant at, Outcome how) {
    return of(event, how.status(), started, Optional.of(at), how.reason(), how.message());
  }

  private static EventResult of(
      Event event,
      Status status,
      Instant started,
      Optional<Instant> finished,
      Optional<Reason> reason,
      Optional<String> message) {
    return new EventResult(
        Format.of(reason),
        event.id(),
        event.name(),
        status,
        Optional.of(started),
        finished,
        reason,
        message,
        Optional.of(event.source()),
        event.by(),
        Optional.empty(),
        event.resume().map(Resume::of),
        event.resume().map(Resume::from),
        event.limit(),
        event.override(),
        event.ahead(),
        Optional.empty(),
        event.fingerprint(),
        List.of(),
        List.of(),
        Optional.empty(),
        ShownParams.of(event.params()),
        Optional.empty());
  }

  /** For an event whose own record could not be read, so that it does not stay without an end. */
  public static EventResult unreadable(String id, Instant at, Outcome how) {
    return new EventResult(
        Format.CURRENT,
        id,
        "unknown",
        how.status(),
        Optional.empty(),
        Optional.of(at),
        how.reason(),
        how.message(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  /** The same, with who wanted it to end. */
  public EventResult cancelled(Optional<Cancellation> wanted) {
    return with(wanted, retries, leftOut, digest, lane, approvals);
  }

  /** The same, with a sentence for each task that has left nodes out. */
  public EventResult leavingOut(List<String> sentences) {
    return sentences.isEmpty()
        ? this
        : with(
            cancelled, retries, Optional.of(String.join("; ", sentences)), digest, lane, approvals);
  }

  /** The same, with an event that goes on with it; its status stays (promise 6). */
  public EventResult retriedAs(String eventId) {
    List<String> all = new ArrayList<>(retries);
    all.add(eventId);
    List<String> last = all.subList(Math.max(0, all.size() - RETRIES), all.size());
    return with(cancelled, last, leftOut, digest, lane, approvals);
  }

  /** The same, with what its plan was made from, the lane that it is in, and its approvals. */
  public EventResult planned(Plan plan) {
    Optional<String> files = Optional.of(plan.digest()).filter(text -> !text.isEmpty());
    Optional<String> where = Optional.of(plan.lane()).filter(it -> !it.equals(Keys.COMMON_LANE));
    return with(cancelled, retries, leftOut, files, where, plan.approvals());
  }

  private EventResult with(
      Optional<Cancellation> wanted,
      List<String> retried,
      Optional<String> without,
      Optional<String> files,
      Optional<String> where,
      List<DecidedApproval> decided) {
    return new EventResult(
        format,
        id,
        name,
        status,
        startedAt,
        finishedAt,
        reason,
        message,
        source,
        by,
        wanted,
        retryOf,
        from,
        limit,
        override,
        ahead,
        where,
        fingerprint,
        decided,
        retried,
        without,
        params,
        files);
  }
}
