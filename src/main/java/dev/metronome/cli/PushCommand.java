package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueFullException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a Consul watch of type event calls: takes the events that it is handed into the queue. */
@picocli.CommandLine.Command(
    name = "push",
    description = "Accept the events that Consul hands over as JSON on standard input",
    footer = {"consul watch -type event metronome push", "metronome push < events.json"})
final class PushCommand implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(PushCommand.class);

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    List<UserEvent> handed = read(terminal);
    List<Event> events =
        events(
            handed,
            configuration,
            Sender.of(terminal.environment()),
            Sender.trace(terminal.environment()));
    if (!events.isEmpty()) {
      Keys keys = new Keys(configuration.text("prefix"));
      try (ConsulConnection connection = ConsulConnection.to(configuration::consul)) {
        int limit = configuration.number("queue-limit");
        EventSignatures own = configuration.ownSignatures();
        Roster agents = Roster.read(connection, keys);
        accept(
            events,
            new EventQueue(
                connection, keys, Clock.systemUTC(), limit, own::sign, agents::objection));
      }
    }
    return ExitCode.DONE;
  }

  // All of it before Consul is touched: half an input must not leave half of its events behind.
  private static List<UserEvent> read(Terminal terminal) throws IOException {
    try {
      return PushedInput.read(terminal.in());
    } catch (PushedInput.MalformedException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage() + "; nothing was queued", e);
    }
  }

  private static List<Event> events(
      List<UserEvent> handed, Configuration configuration, String sender, Optional<String> trace) {
    Clock clock = Clock.systemUTC();
    Authenticity authenticity =
        new Authenticity(configuration.signingKeys(), configuration.payloadToken(), clock);
    Events reader = new Events(clock, authenticity, sender);
    List<Event> events = new ArrayList<>();
    for (UserEvent event : handed) {
      reader
          .fromUserEvent(event, "push", Level.INFO)
          .map(read -> read.continuing(trace))
          .ifPresent(events::add);
    }
    return events;
  }

  private static void accept(List<Event> events, EventQueue queue) throws InterruptedException {
    try {
      report(new Acceptance(queue).accept(events));
    } catch (QueueFullException e) {
      report(e.receipts());
      throw e;
    }
  }

  private static void report(Map<String, Queue.Receipt> receipts) {
    receipts.forEach(
        (id, receipt) -> {
          if (receipt == Queue.Receipt.ACCEPTED) {
            LOG.info("event={} state=accepted source=push", id);
          } else if (receipt == Queue.Receipt.DUPLICATE) {
            LOG.debug("event={} state=duplicate", id);
          }
        });
  }
}
