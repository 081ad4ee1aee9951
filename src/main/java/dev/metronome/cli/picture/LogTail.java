package dev.metronome.cli.picture;

import java.util.List;

/**
 * The last lines of what a task has said on a node, so far.
 *
 * @param no place of the task in its event
 * @param lines as the script wrote them
 */
public record LogTail(int no, String task, String node, List<String> lines) {
  public LogTail {
    lines = List.copyOf(lines);
  }
}
