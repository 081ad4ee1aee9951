package dev.metronome.pipeline.process;

import dev.metronome.pipeline.process.ProcessTable.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All processes that an execution has brought into being and that are still there: its root,
 * whoever descends from a member, is in a session or group led by a member, carries the cookie, or
 * is in a control group of its name.
 *
 * <p><i>Guarantees:</i> once a member, always a member, until it ends. A later process that got a
 * member's number is none. This agent and its ancestors never are, whatever they carry.
 *
 * <p><i>Does not guarantee</i> to find a process that has left its parents, its session and its
 * environment, all three, before it was first seen or the execution had a control group.
 *
 * <p>For one thread.
 */
final class ProcessTree {
  private final ProcessTable table;
  private final Cookie cookie;
  private final long youngest;
  private final Map<Long, Entry> known = new HashMap<>();

  /** The tree of whoever carries the cookie. */
  ProcessTree(ProcessTable table, Cookie cookie) {
    this.table = table;
    this.cookie = cookie;
    this.youngest = 0;
  }

  /** The tree that begins with a process. */
  ProcessTree(ProcessTable table, Cookie cookie, Entry root) {
    this.table = table;
    this.cookie = cookie;
    this.youngest = root.start();
    known.put(root.pid(), root);
  }

  Cookie cookie() {
    return cookie;
  }

  /** Looks again; the members that live now. */
  List<Entry> members() {
    return look().stream().filter(this::isKnown).toList();
  }

  /**
   * Looks again; the groups that consist of members alone, so that a signal to the group hits
   * nobody else. Also those of members that have ended: a chain of processes that fork and exit may
   * go on in one.
   */
  List<Long> groups() {
    Collection<Entry> living = look();
    Set<Long> groups = new HashSet<>(known.keySet());
    known.values().forEach(member -> groups.add(member.group()));
    living.stream().filter(entry -> !isKnown(entry)).forEach(e -> groups.remove(e.group()));
    groups.removeIf(group -> group <= 1);
    return new ArrayList<>(groups);
  }

  /** Who lives now; whoever of them belongs to the tree is a member from now on. */
  private Collection<Entry> look() {
    Map<Long, Entry> living = new HashMap<>();
    table.read().forEach(entry -> living.put(entry.pid(), entry));
    Set<Entry> strangers = candidates(living);
    while (strangers.removeIf(entry -> adopted(entry, living))) {
      // Each new member may have brought others with it.
    }
    return living.values();
  }

  private Set<Entry> candidates(Map<Long, Entry> living) {
    Set<Entry> candidates = new HashSet<>(living.values());
    candidates.removeIf(entry -> entry.start() < youngest || isKnown(entry));
    Entry self = living.get(ProcessHandle.current().pid());
    while (self != null) {
      candidates.remove(self);
      self = living.get(self.parent());
    }
    return candidates;
  }

  private boolean adopted(Entry entry, Map<Long, Entry> living) {
    boolean ours =
        leads(entry.parent(), living)
            || leads(entry.group(), living)
            || leads(entry.session(), living)
            || table.carries(entry.pid(), cookie);
    if (ours) {
      known.put(entry.pid(), entry);
    }
    return ours;
  }

  /** Whether a number is a member's: a group or session keeps its dead leader's number reserved. */
  private boolean leads(long pid, Map<Long, Entry> living) {
    Entry member = known.get(pid);
    Entry holder = living.get(pid);
    return member != null && (holder == null || holder.same(member));
  }

  private boolean isKnown(Entry entry) {
    Entry member = known.get(entry.pid());
    return member != null && member.same(entry);
  }
}
