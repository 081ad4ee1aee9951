package dev.metronome.agent;

import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates, keys and tokens that are read again when their files have changed. Thread-safe.
 *
 * <p><em>Guarantees</em>: what cannot be used leaves what was read before in force, which is said
 * once for as long as it stays the same.
 */
final class RenewedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(RenewedFiles.class);

  /** What stands in the files. */
  interface Content {
    /**
     * Reads it, and puts it in force if it is something else.
     *
     * @return whether it is
     * @throws RuntimeException if it cannot be used; the message says why
     */
    boolean take();

    /** For the log, with a space before it; nothing that is secret. */
    default String note() {
      return "";
    }

    /** What follows from files that cannot be used, and what to do about them. */
    String remedy();
  }

  private final String title;
  private final List<Path> files;
  private final Content content;
  private FileMarks read;
  private FileMarks seen;
  private String fault = "";

  /**
   * @param title what it is, and which, as a field of log lines
   */
  RenewedFiles(String title, List<Path> files, Content content) {
    this.title = title;
    this.files = List.copyOf(files);
    this.content = content;
    this.read = marks();
    this.seen = read;
  }

  /** Whether they are not as they were when they were last read. */
  synchronized boolean haveChanged() {
    return !marks().equals(read);
  }

  /**
   * Reads the files again if they are not as they were when they were last read, and have been left
   * alone since the last look, or could not be used.
   */
  synchronized void look() {
    FileMarks now = marks();
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && (!now.equals(read) || !fault.isEmpty())) {
      reload(TaskFiles.Occasion.NOTICED);
    }
  }

  /** Reads them again, now. */
  synchronized void reload(TaskFiles.Occasion occasion) {
    read = marks(); // before the reading, so that no change is missed
    seen = read;
    try {
      said(content.take(), occasion);
    } catch (RuntimeException e) {
      leave(String.valueOf(e.getMessage()), occasion);
    }
  }

  private FileMarks marks() {
    return FileMarks.of(files);
  }

  private void said(boolean changed, TaskFiles.Occasion occasion) {
    if (changed || !fault.isEmpty() || occasion == TaskFiles.Occasion.ASKED) {
      LOG.info(
          "{} state={}{}{}",
          title,
          fault.isEmpty() ? "read-again" : "repaired",
          changed ? "" : " changed=nothing",
          content.note());
    }
    fault = "";
  }

  private void leave(String now, TaskFiles.Occasion occasion) {
    if (!now.equals(fault) || occasion == TaskFiles.Occasion.ASKED) {
      LOG.error("{} state=broken {}; {}", title, now, content.remedy());
    }
    fault = now;
  }
}
