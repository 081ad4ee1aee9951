package dev.metronome.http.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a folder in the jar, for a browser. Thread-safe; called on threads that may wait.
 *
 * <p><em>Guarantees</em>: a file goes out in pieces, each when the one before it has gone, so that
 * its size costs no memory. Nothing outside the folder, and nothing of an unknown type, is sent.
 */
public final class WebFiles {

  private static final Logger LOG = LoggerFactory.getLogger(WebFiles.class);
  private static final int PIECE = 16_384;
  private static final long PATIENCE_SECONDS = 60;
  private static final int NOT_MODIFIED = 304;
  private static final int TAG_DIGITS = 20;

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

  /** Sends a file that there is; a visitor who goes away meanwhile is no failure. */
  public void send(RoutingContext request, String name, Keeping keeping) {
    HttpServerResponse response = request.response();
    try {
      response.putHeader("X-Content-Type-Options", "nosniff");
      if (keeping == Keeping.FOR_GOOD) {
        response.putHeader("Cache-Control", "max-age=31536000, immutable");
      } else if (isKnown(request, name)) {
        response.setStatusCode(NOT_MODIFIED).end();
        return;
      }
      stream(response, name);
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("file={}{} not sent: {}", folder, name, e.toString());
      response.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.reset();
    }
  }

  private boolean isKnown(RoutingContext request, String name) {
    String tag = tags.computeIfAbsent(name, this::tag);
    request.response().putHeader("Cache-Control", "no-cache").putHeader("ETag", tag);
    String known = request.request().getHeader("If-None-Match");
    return known != null && known.contains(tag);
  }

  private String tag(String name) {
    try (InputStream in = open(name)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[PIECE];
      for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
        digest.update(piece, 0, size);
      }
      return '"' + HexFormat.of().formatHex(digest.digest()).substring(0, TAG_DIGITS) + '"';
    } catch (IOException e) {
      throw new IllegalStateException("the jar's file " + folder + name + " cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private InputStream open(String name) {
    return WebFiles.class.getResourceAsStream(folder + name);
  }

  private void stream(HttpServerResponse response, String name)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    response.putHeader("Content-Type", TYPES.get(ending(name)));
    response.setChunked(true);
    try (InputStream in = open(name)) {
      byte[] piece = new byte[PIECE];
      for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
        sent(response, Buffer.buffer(size).appendBytes(piece, 0, size));
      }
    }
    response.end();
  }

  private static void sent(HttpServerResponse response, Buffer piece)
      throws InterruptedException, ExecutionException, TimeoutException {
    response
        .write(piece)
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
