package dev.metronome.pipeline.membership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.metronome.base.account.Trust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of files that processes lock, one process at a time in {@link #alone}.
 *
 * <p><em>Guarantees</em>: nobody but this user and root may write the folder or exchange it, and
 * nobody else may open its files: to open one for reading is enough to keep others from locking it.
 * No link is followed. A file that was found otherwise counts as held by nobody and is replaced.
 */
final class LockFolder {

  private static final Logger LOG = LoggerFactory.getLogger(LockFolder.class);

  private static final String GUARD = "agents.lock";
  private static final String LOCKS = "agent-*.lock";
  private static final String FOLDER_MODE = "rwx------";
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(10);

  /**
   * What this process locks. It must not even open one of them again: as soon as it closes a file
   * anywhere, the kernel takes back all of its locks on it.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path folder;

  private LockFolder(Path folder) {
    this.folder = folder;
  }

  /** What is done while no other process adds or removes a file. */
  interface Deed<T> {
    T act() throws IOException;
  }

  /**
   * Makes it if need be.
   *
   * @throws IOException it cannot be used, or others may write it; the message says why
   */
  static LockFolder of(Path folder) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    Files.createDirectories(
        place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOLDER_MODE)));
    Optional<String> objection = Trust.ofThisProcess().objection(place);
    if (objection.isPresent()) {
      throw new IOException(objection.get() + ", or name another folder with --state-dir");
    }
    return new LockFolder(place);
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }

  /**
   * @throws IOException also if another process takes longer than some seconds
   */
  <T> T alone(Deed<T> deed) throws IOException {
    synchronized (HELD) {
      Path guard = folder.resolve(GUARD);
      replaceForeign(guard);
      try (FileChannel file = open(guard)) {
        await(file, guard);
        return deed.act();
      }
    }
  }

  private static void await(FileChannel guard, Path path) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (guard.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        throw new IOException("another process does not let go of " + path);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** The file, locked until it is closed; nothing if a process holds it. Only {@link #alone}. */
  Optional<FileChannel> lock(Path path) throws IOException {
    if (HELD.contains(path)) {
      return Optional.empty();
    }
    replaceForeign(path);
    Optional<FileChannel> file = tryLock(path);
    file.ifPresent(locked -> HELD.add(path));
    return file;
  }

  /** What the holder has written into it. Only {@link #alone}. */
  String content(Path path) throws IOException {
    return HELD.contains(path) ? ownContent() : Files.readString(path, UTF_8).strip();
  }

  void write(FileChannel locked) throws IOException {
    locked.truncate(0);
    locked.write(ByteBuffer.wrap((ownContent() + "\n").getBytes(UTF_8)));
  }

  private static String ownContent() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Gives it back, and takes the file away. Only {@link #alone}. */
  void release(Path path, FileChannel locked) throws IOException {
    Files.deleteIfExists(path);
    locked.close();
    HELD.remove(path);
  }

  /** Removes what nobody locks any more. Only {@link #alone}. */
  void tidy() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, LOCKS)) {
      for (Path file : files) {
        if (!HELD.contains(file)) {
          removeUnlessLocked(file);
        }
      }
    }
  }

  private static void removeUnlessLocked(Path path) {
    try {
      Optional<FileChannel> locked = tryLock(path);
      if (locked.isPresent()) {
        Files.deleteIfExists(path);
        locked.get().close();
      }
    } catch (IOException e) {
      LOG.debug("lock={} stays: {}", path, e.toString());
    }
  }

  private static Optional<FileChannel> tryLock(Path path) throws IOException {
    FileChannel file = open(path);
    if (file.tryLock() == null) {
      file.close();
      return Optional.empty();
    }
    return Optional.of(file);
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path,
        Set.of(CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(FILE_MODE));
  }

  /** Who holds a file that others can open may be anybody. */
  private static void replaceForeign(Path path) throws IOException {
    try {
      boolean own =
          Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
              && FILE_MODE.containsAll(
                  Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
      if (!own && Files.deleteIfExists(path)) {
        LOG.info("lock={} state=replaced others could open it", path);
      }
    } catch (NoSuchFileException none) {
      LOG.trace("lock={} is new", none.getFile());
    }
  }
}
