package dev.metronome.consul;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Runs one request and says in our own words how it failed. */
final class Calls {

  private final String url;

  /** What is made of an answer. */
  @FunctionalInterface
  interface Reading<T> {
    /**
     * @throws IOException if the answer is not Consul's
     */
    T of(Answer answer) throws IOException;
  }

  Calls(String url) {
    this.url = url;
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param expected what else than a good status is no failure
   * @throws ConsulUnavailableException no usable answer
   * @throws ConsulDeniedException no right to it
   * @throws ConsulRejectedException the request is wrong
   */
  <T> T run(Requests requests, String what, Request request, Reading<T> reading, int... expected) {
    try {
      Answer answer = requests.send(what, request);
      int status = answer.status();
      if (!answer.isGood() && IntStream.of(expected).noneMatch(each -> each == status)) {
        throw classified(what, status, answer.text());
      }
      if (!answer.leaderKnown()) {
        throw new IOException("it knows no leader of its own, so its answer may lack everything");
      }
      return reading.of(answer);
    } catch (IOException e) {
      throw unavailable(what, e);
    }
  }

  /** What an answer means that is not a good one. */
  RuntimeException classified(String what, int status, String text) {
    if (status == 403 || status == 401 || isDenied(text)) {
      return denied(what, status == 401 ? "HTTP 401: " + firstLine(text) : text);
    }
    Optional<FilterRefusedException> filter = FilterRefusedException.of(text);
    if (filter.isPresent()) {
      return filter.get();
    }
    String failed = "Consul at " + url + " could not " + what + ": ";
    if (status == 400 && text.contains("HTTP request to an HTTPS server")) {
      return new ConsulUnavailableException(
          failed + "it speaks TLS at this port; set protocol to https (CONSUL_HTTP_SSL=true)",
          null);
    }
    if (status == 413 || status == 400) {
      return new ConsulRejectedException(failed + firstLine(text));
    }
    return new ConsulUnavailableException(failed + "HTTP " + status + ": " + firstLine(text), null);
  }

  ConsulDeniedException denied(String what, String why) {
    return new ConsulDeniedException(
        "Consul at "
            + url
            + " refused to "
            + what
            + ": "
            + firstLine(why)
            + MissingRule.remedy(why));
  }

  static boolean isDenied(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.contains("permission denied") || lower.contains("acl not found");
  }

  ConsulUnavailableException unavailable(String what, Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String why = TlsFault.of(e).orElse(why(root));
    return new ConsulUnavailableException(
        "Consul at " + url + " could not " + what + ": " + firstLine(why), e);
  }

  private static String why(Throwable root) {
    if (root instanceof EOFException || root instanceof NoHttpResponseException) {
      return "the connection ended without an answer";
    }
    if (root instanceof ConnectionClosedException) {
      return "the connection ended within the answer";
    }
    if (root instanceof SocketTimeoutException) {
      return "no answer in time (" + root.getMessage() + ")";
    }
    if (root instanceof ClosedChannelException) {
      return "interrupted";
    }
    if (root instanceof ConnectException) {
      return root.getMessage()
          + "; is its agent running there? host and port (CONSUL_HTTP_ADDR) name another";
    }
    if (root instanceof UnknownHostException) {
      return "no address is known for this host (" + root.getMessage() + ")";
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("no reason given");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }
}
