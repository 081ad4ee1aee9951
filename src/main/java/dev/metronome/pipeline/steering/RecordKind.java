package dev.metronome.pipeline.steering;

import dev.metronome.model.record.Keys;

/** What a record is, by where it stood, and what is to be done once it was set aside. */
public enum RecordKind {
  EVENT("event", "the event has ended as an error; retry it, or fire it anew"),
  PLAN(
      "plan",
      "a plan is not put back, since its event has ended as an error; fire the event anew, and drop"
          + " this"),
  CLAIM(
      "claim",
      "a claim is not put back, since its task has ended as an error on that node; `metronome retry`"
          + " the event, and drop this"),
  ASSIGNMENT(
      "assignment",
      "an assignment is not put back, since its task has ended as an error on that node; `metronome"
          + " retry` the event, and drop this"),
  PRESENCE("presence", "an agent says anew by itself what it is; nothing is left to do, drop this"),
  RESULT(
      "result",
      "a result is not put back: the event is known to have ended, and how can only be seen here;"
          + " drop this when it has been"),
  ORIGINAL(
      "queue of the original",
      "what of it could be read was taken over; fire anew what is missing, and drop this"),
  OTHER("record", "nobody knows what to do with it; drop this");

  private final String word;
  private final String remedy;

  RecordKind(String word, String remedy) {
    this.word = word;
    this.remedy = remedy;
  }

  public String word() {
    return word;
  }

  /** What to do about it, in a sentence. */
  public String remedy() {
    return remedy;
  }

  /**
   * @param key where it stood
   */
  public static RecordKind of(Keys keys, String key) {
    if (key.equals(keys.originalEventQueue()) || key.equals(keys.originalProgressQueue())) {
      return ORIGINAL;
    }
    if (key.startsWith(keys.eventQueue())) {
      return EVENT;
    }
    if (key.startsWith(keys.progressQueue())) {
      return key.indexOf('/', keys.progressQueue().length()) < 0 ? PLAN : CLAIM;
    }
    if (key.startsWith(keys.claims())) {
      return CLAIM;
    }
    if (key.startsWith(keys.nodes())) {
      return Keys.isPresence(key) ? PRESENCE : ASSIGNMENT;
    }
    return key.startsWith(keys.results()) ? RESULT : OTHER;
  }
}
