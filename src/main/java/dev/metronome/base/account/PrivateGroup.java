package dev.metronome.base.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Groups that only one account is in: where each has a group of its own (as on Debian), what the
 * group may write nobody else may.
 */
final class PrivateGroup {

  private static final Path GROUPS = Path.of("/etc/group");

  private PrivateGroup() {}

  /** Whether nobody but the owner and root is in the group; a group that is not local is not. */
  static boolean isOf(long owner, long gid) {
    return members(gid).filter(names -> trusted(owner).containsAll(names)).isPresent()
        && Accounts.local()
            .filter(account -> account.gid() == gid)
            .allMatch(account -> account.uid() == owner || account.uid() == 0);
  }

  private static Set<String> trusted(long owner) {
    return Accounts.local()
        .filter(account -> account.uid() == owner || account.uid() == 0)
        .map(Account::name)
        .collect(Collectors.toSet());
  }

  /** Who is in it besides those whose own group it is. */
  private static Optional<List<String>> members(long gid) {
    try (Stream<String> lines = Files.lines(GROUPS, UTF_8)) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length == 4 && fields[2].equals(Long.toString(gid)))
          .map(fields -> Stream.of(fields[3].split(",")).filter(it -> !it.isEmpty()).toList())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
