package dev.metronome.model.record;

/**
 * Which of a task's batches is the newest that was opened.
 *
 * @param no from 1
 * @param of how many there are in all
 */
public record BatchPlace(int no, int of) {
  public BatchPlace {
    if (no < 1 || of < no) {
      throw new IllegalArgumentException("no batch " + no + " of " + of);
    }
  }

  /** The one after it. */
  BatchPlace next() {
    return new BatchPlace(no + 1, of);
  }

  /** {@code batch 2 of 5}. */
  @Override
  public String toString() {
    return "batch " + no + " of " + of;
  }
}
