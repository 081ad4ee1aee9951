package dev.metronome.base.account;

import java.util.Optional;

/**
 * An account as the machine's database has it.
 *
 * @param uid its number
 * @param gid the number of its own group
 * @param home its folder, which need not exist
 * @param shell its login shell
 */
public record Account(String name, long uid, long gid, String home, String shell) {

  private static final int FIELDS = 7;
  private static final String USUAL_SHELL = "/bin/sh";

  /** {@code name:password:uid:gid:comment:home:shell}, see passwd(5). */
  static Optional<Account> parse(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length != FIELDS || !isNumber(fields[2]) || !isNumber(fields[3])) {
      return Optional.empty();
    }
    String shell = fields[6].isEmpty() ? USUAL_SHELL : fields[6];
    return Optional.of(
        new Account(
            fields[0], Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5], shell));
  }

  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,10}");
  }
}
