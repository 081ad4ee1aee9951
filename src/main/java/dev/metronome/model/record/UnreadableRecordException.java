package dev.metronome.model.record;

/** A value in Consul is not what its key promises. It harms one event and is set aside. */
public final class UnreadableRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;

  public UnreadableRecordException(String key, String why) {
    super("the record at " + key + " cannot be read: " + why);
    this.key = key;
  }

  public String key() {
    return key;
  }
}
