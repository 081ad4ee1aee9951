package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Rights;
import dev.metronome.http.api.PostReply;
import dev.metronome.http.api.PostedEvents;
import dev.metronome.http.api.PushedEvents;
import dev.metronome.model.record.Event;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.membership.Incarnation;
import dev.metronome.state.forecast.Changes;
import dev.metronome.state.forecast.Fingerprint;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.UndefinedEventException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.main.Main;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** How events come in to an agent, and what it foretells of them. */
final class IntakePart {

  /** As many IDs of user events as the ring can hold several times over. */
  private static final int OFFERED = 1_000;

  final Authenticity authenticity;
  final Forecaster forecaster;
  private final Events reader;
  private final PostedEvents posted;

  IntakePart(
      AgentContext agent,
      ConsulConnection operations,
      Authenticity.Door door,
      Telemetry telemetry) {
    this.authenticity =
        new Authenticity(
            agent.configuration().signingKeys(),
            payload(agent),
            agent.clock(),
            telemetry.metrics().intake());
    this.forecaster =
        new Forecaster(
            agent.files(),
            agent.connection(),
            agent.keys(),
            agent.configuration().flag("skippable"),
            new Rights(operations)::unwritable,
            agent.redaction(),
            agent.clock());
    this.reader = new Events(agent.clock(), authenticity, "agent@" + agent.node());
    this.posted = new PostedEvents(reader, authenticity, this::changes, door, pushes(agent));
  }

  /** Of these no rejection is counted: Consul hands the same events over again and again. */
  private static PushedEvents pushes(AgentContext agent) {
    Configuration configuration = agent.configuration();
    Authenticity quiet =
        new Authenticity(configuration.signingKeys(), payload(agent), agent.clock(), why -> {});
    String by = "push@" + Incarnation.hostName();
    return new PushedEvents(new Events(agent.clock(), quiet, by), configuration::isThatOf);
  }

  /** What unsigned user events must show, now. */
  private static Supplier<Optional<String>> payload(AgentContext agent) {
    Configuration configuration = agent.configuration();
    Optional<String> fixed = configuration.payloadToken();
    return configuration.payloadIsOwnToken() ? agent.connection()::token : () -> fixed;
  }

  private List<String> changes(String plan, Event event) {
    Fingerprint earlier =
        Fingerprint.parse(plan)
            .orElseThrow(() -> new IllegalArgumentException("`plan` must be a plan's fingerprint"));
    try {
      return Changes.since(earlier, forecaster.of(event));
    } catch (UndefinedEventException e) {
      return List.of(e.getMessage());
    }
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    main.bind("events", reader);
    main.bind("posted-events", posted);
    main.bind("post-reply", new PostReply());
    main.bind("offered", MemoryIdempotentRepository.memoryIdempotentRepository(OFFERED));
  }
}
