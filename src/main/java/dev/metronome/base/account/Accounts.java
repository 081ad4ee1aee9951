package dev.metronome.base.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The accounts that the machine knows: those of {@code /etc/passwd}, and those of its other sources
 * (LDAP, sssd) by way of {@code getent}. Looks anew each time. Any thread.
 */
public final class Accounts {

  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final List<Path> GETENT = List.of(Path.of("/usr/bin/getent"));
  private static final List<Path> IDENTITIES = List.of(Path.of("/usr/bin/id"), Path.of("/bin/id"));
  private static final long PATIENCE_SECONDS = 5;

  private static final long SELF = ownNumber();

  private Accounts() {}

  /** The account of that name, if there is one. */
  public static Optional<Account> find(String name) {
    return first(account -> account.name().equals(name)).or(() -> ask(name));
  }

  /** The names of the groups that somebody is of; none if the machine does not know him. */
  public static List<String> groups(String user) {
    return IDENTITIES.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(id -> answer(id.toString(), "-Gn", "--", user))
        .map(names -> List.of(names.strip().split("\\s+")))
        .orElse(List.of());
  }

  /** The account of that number, if there is one. */
  static Optional<Account> find(long uid) {
    return first(account -> account.uid() == uid).or(() -> ask(Long.toString(uid)));
  }

  /** What to call whoever has that number: the name, else the number itself. */
  public static String name(long uid) {
    return find(uid).map(Account::name).orElse("uid " + uid);
  }

  /** The number of the account that this process runs as; 0 is root. */
  public static long self() {
    return SELF;
  }

  /** Whether this process may run programs as others. */
  public static boolean isRoot() {
    return SELF == 0;
  }

  static Stream<Account> local() {
    try {
      return Files.readAllLines(PASSWD, UTF_8).stream()
          .flatMap(line -> Account.parse(line).stream());
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static Optional<Account> first(Predicate<Account> wanted) {
    return local().filter(wanted).findFirst();
  }

  private static Optional<Account> ask(String key) {
    return GETENT.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(getent -> answer(getent.toString(), "passwd", "--", key))
        .flatMap(answer -> answer.lines().findFirst())
        .flatMap(Account::parse);
  }

  /** What a program prints; empty if it does not end soon, or well. */
  private static Optional<String> answer(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return Optional.of(new String(process.getInputStream().readAllBytes(), UTF_8))
          .filter(answer -> process.exitValue() == 0);
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The effective one, by the kernel's word; elsewhere the JVM's. */
  private static long ownNumber() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"), UTF_8)) {
      return lines
          .filter(line -> line.startsWith("Uid:"))
          .map(line -> line.split("\\s+", -1)[2])
          .map(Long::valueOf)
          .findFirst()
          .orElseThrow(() -> new IOException("/proc/self/status names no Uid"));
    } catch (IOException notLinux) {
      return new com.sun.security.auth.module.UnixSystem().getUid();
    }
  }
}
