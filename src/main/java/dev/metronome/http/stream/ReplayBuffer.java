package dev.metronome.http.stream;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last messages, for listeners that come back. Not thread-safe.
 *
 * <p><em>Guarantees</em>: an ID names one message of one buffer; what {@link #since} returns is
 * complete.
 */
// INVARIANT: promise 8, everything is bounded.
final class ReplayBuffer {

  static final int MOST_MESSAGES = 2_048;
  static final int MOST_BYTES = 1 << 20;

  private static final Pattern ID = Pattern.compile("([0-9a-f]{8})-([0-9]{1,15})");

  private final String name;
  private final Deque<Message> messages = new ArrayDeque<>();
  private long last;
  private int bytes;

  /**
   * @param name eight hexadecimal digits that no other buffer has
   */
  ReplayBuffer(String name) {
    this.name = name;
  }

  /** The ID of the last message. */
  String lastId() {
    return id(last);
  }

  private String id(long number) {
    return name + "-" + number;
  }

  Message add(String type, byte[] json) {
    last++;
    Message message = new Message(last, Message.format(id(last), type, json));
    messages.add(message);
    bytes += message.size();
    while (messages.size() > MOST_MESSAGES || bytes > MOST_BYTES) {
      bytes -= messages.remove().size();
    }
    return message;
  }

  /** Everything after the message with this ID; empty if that cannot be told any more. */
  Optional<List<Buffer>> since(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches() || !matcher.group(1).equals(name)) {
      return Optional.empty();
    }
    long heard = Long.parseLong(matcher.group(2));
    boolean complete = heard <= last && heard >= last - messages.size();
    return complete
        ? Optional.of(
            messages.stream().filter(it -> it.number() > heard).map(Message::bytes).toList())
        : Optional.empty();
  }
}
