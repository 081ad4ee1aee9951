package dev.metronome.state;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.util.List;
import java.util.Optional;

/** Records that are looked at only: one that cannot be read is not shown, and harms no other. */
final class ReadableRecords {
  private ReadableRecords() {}

  static <T> Optional<T> read(Entry entry, Class<T> type) {
    return Json.readable(entry.key(), entry.value(), type);
  }

  /**
   * The same, for one that is the question.
   *
   * @throws NewerRecordException if a newer version wrote it
   */
  static <T> Optional<T> demand(Entry entry, Class<T> type) {
    try {
      return Optional.of(Json.read(entry.key(), entry.value(), type));
    } catch (UnreadableRecordException e) {
      return Optional.empty(); // to be set aside
    }
  }

  /** Those that a newer agent wrote. */
  static List<LeftAlone> newer(List<Entry> entries) {
    return entries.stream().flatMap(entry -> newer(entry).stream()).toList();
  }

  private static Optional<LeftAlone> newer(Entry entry) {
    if (Format.isKnown(entry.value())) {
      return Optional.empty();
    }
    try {
      Json.read(entry.key(), entry.value(), Object.class);
    } catch (NewerRecordException e) {
      return Optional.of(new LeftAlone(e.key(), e.format()));
    } catch (UnreadableRecordException e) {
      return Optional.empty(); // to be set aside
    }
    return Optional.empty();
  }
}
