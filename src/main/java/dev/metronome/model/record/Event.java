package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A named request to the cluster, as it stands in the event queue.
 *
 * @param id unique for ever; a second event with the same ID is a duplicate
 * @param name what task files define; data, never a command
 * @param params reach operations as {@code METRONOME_PARAM_NAME}
 * @param acceptedAt by the clock of the accepting process
 * @param source how it came in: fire, push, consul-event, http, watch, route
 * @param by who sent it, as far as is known: user@host
 * @param resume absent unless it goes on where an earlier event failed
 * @param limit the only nodes that it may run on; absent if its tasks alone decide
 * @param override why it may begin outside its windows; absent unless its sender says so
 * @param fingerprint of the plan that its sender has seen, and that it was then as; absent unless
 *     there is one
 * @param ahead that it goes before those that wait for its lane; absent unless its sender says so
 * @param traceparent whose trace it continues, as W3C writes it; absent unless its sender has one
 * @param signature of all of it but the fingerprint and the trace, by whoever accepted it; absent
 *     unless that has a key
 */
public record Event(
    int format,
    @JsonProperty("ID") String id,
    String name,
    Map<String, String> params,
    Instant acceptedAt,
    String source,
    Optional<String> by,
    Optional<Resume> resume,
    Optional<Limit> limit,
    Optional<String> override,
    Optional<String> fingerprint,
    Optional<Boolean> ahead,
    Optional<String> traceparent,
    Optional<String> signature) {

  private static final int OVERRIDE_LIMIT = 500;
  private static final String FINGERPRINT = "[0-9a-f-]{1,128}";
  private static final int NAME_LIMIT = 128;
  private static final String REFUSED = "/\\\"'`";
  private static final int PARAMS_LIMIT = 65_536;

  /** Sources of what Consul has handed over: its own list, and its watches of either kind. */
  private static final Set<String> USER_EVENTS = Set.of("consul-event", "push", "watch");

  public Event {
    Objects.requireNonNull(id, "ID");
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(acceptedAt, "AcceptedAt");
    if (!Keys.isSegment(id)) {
      throw new IllegalArgumentException("event ID must have " + Keys.SEGMENT_RULE);
    }
    if (id.equals(Keys.ORIGINAL_LOCK)) {
      throw new IllegalArgumentException("event ID must not be `lock`, which was the original's");
    }
    checkName(name);
    params = params == null ? Map.of() : Map.copyOf(params);
    checkParams(params);
    by = by == null ? Optional.empty() : by;
    source = source == null ? "unknown" : source;
    resume = resume == null ? Optional.empty() : resume;
    limit = limit == null ? Optional.empty() : limit;
    override = override == null ? Optional.empty() : override;
    override = override.map(why -> why.substring(0, Math.min(OVERRIDE_LIMIT, why.length())));
    fingerprint = fingerprint == null ? Optional.empty() : fingerprint;
    fingerprint = fingerprint.filter(text -> text.matches(FINGERPRINT));
    ahead = ahead == null ? Optional.empty() : ahead.filter(it -> it);
    traceparent = traceparent == null ? Optional.empty() : traceparent;
    traceparent = traceparent.flatMap(TraceParent::read).map(TraceParent::text);
    signature = signature == null ? Optional.empty() : signature;
  }

  public static Event of(
      String id, String name, Map<String, String> params, Instant at, String source, String by) {
    return new Event(
        Format.CURRENT,
        id,
        name,
        params,
        at,
        source,
        Optional.ofNullable(by),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same, going on where an earlier one failed. */
  public Event resuming(Resume from) {
    return with(format, Optional.of(from), limit, override, fingerprint, traceparent, signature);
  }

  /** The same, for no other nodes than these; an agent that knows no limits leaves it alone. */
  public Event limited(Optional<Limit> to) {
    return with(
        to.isPresent() ? Format.ROLLOUT : format,
        resume,
        to,
        override,
        fingerprint,
        traceparent,
        signature);
  }

  /**
   * The same, which may begin outside its windows.
   *
   * @param why for those who ask later
   */
  public Event overriding(Optional<String> why) {
    return with(format, resume, limit, why, fingerprint, traceparent, signature);
  }

  /** The same, which goes before those that wait for its lane, or does not. */
  public Event ahead(boolean wanted) {
    return new Event(
        format,
        id,
        name,
        params,
        acceptedAt,
        source,
        by,
        resume,
        limit,
        override,
        fingerprint,
        Optional.of(wanted),
        traceparent,
        signature);
  }

  /** Whether it goes before those that wait for its lane. */
  @JsonIgnore
  public boolean isAhead() {
    return ahead.isPresent();
  }

  /**
   * The same, whose sender has seen its plan, and wants that and no other.
   *
   * @param plan a fingerprint; anything else means that there is none
   */
  public Event confirmed(Optional<String> plan) {
    return with(format, resume, limit, override, plan, traceparent, signature);
  }

  /**
   * The same, continuing its sender's trace.
   *
   * @param header as in the header {@code traceparent} or the variable {@code TRACEPARENT}; absent,
   *     or not of W3C's form, means that there is none
   */
  public Event continuing(Optional<String> header) {
    return with(format, resume, limit, override, fingerprint, header, signature);
  }

  /** The same, with whoever accepted it vouching for it. */
  public Event signed(String by) {
    return with(format, resume, limit, override, fingerprint, traceparent, Optional.of(by));
  }

  private Event with(
      int form,
      Optional<Resume> from,
      Optional<Limit> to,
      Optional<String> why,
      Optional<String> plan,
      Optional<String> header,
      Optional<String> vouching) {
    return new Event(
        form,
        id,
        name,
        params,
        acceptedAt,
        source,
        by,
        from,
        to,
        why,
        plan,
        ahead,
        header,
        vouching);
  }

  /** Where its own span stands, below its sender's if there is one; by this alone it is sampled. */
  public TraceParent place() {
    TraceParent own = TraceParent.of(this);
    return traceparent.flatMap(TraceParent::read).map(it -> it.child(id)).orElse(own);
  }

  /** One rule for every way in, and the same for task files. */
  private static void checkName(String name) {
    boolean fits = !name.isBlank() && name.length() <= NAME_LIMIT;
    if (!fits || name.codePoints().anyMatch(Event::isRefused)) {
      throw new IllegalArgumentException(
          "an event's name must have 1 to "
              + NAME_LIMIT
              + " characters, none of them a slash, a backslash, a quote or a control character");
    }
  }

  private static boolean isRefused(int character) {
    return REFUSED.indexOf(character) >= 0
        || Character.isISOControl(character)
        || Character.getType(character) == Character.FORMAT
        || Character.getType(character) == Character.LINE_SEPARATOR
        || Character.getType(character) == Character.PARAGRAPH_SEPARATOR;
  }

  /** Whether a parameter may have this name: it is part of a variable's. */
  public static boolean isParameterName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}");
  }

  /**
   * Whether it came as a user event of Consul's: those have no parameters, and their sender hears
   * nothing.
   */
  @JsonIgnore
  public boolean isUserEvent() {
    return USER_EVENTS.contains(source);
  }

  private static void checkParams(Map<String, String> params) {
    for (Map.Entry<String, String> param : params.entrySet()) {
      if (!isParameterName(param.getKey())) {
        throw new IllegalArgumentException(
            "a parameter's name must be a letter or underscore, then letters, digits, underscores");
      }
      if (param.getValue().indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "the parameter " + param.getKey() + " contains a NUL character");
      }
    }
    // As they stand in Consul: what is accepted must also fit into a plan and an assignment.
    int size = Json.write(params).length;
    if (size > PARAMS_LIMIT) {
      throw new IllegalArgumentException(
          "the parameters take " + size + " bytes as JSON, the limit is " + PARAMS_LIMIT);
    }
  }
}
