package dev.metronome.model.record;

import java.util.Optional;

/**
 * What a freeze is about: all events, those of one name, or those of one lane.
 *
 * @param event absent unless it is about one
 * @param lane absent unless it is about one
 */
public record FreezeScope(Optional<String> event, Optional<String> lane) {

  public static final FreezeScope ALL = new FreezeScope(Optional.empty(), Optional.empty());

  public FreezeScope {
    if (event.isPresent() && lane.isPresent()) {
      throw new IllegalArgumentException("a freeze is about an event or a lane, not both");
    }
  }

  public static FreezeScope event(String name) {
    return new FreezeScope(Optional.of(name), Optional.empty());
  }

  public static FreezeScope lane(String name) {
    return new FreezeScope(Optional.empty(), Optional.of(name));
  }

  /** Whether an event is among those that it is about. */
  public boolean holds(String eventName, String laneName) {
    return event.map(eventName::equals).orElse(lane.map(laneName::equals).orElse(true));
  }

  /** {@code all events}, {@code the event deploy} or {@code the lane app}. */
  public String subject() {
    return event
        .map(name -> "the event " + name)
        .or(() -> lane.map(name -> "the lane " + name))
        .orElse("all events");
  }
}
