package dev.metronome.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files that paths and globs name, in their order, each file once. */
final class TaskFiles {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private final Machine machine;
  private final Consumer<String> warnings;

  TaskFiles(Machine machine, Consumer<String> warnings) {
    this.machine = machine;
    this.warnings = warnings;
  }

  /** The files that exist now; those of one glob sorted by path. */
  List<Path> find(List<String> names) {
    Set<Path> files = new LinkedHashSet<>();
    for (String name : names) {
      files.addAll(WILDCARD.matcher(name).find() ? glob(name) : literal(name));
    }
    return List.copyOf(files);
  }

  /** Those files, and those that are named without a wildcard whether they exist or not. */
  List<Path> named(List<String> names) {
    Set<Path> files = new LinkedHashSet<>();
    for (String name : names) {
      boolean isGlob = WILDCARD.matcher(name).find();
      files.addAll(isGlob ? glob(name) : List.of(machine.resolve(name).normalize()));
    }
    return List.copyOf(files);
  }

  private List<Path> literal(String name) {
    Path file = machine.resolve(name).normalize();
    if (Files.exists(file)) {
      return List.of(file);
    }
    warnings.accept("files: " + file + " does not exist and is left out");
    return List.of();
  }

  private List<Path> glob(String name) {
    int folder = name.lastIndexOf('/', firstWildcard(name)) + 1;
    Path base = machine.resolve(name.substring(0, folder)).normalize();
    String pattern = name.substring(folder);
    List<Path> found = Files.isDirectory(base) ? matches(base, pattern) : List.of();
    if (found.isEmpty()) {
      warnings.accept("files: nothing matches " + name);
    }
    return found;
  }

  private List<Path> matches(Path base, String pattern) {
    PathMatcher matcher = base.getFileSystem().getPathMatcher("glob:" + pattern);
    int depth = pattern.contains("**") ? 16 : pattern.split("/", -1).length;
    try (Stream<Path> files =
        Files.find(
            base,
            depth,
            (path, attributes) ->
                attributes.isRegularFile() && matcher.matches(base.relativize(path)),
            FileVisitOption.FOLLOW_LINKS)) {
      return files.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      warnings.accept("files: " + base + " cannot be searched: " + e.getMessage());
      return List.of();
    }
  }

  private static int firstWildcard(String name) {
    return (int) name.chars().takeWhile(c -> "*?[{".indexOf(c) < 0).count();
  }
}
