package dev.metronome.pipeline.process;

/** Whether a process lives. */
public final class LivingProcess {

  private LivingProcess() {}

  /**
   * Whether there is a process of that number that can still do something. One that has ended and
   * that its parent has not asked for yet (a zombie, for ever if the first process of a container
   * asks for none) is no more, though {@link ProcessHandle#isAlive} says otherwise.
   */
  public static boolean is(long pid) {
    return new ProcessTable().read(pid).isPresent();
  }
}
