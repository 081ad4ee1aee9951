package dev.metronome.consul;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.Supplier;
import org.kiwiproject.consul.ConsulException;

/** Runs one request and says in our own words how it failed. */
final class Calls {

  private final String url;

  Calls(String url) {
    this.url = url;
  }

  /**
   * @throws ConsulUnavailableException no usable answer
   * @throws ConsulDeniedException no right to it
   * @throws ConsulRejectedException the request is wrong
   */
  <T> T run(String what, Supplier<T> request) {
    try {
      return request.get();
    } catch (ConsulException e) {
      throw classified(what, e);
    } catch (RuntimeException e) {
      throw unavailable(what, e);
    }
  }

  /** The same, but leaves a conflict (409) to the caller. */
  RuntimeException classified(String what, ConsulException e) {
    if (!e.hasCode()) {
      return unavailable(what, e);
    }
    String text = String.valueOf(e.getMessage());
    if (e.getCode() == 403 || e.getCode() == 401 || isDenied(text)) {
      return denied(what, text);
    }
    if (e.getCode() == 400 && text.contains("HTTP request to an HTTPS server")) {
      return new ConsulUnavailableException(
          "Consul at "
              + url
              + " could not "
              + what
              + ": it speaks TLS at this port; set protocol to https (CONSUL_HTTP_SSL=true)",
          e);
    }
    if (e.getCode() == 413 || e.getCode() == 400) {
      return new ConsulRejectedException(
          "Consul at " + url + " could not " + what + ": " + firstLine(text));
    }
    return unavailable(what, e);
  }

  ConsulDeniedException denied(String what, String why) {
    return new ConsulDeniedException(
        "Consul at " + url + " refused to " + what + ": " + firstLine(why) + remedy(why));
  }

  /** Consul itself only says that it refuses. */
  static String remedy(String why) {
    return why.toLowerCase(Locale.ROOT).contains("acl not found")
        ? "; the token is unknown or was revoked, give another by token-file or CONSUL_HTTP_TOKEN"
        : "; the token's policy lacks a rule, docs/cluster.md lists them";
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
    if (root instanceof EOFException) {
      return "the connection ended without an answer";
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

  private static String firstLine(String text) {
    String line = text.strip().lines().findFirst().orElse("no reason given");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }
}
