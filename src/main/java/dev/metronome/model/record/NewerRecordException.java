package dev.metronome.model.record;

/** A newer agent wrote this record: it is left as it is, for an agent that understands it. */
public final class NewerRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final int format;

  public NewerRecordException(String key, int format) {
    super(
        "the record at "
            + key
            + " has format "
            + format
            + ", this version knows up to "
            + Format.NEWEST
            + "; it is left alone until this version is updated");
    this.key = key;
    this.format = format;
  }

  public String key() {
    return key;
  }

  /** The version that it was written with. */
  public int format() {
    return format;
  }
}
