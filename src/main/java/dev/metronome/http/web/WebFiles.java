package dev.metronome.http.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a folder in the jar, for a browser. Thread-safe; called on threads that may wait.
 *
 * <p><em>Guarantees</em>: a file goes out in pieces, each when the one before it has gone, so that
 * its size costs no memory; texts go compressed to whoever takes them so. Nothing outside the
 * folder, and nothing of an unknown type, is sent.
 */
public final class WebFiles {

  private static final Logger LOG = LoggerFactory.getLogger(WebFiles.class);
  private static final int PIECE = 16_384;
  private static final long PATIENCE_SECONDS = 60;
  private static final int NOT_MODIFIED = 304;
  private static final int TAG_DIGITS = 20;

  private static final Pattern GZIP =
      Pattern.compile("(?:^|[, ])gzip(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))");

  /** What becomes smaller. */
  private static final Set<String> TEXTS = Set.of("html", "js", "css", "json", "svg", "txt");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");

  /** How long a browser may take a file for unchanged. */
  public enum Keeping {
    /** It asks each time, and is told by an ETag that it has the newest. */
    UNTIL_CHANGED,
    /** For good: the name changes with the content. */
    FOR_GOOD
  }

  private final String folder;
  private final Map<String, String> tags = new ConcurrentHashMap<>();

  /**
   * @param folder such as {@code /web/}
   */
  public WebFiles(String folder) {
    this.folder = folder;
  }

  /** Whether there is a file of this name, with slashes between folders. */
  public boolean has(String name) {
    return !name.contains("..")
        && TYPES.containsKey(ending(name))
        && WebFiles.class.getResource(folder + name) != null;
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Sends bytes that are at hand. */
  static void send(RoutingContext request, PageBundle.Part part) {
    HttpServerResponse response = request.response();
    response.putHeader("X-Content-Type-Options", "nosniff");
    if (isKept(request, part.tag(), part.keeping())) {
      return;
    }
    response.putHeader("Content-Type", part.type() + "; charset=utf-8");
    Buffer content = isCompressed(request) ? part.compressed() : part.plain();
    response.end(content.copy());
  }

  /** Sends a file that there is; a visitor who goes away meanwhile is no failure. */
  public void send(RoutingContext request, String name, Keeping keeping) {
    HttpServerResponse response = request.response();
    try {
      response.putHeader("X-Content-Type-Options", "nosniff");
      String tag = keeping == Keeping.FOR_GOOD ? "" : tags.computeIfAbsent(name, this::tagOfFile);
      if (isKept(request, tag, keeping)) {
        return;
      }
      stream(response, name, TEXTS.contains(ending(name)) && isCompressed(request));
    } catch (IOException e) {
      LOG.debug("file={}{} not sent: {}", folder, name, e.toString());
      response.reset();
    }
  }

  /** Says how long the browser may keep it; whether it has it already, and was told so. */
  private static boolean isKept(RoutingContext request, String tag, Keeping keeping) {
    HttpServerResponse response = request.response();
    if (keeping == Keeping.FOR_GOOD) {
      response.putHeader("Cache-Control", "max-age=31536000, immutable");
      return false;
    }
    response.putHeader("Cache-Control", "no-cache").putHeader("ETag", "W/\"" + tag + '"');
    String known = request.request().getHeader("If-None-Match");
    if (known == null || !known.contains(tag)) {
      return false;
    }
    response.setStatusCode(NOT_MODIFIED).end();
    return true;
  }

  /** Whether the browser takes it compressed, which it is told then. */
  private static boolean isCompressed(RoutingContext request) {
    HttpServerResponse response = request.response().putHeader("Vary", "Accept-Encoding");
    String accepted = request.request().getHeader("Accept-Encoding");
    boolean compressed = accepted != null && GZIP.matcher(accepted).find();
    if (compressed) {
      response.putHeader("Content-Encoding", "gzip");
    }
    return compressed;
  }

  private String tagOfFile(String name) {
    try (InputStream in = open(name)) {
      MessageDigest digest = sha256();
      byte[] piece = new byte[PIECE];
      for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
        digest.update(piece, 0, size);
      }
      return shortened(digest);
    } catch (IOException e) {
      throw new IllegalStateException("the jar's file " + folder + name + " cannot be read", e);
    }
  }

  /** What changes when the content does. */
  static String tag(byte[] content) {
    MessageDigest digest = sha256();
    digest.update(content);
    return shortened(digest);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String shortened(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, TAG_DIGITS);
  }

  private InputStream open(String name) {
    return WebFiles.class.getResourceAsStream(folder + name);
  }

  private void stream(HttpServerResponse response, String name, boolean compressed)
      throws IOException {
    response.putHeader("Content-Type", TYPES.get(ending(name)));
    response.setChunked(true);
    OutputStream pieces = new BufferedOutputStream(new Pieces(response), PIECE);
    try (InputStream in = open(name);
        OutputStream out = compressed ? new GZIPOutputStream(pieces) : pieces) {
      in.transferTo(out);
    }
    response.end();
  }

  /** Gives each piece once the one before it has gone. */
  private static final class Pieces extends OutputStream {
    private final HttpServerResponse response;

    Pieces(HttpServerResponse response) {
      this.response = response;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        response
            .write(Buffer.buffer(length).appendBytes(bytes, offset, length))
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }
  }
}
