package dev.metronome.pipeline.migration;

/** What the original left has changed while it was taken over: somebody else is at work on it. */
public final class DisturbedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DisturbedException(String why) {
    super(
        "what the original left in Consul has changed while it was taken over ("
            + why
            + "); what was taken over stays, and the rest is looked at again");
  }
}
