package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.DecidedApproval;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.ShownParams;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An event in one line.
 *
 * @param acceptedAt known while it is in the queue
 * @param by who sent it: user@host, or the node whose Consul agent was given the user event
 * @param cancelled who wanted it to end, if somebody did
 * @param retryOf the event that it goes on with
 * @param from NO of its first task, if it goes on with another event
 * @param limit the only nodes that it may run on, if its sender said so
 * @param override why it might begin outside its windows, if its sender said so
 * @param ahead that it goes before those that wait for its lane, if its sender said so
 * @param lane in which it is or was in progress; absent if that is the common one, or it waits
 * @param fingerprint of the plan that its sender had seen, if there was one
 * @param approvals those that were asked for and have been decided, the first few
 * @param retries the events that went on with this one, the newest last
 * @param leftOut which tasks left nodes out, and why; a sentence
 * @param params what it came with, secrets masked, long ones cut
 * @param digest of the task files that its plan was made from; absent as long as it has none
 */
public record EventSummary(
    @JsonProperty("ID") String id,
    String name,
    State status,
    Optional<Instant> acceptedAt,
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
    Optional<String> digest) {

  public EventSummary {
    approvals = List.copyOf(approvals);
    retries = List.copyOf(retries);
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  /** Of an event that waits. */
  public static EventSummary of(Event event) {
    return new EventSummary(
        event.id(),
        event.name(),
        State.QUEUED,
        Optional.of(event.acceptedAt()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
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

  /** Of an event that was dispatched. */
  public static EventSummary of(EventResult result) {
    return new EventSummary(
        result.id(),
        result.name(),
        State.of(result.status()),
        Optional.empty(),
        result.startedAt(),
        result.finishedAt(),
        result.reason(),
        result.message().or(() -> remark(result)),
        result.source(),
        result.by(),
        result.cancelled(),
        result.retryOf(),
        result.from(),
        result.limit(),
        result.override(),
        result.ahead(),
        result.lane(),
        result.fingerprint(),
        result.approvals(),
        result.retries(),
        result.leftOut(),
        result.params(),
        result.digest());
  }

  private static Optional<String> remark(EventResult result) {
    return result.fromOriginal() && !result.status().isFinal()
        ? Optional.of("begun by the original; nothing here runs it")
        : Optional.empty();
  }

  /** The same, to end now. */
  EventSummary cancelling(Optional<Cancellation> wanted) {
    return new EventSummary(
        id,
        name,
        status,
        acceptedAt,
        startedAt,
        finishedAt,
        reason,
        message,
        source,
        by,
        wanted.or(() -> cancelled),
        retryOf,
        from,
        limit,
        override,
        ahead,
        lane,
        fingerprint,
        approvals,
        retries,
        leftOut,
        params,
        digest);
  }

  /** What it came with, for people: {@code version=1.4.2; limit app-1,app-2}; may be empty. */
  public String given() {
    return given(params, limit);
  }

  static String given(Map<String, String> params, Optional<Limit> limit) {
    String with =
        params.entrySet().stream()
            .map(param -> param.getKey() + "=" + param.getValue())
            .collect(Collectors.joining(", "));
    return Stream.of(with, limit.map(nodes -> "limit " + nodes).orElse(""))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** When it came about, as far as that is known. */
  public Instant since() {
    return startedAt.or(() -> acceptedAt).or(() -> finishedAt).orElse(Instant.EPOCH);
  }

  /** Why it stands so, for people; empty if there is nothing to say. */
  public Optional<String> why() {
    return message.or(() -> reason.map(Reason::word));
  }
}
