package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/** Where the consul binary is, as {@code bin/find-consul} says. */
public final class RealConsul {
  private static final Pattern VERSION = Pattern.compile("Consul v([0-9.]+)");

  private static Optional<Path> found;
  private static Version version;

  private RealConsul() {}

  /**
   * The binary, looked for once.
   *
   * @throws TestAbortedException if there is none, so that JUnit skips what needs it
   * @throws IllegalStateException if there is none and this is CI, where nothing may be skipped
   */
  public static synchronized Path binary() {
    if (found == null) {
      found = find();
    }
    return found.orElseThrow(RealConsul::missing);
  }

  /** Whether it is of this version or a newer one. */
  public static boolean isSince(String version) {
    return version().compareTo(Version.parse(version)) >= 0;
  }

  private static synchronized Version version() {
    if (version == null) {
      version = Version.parse(versionOf(binary()));
    }
    return version;
  }

  private static String versionOf(Path binary) {
    try {
      Process process = new ProcessBuilder(binary.toString(), "version").start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher number = VERSION.matcher(said);
      if (!number.find()) {
        throw new IllegalStateException(binary + " does not say its version: " + said);
      }
      return number.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Settings of one that denies what no rule allows.
   *
   * @param token may do everything, and is the agent's own
   * @param more settings of {@code acl}
   */
  public static String acl(String token, String more) {
    String all = isSince("1.11") ? "initial_management" : "master";
    return "acl { enabled = true default_policy = \"deny\" "
        + more
        + " tokens { "
        + all
        + " = \""
        + token
        + "\" agent = \""
        + token
        + "\" } }";
  }

  private static RuntimeException missing() {
    if ("true".equals(System.getenv("CI"))) {
      return new IllegalStateException("no consul binary, and CI=true forbids to skip its tests");
    }
    String line = "#".repeat(80);
    System.err.printf(
        "%n%s%n## SKIPPED: tests on a real Consul. See above for what to install.%n%s%n%n",
        line, line);
    return new TestAbortedException("no consul binary: bin/find-consul says what to install");
  }

  private static Optional<Path> find() {
    return ProjectScript.run("find-consul").path();
  }
}
