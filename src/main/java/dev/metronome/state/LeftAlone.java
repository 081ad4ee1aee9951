package dev.metronome.state;

/**
 * A record that a newer agent wrote: this version does not act on it, and what comes behind it
 * waits.
 *
 * @param key where it stands
 * @param newFormat the version that it was written with
 */
public record LeftAlone(String key, int newFormat) {

  /** What that means, and what to do. */
  public String sentence() {
    return key
        + " has format "
        + newFormat
        + ", which is newer than this version; update the agents, it waits for one that knows it";
  }
}
