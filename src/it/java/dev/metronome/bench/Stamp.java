package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** When an operation ran, and where. */
record Stamp(long nanos, String event, int no, String node) {

  static List<Stamp> read(Path file, String event) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.split(" ", -1))
        .filter(words -> words.length == 4 && words[1].equals(event))
        .map(Stamp::of)
        .toList();
  }

  private static Stamp of(String[] words) {
    int no = Integer.parseInt(words[2].substring(words[2].lastIndexOf('-') + 1));
    return new Stamp(Long.parseLong(words[0]), words[1], no, words[3]);
  }
}
