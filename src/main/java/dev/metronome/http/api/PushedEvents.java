package dev.metronome.http.api;

import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.pipeline.intake.Events;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What the launcher of {@code push} asks of the agent beside it, instead of starting a JVM.
 * Threads: any.
 *
 * <p><em>Guarantees</em>: what {@code push} itself would do otherwise, or would have to say, is
 * refused, and {@code push} does it.
 */
public final class PushedEvents {

  /** Its body is what {@code push} was given, in base64: a shell holds no zero byte. */
  static final String TYPE = "application/vnd.metronome.push";

  private static final String WORD = "Metronome-Push";
  private static final String CONFIG = "Metronome-Config";
  private static final Pattern WORDS = Pattern.compile("[0-9A-Za-z.-]{1,64}");

  private final Events events;
  private final Predicate<Optional<Path>> same;

  /**
   * @param same whether {@code push} with that config.yml would accept events as this agent does
   */
  public PushedEvents(Events events, Predicate<Optional<Path>> same) {
    this.events = events;
    this.same = same;
  }

  /**
   * The body's JSON, if this agent may take it.
   *
   * @throws RequestException if it may not
   */
  byte[] body(Exchange exchange) {
    Message message = exchange.getMessage();
    String word = message.getHeader(WORD, "", String.class);
    if (!WORDS.matcher(word).matches() || !isSame(message.getHeader(CONFIG, "", String.class))) {
      throw refused("`push` is set otherwise than this agent");
    }
    PostReply.expect(exchange, word);
    try {
      byte[] body = message.getBody(byte[].class);
      return Base64.getMimeDecoder().decode(body == null ? new byte[0] : body);
    } catch (IllegalArgumentException e) {
      throw refused("the body must be base64");
    }
  }

  private boolean isSame(String config) {
    try {
      Path file = Path.of(config);
      return (config.isEmpty() || file.isAbsolute())
          && same.test(config.isEmpty() ? Optional.empty() : Optional.of(file.normalize()));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Those that may be offered.
   *
   * @throws RequestException if one of them cannot be an event, which {@code push} says
   */
  List<Event> read(List<UserEvent> handed) {
    List<Event> offered = new ArrayList<>();
    for (UserEvent event : handed) {
      try {
        events.fromPush(event).ifPresent(offered::add);
      } catch (IllegalArgumentException e) {
        throw refused(e.getMessage());
      }
    }
    return offered;
  }

  private static RequestException refused(String why) {
    return new RequestException(421, why, "nothing was queued; `push` does it by itself");
  }
}
