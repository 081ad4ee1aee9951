package dev.metronome.base.account;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * The rule by which ssh believes a file: it belongs to the user that asks, or to root, and nobody
 * else may write it, nor the folders above it, nor any link on the way.
 *
 * <p><i>Guarantees:</i> who is neither of the two cannot have changed what is found there, nor
 * exchange it later. A folder above with the sticky bit, as {@code /tmp}, may be written by all,
 * since what stands in it and belongs to others cannot be moved there; the thing itself may not be
 * such a folder. A group that only the owner is in counts as the owner.
 *
 * <p><i>Does not guarantee</i> anything about access lists that grant more than the mode shows on
 * the group's place, nor about file systems without owners, whose files are never believed.
 */
public final class Trust {

  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 020;
  private static final int OTHERS_WRITE = 02;
  private static final int OTHERS_READ = 04;
  private static final int OTHERS_PASS = 01;
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int FOLDER = 0040000;
  private static final int MOST_LINKS = 40;

  private final long user;

  /** For a user of that number. */
  Trust(long user) {
    this.user = user;
  }

  /** For the user that this process runs as. */
  public static Trust ofThisProcess() {
    return new Trust(Accounts.self());
  }

  /** Owner, group and mode of one name, no link followed. */
  private record Facts(Path path, int mode, long owner, long group) {

    static Facts of(Path path) throws IOException {
      Map<String, Object> found =
          Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
      return new Facts(
          path,
          (int) found.get("mode"),
          ((Number) found.get("uid")).longValue(),
          ((Number) found.get("gid")).longValue());
    }

    boolean is(int type) {
      return (mode & TYPE) == type;
    }
  }

  /**
   * What speaks against believing what is there.
   *
   * @return a clause that names the file or folder and ends with what mends it; empty if nothing
   *     does
   */
  public Optional<String> objection(Path path) {
    try {
      return walk(path.toAbsolutePath());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of("whose " + path + " is cannot be told: " + e);
    }
  }

  /** The name of who owns what is there, a link followed. */
  public static String owner(Path path) {
    try {
      return Accounts.name(((Number) Files.getAttribute(path, "unix:uid")).longValue());
    } catch (IOException | UnsupportedOperationException e) {
      return "unknown";
    }
  }

  /**
   * Whether everybody may read what is there, a link followed.
   *
   * @return a clause that ends with what mends it; empty if its mode, or that of a folder above,
   *     keeps others away, or if that cannot be told
   */
  public static Optional<String> readers(Path path) {
    try {
      Path real = path.toRealPath();
      boolean open = allows(real, OTHERS_READ);
      for (Path above = real.getParent(); open && above != null; above = above.getParent()) {
        open = allows(above, OTHERS_PASS);
      }
      return open
          ? Optional.of(path + " may be read by everybody; chmod o-r it")
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static boolean allows(Path path, int bit) throws IOException {
    return ((int) Files.getAttribute(path, "unix:mode") & bit) != 0;
  }

  /** As the kernel does it, one name after the other. */
  private Optional<String> walk(Path path) throws IOException {
    Deque<Path> ahead = new ArrayDeque<>();
    path.forEach(ahead::add);
    Path here = path.getRoot();
    Optional<String> objection = objection(Facts.of(here), ahead.isEmpty());
    int links = 0;
    while (objection.isEmpty() && !ahead.isEmpty()) {
      String name = ahead.pop().toString();
      if (name.equals("..")) {
        here = here.getParent() == null ? here : here.getParent();
      } else if (!name.equals(".") && !name.isEmpty()) {
        Facts next = Facts.of(here.resolve(name));
        objection = objection(next, ahead.isEmpty());
        if (!next.is(LINK)) {
          here = next.path();
        } else if (++links > MOST_LINKS) {
          throw new FileSystemLoopException(path.toString());
        } else {
          here = follow(next.path(), here, ahead);
        }
      }
    }
    return objection;
  }

  private static Path follow(Path link, Path here, Deque<Path> ahead) throws IOException {
    Path target = Files.readSymbolicLink(link);
    Deque<Path> names = new ArrayDeque<>();
    target.forEach(names::push);
    names.forEach(ahead::push);
    return target.isAbsolute() ? target.getRoot() : here;
  }

  private Optional<String> objection(Facts facts, boolean last) {
    if (facts.owner() != 0 && facts.owner() != user) {
      return Optional.of(
          facts.path()
              + " belongs to "
              + Accounts.name(facts.owner())
              + "; chown it to root"
              + (user == 0 ? "" : " or " + Accounts.name(user)));
    }
    boolean harmless = facts.is(LINK) || (!last && facts.is(FOLDER) && isSticky(facts));
    return harmless ? Optional.empty() : writers(facts);
  }

  private static boolean isSticky(Facts facts) {
    return (facts.mode() & STICKY) != 0;
  }

  private static Optional<String> writers(Facts facts) {
    if ((facts.mode() & OTHERS_WRITE) != 0) {
      return Optional.of(facts.path() + " may be written by everybody; chmod go-w it");
    }
    boolean shared =
        (facts.mode() & GROUP_WRITES) != 0 && !PrivateGroup.isOf(facts.owner(), facts.group());
    return shared
        ? Optional.of(facts.path() + " may be written by its group; chmod g-w it")
        : Optional.empty();
  }
}
