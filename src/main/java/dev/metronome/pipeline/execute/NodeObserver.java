package dev.metronome.pipeline.execute;

import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the watch of this node's keys tells besides new tasks: that the session is gone, that a task
 * is cancelled or given up, that an assignment is newer than this agent. Called by one thread.
 */
public final class NodeObserver {

  private static final Logger LOG = LoggerFactory.getLogger(NodeObserver.class);

  private final SessionKeeper sessions;
  private final Keys keys;
  private final String node;
  private final Operations operations;
  private final Stragglers stragglers;
  private final Consumer<Optional<Entry>> presence;
  private final Runnable changed;
  private final Assignments assignments = new Assignments();
  private volatile Optional<String> unknown = Optional.empty();

  /**
   * @param operations ends those of a task that the leader has cancelled
   * @param stragglers learns which tasks the leader has given up
   * @param presence gets what stands at this agent's presence key, if anything, each time
   * @param changed is called whenever {@link #unknown} has changed
   */
  public NodeObserver(
      SessionKeeper sessions,
      Keys keys,
      String node,
      Operations operations,
      Stragglers stragglers,
      Consumer<Optional<Entry>> presence,
      Runnable changed) {
    this.sessions = sessions;
    this.keys = keys;
    this.node = node;
    this.operations = operations;
    this.stragglers = stragglers;
    this.presence = presence;
    this.changed = changed;
  }

  /** As read for what it looks for. */
  Assignments assignments() {
    return assignments;
  }

  /** Which assignment of a newer leader this agent does not understand, if there is one. */
  public Optional<String> unknown() {
    return unknown;
  }

  /** All that stands below this node's key. */
  void observe(List<Entry> entries) {
    Optional<Entry> said =
        entries.stream().filter(entry -> entry.key().equals(keys.presence(node))).findFirst();
    presence.accept(said);
    suspectSession(said);
    String prefix = keys.nodeQueue(node);
    List<String> assigned = new ArrayList<>();
    Optional<String> newer = Optional.empty();
    for (Entry entry : entries) {
      if (entry.key().startsWith(prefix) && entry.value().length > 0) {
        Optional<String> why = look(entry, assigned);
        newer = newer.isPresent() ? newer : why;
      }
    }
    know(newer);
    stragglers.observe(assigned);
  }

  /** The presence key without this agent's lock means that the session is gone. */
  private void suspectSession(Optional<Entry> presence) {
    Optional<String> own = sessions.current();
    if (own.isPresent() && presence.filter(entry -> entry.isLockedBy(own.get())).isEmpty()) {
      sessions.suspect();
    }
  }

  private void know(Optional<String> unknownNow) {
    if (!unknownNow.equals(unknown)) {
      unknown = unknownNow;
      changed.run();
    }
  }

  /**
   * Ends the task if it is cancelled: it may be running, and its item is then not delivered again.
   *
   * @param assigned gets the task
   * @return why this agent cannot understand the assignment, if a newer one wrote it
   */
  private Optional<String> look(Entry entry, List<String> assigned) {
    try {
      Assignment assignment = assignments.read(entry);
      assigned.add(assignment.taskId());
      assignment
          .cancelled()
          .ifPresent(
              wanted ->
                  operations.cancel(
                      assignment.event().id(), assignment.task().no(), wanted.sentence()));
    } catch (UnreadableRecordException e) {
      LOG.debug("item={} is not looked at: {}", entry.key(), e.getMessage());
    } catch (NewerRecordException e) {
      return Optional.of(e.getMessage());
    }
    return Optional.empty();
  }
}
