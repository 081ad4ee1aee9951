package dev.metronome.model.record;

/** The version that every record of the protocol carries. */
public final class Format {

  /** The version that this agent writes, and the newest that it reads. */
  public static final int CURRENT = 1;

  /** Of results that the original wrote: they carry none. */
  static final int ORIGINAL = 0;

  private Format() {}
}
