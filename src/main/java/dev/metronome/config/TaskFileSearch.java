package dev.metronome.config;

import dev.metronome.base.encoding.NativeText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Finds the files that paths and globs name, in their order, each file once.
 *
 * <p><b>Guarantees</b>: a folder that cannot be searched is not taken for an empty one, so that no
 * file seems to be gone because of it; one below it that this user may not read is passed over.
 */
final class TaskFileSearch {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private final Machine machine;
  private final Consumer<String> warnings;

  TaskFileSearch(Machine machine, Consumer<String> warnings) {
    this.machine = machine;
    this.warnings = warnings;
  }

  /**
   * The files that exist now; those of one glob sorted by path.
   *
   * @throws ConfigurationException if a folder cannot be searched
   */
  List<Path> find(List<String> names) {
    Set<Path> files = new LinkedHashSet<>();
    for (String name : names) {
      try {
        files.addAll(WILDCARD.matcher(name).find() ? glob(name) : literal(name));
      } catch (InvalidPathException e) {
        warnings.accept(unusable(name) + " and is left out");
      }
    }
    return List.copyOf(files);
  }

  private static String unusable(String name) {
    NativeText here = NativeText.ofProcess();
    String why = here.holds(name) ? "cannot be a path" : here.objection();
    return "files: " + name + " " + why;
  }

  /** Those files, and those that are named without a wildcard whether they exist or not. */
  List<Path> named(List<String> names) {
    Set<Path> files = new LinkedHashSet<>();
    for (String name : names) {
      boolean isGlob = WILDCARD.matcher(name).find();
      try {
        files.addAll(isGlob ? glob(name) : List.of(machine.resolve(name).normalize()));
      } catch (InvalidPathException e) {
        throw new ConfigurationException(unusable(name), e);
      }
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

  private Set<Path> glob(String name) {
    int folder = name.lastIndexOf('/', firstWildcard(name)) + 1;
    Path base = machine.resolve(name.substring(0, folder)).normalize();
    String pattern = name.substring(folder);
    Set<Path> found = isFolder(base) ? matches(base, pattern) : Set.of();
    if (found.isEmpty()) {
      warnings.accept("files: nothing matches " + name);
    }
    return found;
  }

  private static boolean isFolder(Path base) {
    try {
      return Files.readAttributes(base, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw failure(base, e);
    }
  }

  private static Set<Path> matches(Path base, String pattern) {
    Matches matches = new Matches(base, pattern);
    int depth = pattern.contains("**") ? 16 : pattern.split("/", -1).length;
    try {
      Files.walkFileTree(base, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, matches);
      return matches.found;
    } catch (IOException e) {
      throw failure(base, e);
    }
  }

  private static ConfigurationException failure(Path base, IOException e) {
    String why = e instanceof AccessDeniedException ? "this user may not read it" : e.getMessage();
    return new ConfigurationException("files: " + base + " cannot be searched: " + why, e);
  }

  private static int firstWildcard(String name) {
    return (int) name.chars().takeWhile(c -> "*?[{".indexOf(c) < 0).count();
  }

  private static final class Matches extends SimpleFileVisitor<Path> {
    private final Set<Path> found = new TreeSet<>();
    private final Path base;
    private final PathMatcher matcher;

    Matches(Path base, String pattern) {
      this.base = base;
      this.matcher = base.getFileSystem().getPathMatcher("glob:" + pattern);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && matcher.matches(base.relativize(file))) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      boolean passable =
          e instanceof AccessDeniedException
              || e instanceof NoSuchFileException // gone since its folder was listed
              || e instanceof FileSystemLoopException;
      if (file.equals(base) || !passable) {
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
