package dev.metronome.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a file, by which a host has at most one agent of a node name and cluster, even before
 * either of them has said a word to Consul.
 *
 * <p><em>Guarantees</em>: the lock ends with the process that holds it, however that ends; the file
 * stays, and says whose the lock was last.
 *
 * <p><em>Does not guarantee</em> anything where the folder cannot be used, which it says in the
 * log, nor between agents that were given different folders: then the presence in Consul decides.
 */
public final class HostLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HostLock.class);

  private final RandomAccessFile file;

  private HostLock(RandomAccessFile file) {
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
    Path path = folder.resolve("agent-" + node + "-" + digest(cluster) + ".lock");
    try {
      Files.createDirectories(folder);
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      if (!locked(file)) {
        String holder = Files.readString(path, UTF_8).strip();
        file.close();
        throw new NameTakenException(taken(node, holder, path));
      }
      file.setLength(0);
      file.write((ProcessHandle.current().pid() + "\n").getBytes(UTF_8));
      return Optional.of(new HostLock(file));
    } catch (IOException e) {
      LOG.warn(
          "lock={} state=unusable only Consul keeps a second agent away: {}", path, e.toString());
      return Optional.empty();
    }
  }

  private static boolean locked(RandomAccessFile file) throws IOException {
    try {
      FileLock lock = file.getChannel().tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) { // of this very process
      return false;
    }
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
    file.close();
  }
}
