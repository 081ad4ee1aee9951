package dev.metronome.record;

/** A newer agent wrote this record: it is left as it is, for an agent that understands it. */
public final class NewerRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NewerRecordException(String key, int format) {
    super(
        "the record at "
            + key
            + " has format "
            + format
            + ", this agent knows up to "
            + Format.CURRENT
            + "; it is left alone until this agent is updated");
  }
}
