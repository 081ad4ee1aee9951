package dev.metronome.pipeline.retention;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.quarantine.Quarantine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All results of events, read as many at a time as a request takes. Where there are many, only
 * those whose IDs begin with the same character are listed together: of Consul's UUIDs that is a
 * sixteenth. Not thread-safe; for one walk.
 */
final class Results {

  /** What an ID may begin with, see {@link Keys#isSegment}. */
  private static final String BEGINNINGS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

  /** So many names with one beginning mean that there are too many for one list. */
  private static final int MANY = 1_000;

  private static final int TOGETHER = 64;

  private final ConsulConnection connection;
  private final Keys keys;
  private final int few;
  private final List<String> unread = new ArrayList<>();
  private final List<String> orphans = new ArrayList<>();
  private int found;
  private final List<Unreadable> unreadable = new ArrayList<>();
  private int newer;

  /** A result that cannot be read. */
  record Unreadable(Entry entry, UnreadableRecordException why) {}

  /**
   * @param few no more results than this are not read at all
   */
  Results(ConsulConnection connection, Keys keys, int few) {
    this.connection = connection;
    this.keys = keys;
    this.few = few;
  }

  /** Hands every event that has ended to the listener. */
  void walk(Consumer<Ended> listener) {
    for (String prefix : prefixes()) {
      list(prefix);
      while (found > few && unread.size() >= TOGETHER) {
        read(unread.subList(0, TOGETHER), listener);
      }
    }
    if (found > few) {
      read(unread, listener);
    }
  }

  private List<String> prefixes() {
    String all = keys.results();
    boolean many = connection.children(all + BEGINNINGS.charAt(0)).size() > MANY;
    return many
        ? BEGINNINGS.chars().mapToObj(beginning -> all + (char) beginning).toList()
        : List.of(all);
  }

  private void list(String prefix) {
    List<String> names = connection.children(prefix);
    Set<String> results = new HashSet<>(names);
    for (String name : names) {
      if (!name.endsWith("/")) {
        unread.add(name);
        found++;
      } else if (!results.contains(name.substring(0, name.length() - 1))) {
        orphans.add(name.substring(keys.results().length(), name.length() - 1));
      }
    }
  }

  private void read(List<String> names, Consumer<Ended> listener) {
    for (Entry entry : connection.read(names)) {
      try {
        EventResult result = Json.read(entry.key(), entry.value(), EventResult.class);
        if (entry.key().equals(keys.result(result.id())) && !result.fromOriginal()) {
          Ended.of(result, entry.modifyIndex()).ifPresent(listener);
        }
      } catch (UnreadableRecordException e) {
        if (!Json.isUnmarked(entry.value())) { // what the original wrote stays, whatever it is
          unreadable.add(new Unreadable(entry, e));
        }
      } catch (NewerRecordException e) {
        newer++;
      }
    }
    names.clear();
  }

  /** Events of which only parts are there; not the original's, which stay. */
  List<String> orphans() {
    return orphans.stream().filter(id -> !isOfTheOriginal(id)).toList();
  }

  private boolean isOfTheOriginal(String id) {
    List<String> parts =
        connection.names(keys.result(id) + "/").stream()
            .filter(name -> !name.endsWith("/log"))
            .limit(TOGETHER)
            .toList();
    return !parts.isEmpty()
        && connection.read(parts).stream().map(Entry::value).anyMatch(Json::isUnmarked);
  }

  /** Those that could not be read; the first of them, if there are many. */
  List<Unreadable> unreadable() {
    return unreadable.stream().limit(Quarantine.MOST).toList();
  }

  /** How many are of a newer agent. */
  int newer() {
    return newer;
  }
}
