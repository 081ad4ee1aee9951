package dev.metronome.model.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/** The version that every record of the protocol carries. */
public final class Format {

  /** The version that this agent writes. */
  public static final int CURRENT = 1;

  /**
   * Of what stands in a slot, and of the presence of an agent that knows slots: one that does not
   * leaves these alone, and so takes no part.
   */
  public static final int SLOTS = 2;

  /**
   * Of an event with a limit, and of a plan with one, with batches or with more than ordered tasks:
   * who passes over these would run it on more nodes than it may, or what takes a task back without
   * a reason. Likewise of the assignment of an undo: that would be taken for the task itself.
   */
  public static final int ROLLOUT = 3;

  /**
   * Of a plan that says how batches have ended, whose claims are gone: who looks for these would
   * take the nodes for such as have not taken the task.
   */
  public static final int ENDED_BATCHES = 4;

  /**
   * Of a plan that waits for somebody's approval: who does not know that would take it for a task
   * of every node. Likewise of a result that ends by it, and of a plan and an assignment in another
   * slot than the common lane's: who knows none but that would look for its claims elsewhere.
   */
  public static final int TRAFFIC = 5;

  /** The newest that this agent reads. */
  static final int NEWEST = TRAFFIC;

  /** Of results that the original wrote: they carry none. */
  static final int ORIGINAL = 0;

  static final JsonFactory FACTORY = new JsonFactory();

  private Format() {}

  /** Of a result that has ended so. */
  static int of(Optional<Reason> reason) {
    return reason.filter(Reason.DENIED::equals).isPresent() ? TRAFFIC : CURRENT;
  }

  /**
   * Whether a record begins with a version that is not newer than this one's: every record of ours
   * does, and needs no tree, which takes as long again.
   */
  public static boolean isKnown(byte[] bytes) {
    try (JsonParser json = FACTORY.createParser(bytes)) {
      return json.nextToken() == JsonToken.START_OBJECT
          && "Format".equals(json.nextFieldName())
          && json.nextIntValue(NEWEST + 1) <= NEWEST;
    } catch (IOException e) {
      return false;
    }
  }
}
