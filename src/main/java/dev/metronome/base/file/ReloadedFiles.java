package dev.metronome.base.file;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are read again when they have changed, while what stands in them is in use.
 * Thread-safe.
 *
 * <p><em>Guarantees</em>: what cannot be used leaves in force what was read before; that, and every
 * warning, is said once for as long as it stays the same.
 */
public final class ReloadedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ReloadedFiles.class);

  /** Stands for all files where one of them has no fault of its own. */
  public static final String ALL = "";

  /** Why files are read again. */
  public enum Occasion {
    /** They look different. */
    NOTICED,
    /** Somebody asked, and wants to hear what came of it. */
    ASKED
  }

  /** What stands in the files. */
  public interface Content {
    /**
     * What came of reading them.
     *
     * @param changed whether something else is in force than before
     * @param note for the log; nothing that is secret
     * @param faults why parts of them cannot be used, and what follows, by field of a log line
     * @param warnings what should be known of files that are used all the same
     */
    record Reading(
        boolean changed, String note, Map<String, String> faults, List<String> warnings) {

      public Reading {
        faults = Collections.unmodifiableMap(new TreeMap<>(faults));
        warnings = List.copyOf(warnings);
      }

      /** Of files that can be used as a whole. */
      public static Reading of(boolean changed, String note) {
        return new Reading(changed, note, Map.of(), List.of());
      }
    }

    /** How the files look now. */
    FileMarks marks();

    /**
     * Reads them, and puts in force what can be used of them and is something else.
     *
     * @throws RuntimeException if nothing can be used; the message says why
     */
    Reading read();

    /** What follows from files that cannot be used, and what to do about them. */
    default String remedy() {
      return "what was read before stays in force";
    }
  }

  private final String title;
  private final Content content;
  private final Set<String> warned = new HashSet<>();
  private FileMarks read;
  private FileMarks seen;
  private volatile Map<String, String> faults = Map.of();

  /**
   * Reads them for the first time, and says what is wrong with them.
   *
   * @param title what it is, and which, as a field of log lines
   * @throws RuntimeException as {@link Content#read}
   */
  public ReloadedFiles(String title, Content content) {
    this.title = title;
    this.content = content;
    this.read = content.marks(); // before the reading, so that no change is missed
    this.seen = read;
    Content.Reading first = content.read();
    warn(first.warnings());
    blame(first.faults(), Occasion.NOTICED);
  }

  /** Whether some of them, as they are now, cannot be used. */
  public boolean areBroken() {
    return !faults.isEmpty();
  }

  /** Why they cannot be used as they are now, as {@link Content.Reading#faults}. */
  public Map<String, String> faults() {
    return faults;
  }

  /**
   * Reads them again if they are not as they were when they were last read, and have been left
   * alone since the last look: a file that is being written is not taken for a broken one. While
   * they cannot be used they are read at each look, since what is missing may be another file.
   */
  public synchronized void look() {
    FileMarks now = content.marks();
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && (!now.equals(read) || areBroken())) {
      reload(Occasion.NOTICED);
    }
  }

  /** Reads them again, now, if they are not as they were when they were last read. */
  public synchronized void refresh() {
    if (!content.marks().equals(read)) {
      reload(Occasion.NOTICED);
    }
  }

  /** Reads them again, now. */
  public synchronized void reload(Occasion occasion) {
    read = content.marks(); // before the reading, so that no change is missed
    seen = read;
    boolean wereBroken = areBroken();
    try {
      Content.Reading reading = content.read();
      warn(reading.warnings());
      blame(reading.faults(), occasion);
      tell(reading, wereBroken && !areBroken(), occasion);
    } catch (RuntimeException e) {
      blame(Map.of(ALL, e.getMessage() + "; " + content.remedy()), occasion);
    }
  }

  private void tell(Content.Reading reading, boolean repaired, Occasion occasion) {
    boolean answered = occasion == Occasion.ASKED && !areBroken();
    if (reading.changed() || repaired || answered) {
      LOG.info(
          "{} state={}{}{}",
          title,
          repaired ? "repaired" : "reloaded",
          reading.changed() ? "" : " changed=nothing",
          reading.note().isEmpty() ? "" : " " + reading.note());
    }
  }

  private void warn(List<String> now) {
    now.stream().filter(warning -> !warned.contains(warning)).forEach(LOG::warn);
    warned.clear();
    warned.addAll(now);
  }

  /** Says what is new of them; whoever asks hears all. */
  private void blame(Map<String, String> now, Occasion occasion) {
    now.forEach(
        (part, fault) -> {
          if (occasion == Occasion.ASKED || !fault.equals(faults.get(part))) {
            LOG.error("{} state=broken {}{}", title, part.isEmpty() ? "" : part + " ", fault);
          }
        });
    faults = now;
  }
}
