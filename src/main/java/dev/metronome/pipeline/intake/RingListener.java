package dev.metronome.pipeline.intake;

/** Hears what happens to Consul's ring of user events. Must not block. */
@FunctionalInterface
public interface RingListener {

  /** Nobody listens. */
  RingListener NONE = () -> {};

  /** The whole ring was replaced between two looks, so that some of it may never have been seen. */
  void overflowed();
}
