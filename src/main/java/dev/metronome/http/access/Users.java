package dev.metronome.http.access;

import dev.metronome.base.account.Trust;
import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.ReloadedFiles;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file of users, read again when it has changed. Any thread.
 *
 * <p><em>Guarantees</em>: who is no longer in the file is not let in again; a file that has become
 * unreadable, or that others could write, leaves those who were in it before, and an ERROR in the
 * log. A password is checked by its slow hash once, then remembered by digest until the file
 * changes.
 */
public final class Users implements ReloadedFiles.Content {

  private static final Secret UNKNOWN = Password.of(Secret.Token.random());

  private record Content(Map<String, User> users, Map<String, Secret> secrets, Set<String> seen) {}

  private final Path file;
  private final ReloadedFiles files;
  private volatile Content content;

  private Users(Path file) {
    this.file = file;
    this.files = new ReloadedFiles("http-users=" + file, this);
  }

  /**
   * @throws IllegalArgumentException it cannot be used: a sentence that says why and where
   */
  public static Users of(Path file) {
    return new Users(file);
  }

  /** All of them, by name. */
  public Map<String, User> all() {
    return current().users();
  }

  /** Whether these were let in before, so that the answer costs nothing. */
  boolean isKnown(RequestCredentials credentials) {
    return current().seen().contains(credentials.digest());
  }

  /** Who that is. Takes some tenths of a second if it is not known. */
  Optional<User> find(RequestCredentials credentials) {
    Content now = current();
    Optional<String> name = credentials.name().or(() -> bearer(now, credentials.secret()));
    Optional<User> user = name.map(now.users()::get);
    if (user.isPresent() && now.seen().contains(credentials.digest())) {
      return user;
    }
    Secret secret = user.map(known -> now.secrets().get(known.name())).orElse(UNKNOWN);
    if (user.isEmpty() && credentials.name().isEmpty()) {
      return Optional.empty(); // a token that nobody has: 256 bits need no slow hash
    }
    if (!secret.is(credentials.secret()) || user.isEmpty()) {
      return Optional.empty();
    }
    now.seen().add(credentials.digest());
    return user;
  }

  private static Optional<String> bearer(Content content, String token) {
    String text = Secret.Token.of(token).text();
    return content.secrets().entrySet().stream()
        .filter(entry -> entry.getValue().text().equals(text))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Content current() {
    files.refresh();
    return content;
  }

  @Override
  public FileMarks marks() {
    return FileMarks.of(List.of(file));
  }

  @Override
  public Reading read() {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      demandTrust();
      content = parse(lines);
      return Reading.of(true, "users=" + content.users().size());
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException(file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file of users " + file + " cannot be read", e);
    }
  }

  @Override
  public String remedy() {
    return "the users stay as they were";
  }

  /** Whoever writes the file can let himself in. */
  private void demandTrust() {
    Optional<String> objection = Trust.ofThisProcess().objection(file);
    if (objection.isPresent()) {
      throw new IllegalArgumentException(
          "the file of users is refused, since others could let themselves in: " + objection.get());
    }
  }

  private Content parse(List<String> lines) {
    Map<String, User> users = new HashMap<>();
    Map<String, Secret> secrets = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        UserLine read = line(line, i + 1);
        String name = read.user().name();
        if (users.put(name, read.user()) != null) {
          throw fault(i + 1, name + " stands there twice");
        }
        secrets.put(name, Secret.parse(read.secret()));
      }
    }
    if (users.isEmpty()) {
      throw new IllegalArgumentException(file + " names nobody; metronome user makes a line of it");
    }
    return new Content(Map.copyOf(users), Map.copyOf(secrets), ConcurrentHashMap.newKeySet());
  }

  private UserLine line(String line, int no) {
    try {
      return UserLine.parse(line);
    } catch (IllegalArgumentException e) {
      throw fault(no, e.getMessage() + "; metronome user makes such a line");
    }
  }

  private IllegalArgumentException fault(int line, String what) {
    return new IllegalArgumentException(file + ":" + line + ": " + what);
  }
}
