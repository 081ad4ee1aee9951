package dev.metronome.pipeline.process;

import dev.metronome.pipeline.process.ProcessTable.Entry;
import java.time.Duration;
import java.util.List;

/**
 * The processes that an execution, also one of an earlier agent, has left behind.
 *
 * <p><i>Guarantees:</i> what {@link ProcessTree} does; never this agent, even if an execution
 * restarted it.
 *
 * <p><i>Does not guarantee</i> to tell a daemon that the command was meant to start from one that
 * it should have ended: ask only for executions that were interrupted. Processes of other users are
 * seen only by root.
 */
public final class Leftovers {
  private final Cookie cookie;
  private final ProcessTable table = new ProcessTable();

  /**
   * @param cookie the execution's, or the beginning of several, up to a {@code /}
   */
  public Leftovers(Cookie cookie) {
    this.cookie = cookie;
  }

  /**
   * The executions of which the main process lives: the leader of the session that each command
   * gets. Where sessions cannot be told, those of which any process does.
   */
  public List<Cookie> operations() {
    return new ProcessTree(table, cookie)
        .members().stream()
            .filter(member -> member.session() == 0 || member.session() == member.pid())
            .flatMap(member -> table.cookie(member.pid()).stream())
            .filter(cookie::covers)
            .distinct()
            .toList();
  }

  /** Their process ids, as of now. */
  public List<Long> find() {
    return new ProcessTree(table, cookie).members().stream().map(Entry::pid).toList();
  }

  /**
   * Ends them: SIGTERM, and SIGKILL after the grace.
   *
   * @return the process ids of those that survived even that
   * @throws InterruptedException if the thread is interrupted; some may then live on
   */
  public List<Long> end(Duration grace) throws InterruptedException {
    return new TreeKiller(table, ControlGroups.own()).end(new ProcessTree(table, cookie), grace);
  }
}
