package dev.metronome.pipeline.intake;

import dev.metronome.model.signature.Signature;
import java.util.Optional;

/** Whether somebody may send an event, by what came with it. */
public sealed interface Admission {

  /**
   * He may.
   *
   * @param signature what it was signed with, if it was
   */
  record Authentic(Optional<Signature> signature) implements Admission {}

  /**
   * He may not.
   *
   * @param why for programs
   * @param reason for people; neither name nor payload
   */
  record Rejected(Why why, String reason) implements Admission {}

  /** What is wrong. */
  enum Why {
    /** Nothing came with it. */
    MISSING,
    /** It is not the token, or no signature of this event by a known key. */
    FORGED,
    /** It is signed, but long ago or in the future. */
    STALE
  }
}
