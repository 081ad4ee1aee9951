package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;

/**
 * The epochs of a slot's claims: folders that are filled one after another, so that the leader's
 * watch never scans more than one epoch's deleted keys (decision 45). An epoch is left for the next
 * one only when a task or a batch of one is opened: all claims that there are of a task stand in
 * one. Thread-safe.
 *
 * <p>Consul knows which one is current by the slot; what has been counted, only this leader does.
 */
public final class Epochs {

  /** So many tasks and batches, or claims, stood in an epoch before it is left. */
  static final int TASKS = 64;

  static final int CLAIMS = 256;

  private final String slot;
  private final Keys keys;
  private long current;
  private int tasks;
  private int claims;
  private boolean broken;

  public Epochs(String slot, Keys keys) {
    this.slot = slot;
    this.keys = keys;
  }

  /** It stands in the slot. An older one is old news, or was put back by somebody. */
  synchronized void seen(long epoch) {
    if (epoch > current) {
      begin(epoch);
    }
  }

  /** Its folder's key is gone, or the slot was: the next task begins another. */
  synchronized void broken() {
    broken = true;
  }

  /** Of what stands in the slot from now on, if no task is opened by it. */
  synchronized long current() {
    return current;
  }

  /** For a task or a batch that is opened now. */
  synchronized long next() {
    return current == 0 || broken || tasks >= TASKS || claims >= CLAIMS ? current + 1 : current;
  }

  /** What is written with a task or a batch that is opened in this epoch. */
  synchronized Transaction turning(long epoch) {
    Transaction turning = new Transaction();
    if (epoch > current) {
      turning.set(keys.claims(slot, epoch), new byte[0]);
    }
    if (epoch > current && current > 0) {
      turning.delete(keys.claims(slot, current));
    }
    return turning;
  }

  /** A task or a batch was opened. */
  synchronized void opened(long epoch, int targets) {
    seen(epoch);
    tasks++;
    claims += targets;
  }

  private void begin(long epoch) {
    current = epoch;
    tasks = 0;
    claims = 0;
    broken = false;
  }
}
