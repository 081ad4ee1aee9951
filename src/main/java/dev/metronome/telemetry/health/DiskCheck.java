package dev.metronome.telemetry.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready: the folders that operations write into have room. */
public final class DiskCheck extends AbstractHealthCheck {

  /** What a task's files and its log need at least, in bytes. */
  static final long LEAST = 16L << 20;

  private final List<Path> folders;
  private final long least;

  /**
   * @param folders those that this agent or its operations write into
   */
  public DiskCheck(List<Path> folders) {
    this(folders, LEAST);
  }

  DiskCheck(List<Path> folders, long least) {
    super(HealthAnswers.GROUP, "disk");
    this.folders = List.copyOf(folders);
    this.least = least;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<String> faults = new ArrayList<>();
    for (Path folder : folders) {
      check(folder, faults);
    }
    if (faults.isEmpty()) {
      builder.up();
    } else {
      builder.message(String.join("; ", faults));
      builder.down();
    }
  }

  private void check(Path folder, List<String> faults) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < least) {
        faults.add(folder + " has " + free + " bytes left, " + least + " are needed");
      } else if (!Files.isWritable(folder)) {
        faults.add(folder + " cannot be written");
      }
    } catch (IOException e) {
      faults.add(folder + " cannot be looked at: " + e);
    }
  }
}
