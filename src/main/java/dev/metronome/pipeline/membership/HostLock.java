package dev.metronome.pipeline.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a file, by which a host has at most one agent of a node name and cluster, even before
 * either of them has said a word to Consul.
 *
 * <p><em>Guarantees</em>: the lock ends with the process that holds it, however that ends. Nobody
 * but this user and root can take it, or keep it from this user ({@link LockFolder}). The file goes
 * with the lock, or with the next agent that uses the folder.
 *
 * <p><em>Does not guarantee</em> anything where the folder cannot be used or others may write it,
 * which it says in the log, nor between agents that were given different folders: then the presence
 * in Consul decides.
 */
public final class HostLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HostLock.class);

  private final LockFolder folder;
  private final Path path;
  private final FileChannel file;

  private HostLock(LockFolder folder, Path path, FileChannel file) {
    this.folder = folder;
    this.path = path;
    this.file = file;
  }

  /**
   * Takes the lock, for as long as this process lives or until it is closed.
   *
   * @param folder made if need be
   * @param cluster what tells apart agents of one name that belong to different clusters
   * @return nothing if the folder cannot be used
   * @throws NameTakenException a living process holds it; the message says which
   */
  public static Optional<HostLock> take(Path folder, String node, String cluster) {
    String name = "agent-" + node + "-" + digest(cluster) + ".lock";
    try {
      LockFolder locks = LockFolder.of(folder);
      return Optional.of(locks.alone(() -> take(locks, locks.resolve(name), node)));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "lock={} state=unusable only Consul keeps a second agent away: {}",
          folder.resolve(name),
          reason(e));
      return Optional.empty();
    }
  }

  private static HostLock take(LockFolder locks, Path path, String node) throws IOException {
    Optional<FileChannel> file = locks.lock(path);
    if (file.isEmpty()) {
      throw new NameTakenException(taken(node, locks.content(path), path));
    }
    HostLock lock = new HostLock(locks, path, file.get());
    try {
      locks.write(file.get());
      locks.tidy();
      return lock;
    } catch (IOException e) {
      locks.release(path, file.get());
      throw e;
    }
  }

  private static String reason(Exception e) {
    return e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  private static String taken(String node, String holder, Path path) {
    return "the node name "
        + node
        + " is held on this host by process "
        + (holder.isEmpty() ? "unknown" : holder)
        + ", which locks "
        + path
        + "; stop it, or give this agent another name with --node";
  }

  private static String digest(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    folder.alone(
        () -> {
          folder.release(path, file);
          return path;
        });
  }
}
