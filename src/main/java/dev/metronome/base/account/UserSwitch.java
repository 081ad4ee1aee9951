package dev.metronome.base.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How this process runs programs as other users: by {@code setpriv} of util-linux, which changes
 * user, group and groups and then becomes the program, or ends.
 *
 * <p><i>Does not guarantee</i> what PAM adds to a login, such as limits. Immutable; any thread.
 */
public final class UserSwitch {

  /** No number: a number of nobody's would be nobody's mistake. */
  private static final Pattern NAME =
      Pattern.compile("(?![0-9]+$)[A-Za-z0-9_][A-Za-z0-9_.@+\\\\-]{0,255}\\$?");

  /** Not by PATH, which who starts the agent may set. */
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/setpriv"), Path.of("/bin/setpriv"), Path.of("/usr/sbin/setpriv"));

  private final long self;
  private final List<Path> places;

  UserSwitch(long self, List<Path> places) {
    this.self = self;
    this.places = List.copyOf(places);
  }

  /** That of this process, by this machine's programs. */
  public static UserSwitch ofThisProcess() {
    return new UserSwitch(Accounts.self(), PLACES);
  }

  /** Whether an account could have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The account of that name, if programs can be run as it.
   *
   * @throws UserSwitchException if there is none, or this process may not
   */
  public Account to(String name) {
    Account account =
        Accounts.find(name)
            .orElseThrow(
                () ->
                    new UserSwitchException(
                        "this machine has no account " + name + "; create it, or name another"));
    demandRoot(account);
    if (account.uid() != 0) {
      program();
      demandOneName(account);
    }
    return account;
  }

  /**
   * What comes before a program and its arguments, all of them.
   *
   * @throws UserSwitchException if the machine has no program for it
   */
  public List<String> argv(Account account) {
    return List.of(
        program().toString(),
        "--reuid=" + account.uid(),
        "--regid=" + account.gid(),
        "--init-groups",
        "--");
  }

  private void demandRoot(Account account) {
    if (self != 0) {
      throw new UserSwitchException(
          "only root can run programs as "
              + account.name()
              + ", and this is "
              + Accounts.name(self)
              + "; run the agent as root, or leave it out");
    }
  }

  /** Groups are looked up by the number's first name. */
  static void demandOneName(Account account) {
    String first = Accounts.name(account.uid());
    if (!first.equals(account.name())) {
      throw new UserSwitchException(
          "the account "
              + account.name()
              + " shares its number "
              + account.uid()
              + " with "
              + first
              + ", whose groups it would get; name "
              + first);
    }
  }

  private Path program() {
    return places.stream()
        .filter(Files::isExecutable)
        .filter(path -> !isBusyBox(path))
        .findFirst()
        .orElseThrow(
            () ->
                new UserSwitchException(
                    "running programs as another user needs setpriv of util-linux, not BusyBox's,"
                        + " as one of "
                        + String.join(", ", places.stream().map(Path::toString).toList())
                        + "; install util-linux"));
  }

  /** It has the name, but none of the options. */
  private static boolean isBusyBox(Path path) {
    try {
      return Optional.ofNullable(path.toRealPath().getFileName())
          .filter(name -> name.toString().startsWith("busybox"))
          .isPresent();
    } catch (IOException e) {
      return true; // what cannot be looked at is not relied on
    }
  }
}
