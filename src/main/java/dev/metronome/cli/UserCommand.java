package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the line of a user for the file that {@code http-users} names. Writes no file. */
@picocli.CommandLine.Command(
    name = "user",
    description = "Print the line of a user who may ask on the agent's port",
    footer = {
      "metronome user alice --write   # asks for a password",
      "(umask 077; metronome user alice --write >> /etc/metronome/users)",
      "metronome user bob --approve --groups ops,dba >> /etc/metronome/users",
      "metronome user prometheus --new-token >> /etc/metronome/users",
      "printf '%s\\n' \"$PASSWORD\" | metronome user alice",
    })
final class UserCommand implements Command {

  @Parameters(index = "0", paramLabel = "NAME", description = "As it will stand in results")
  private String name;

  @Option(
      names = "--write",
      description = "May fire, cancel, retry, drop and vote too, not only look")
  private boolean write;

  @Option(names = "--approve", description = "May vote about approvals too, not only look")
  private boolean approve;

  @Option(
      names = "--groups",
      split = ",",
      paramLabel = "GROUP",
      description = "What approvals may call him by, beside his name: ops,dba")
  private List<String> groups = List.of();

  @Option(
      names = "--new-token",
      description = "A random token instead of a password, for a program; on standard error")
  private boolean token;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws IOException {
    try {
      User user = new User(name, role(), groups);
      terminal.out().println(token ? withToken(user, terminal) : withPassword(user, terminal));
      return ExitCode.DONE;
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }

  private Role role() {
    return write ? Role.WRITE : approve ? Role.APPROVE : Role.READ;
  }

  private static UserLine withToken(User user, Terminal terminal) {
    String secret = UserLine.newToken();
    terminal.say("the token, which is shown only now: " + secret);
    return UserLine.withToken(user, secret);
  }

  private static UserLine withPassword(User user, Terminal terminal) throws IOException {
    return UserLine.withPassword(user, new SecretPrompt(terminal).ask());
  }
}
