package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** When an operation ran, and where. */
record Stamp(long nanos, String event, int no, String node) {

  static List<Stamp> read(Path file, String event) throws IOException {
    return read(file).stream().filter(stamp -> stamp.event().equals(event)).toList();
  }

  /** All of them, in the order in which they were written. */
  static List<Stamp> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words.length == 4)
        .map(Stamp::of)
        .toList();
  }

  private static Stamp of(String[] words) {
    int no = Integer.parseInt(words[2].substring(words[2].lastIndexOf('-') + 1));
    return new Stamp(Long.parseLong(words[0]), words[1], no, words[3]);
  }
}
