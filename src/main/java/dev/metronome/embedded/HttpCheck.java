package dev.metronome.embedded;

import dev.metronome.base.tls.TrustEverything;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A check that asks a URL: 2xx is passing, 429 warning, anything else and no answer in time
 * critical.
 *
 * <p>As with the real one, the first result counts at once, and only from then on {@code
 * FailuresBeforeCritical} and {@code SuccessBeforePassing} hold a change back. Unlike the real one
 * it keeps an interval of less than a second.
 */
final class HttpCheck extends AgentCheck {
  private static final int OUTPUT_LIMIT = 4096;

  private record Result(String status, String output) {}

  private final Workers workers;
  private int failures;
  private int successes;

  HttpCheck(Store store, CheckDefinition definition, Check initial, Workers workers) {
    super(store, definition, initial);
    this.workers = workers;
    this.failures = definition.failuresBeforeCritical();
    this.successes = definition.successBeforePassing();
  }

  @Override
  void start() {
    long interval = definition().every().toNanos();
    schedule(ThreadLocalRandom.current().nextLong(interval));
  }

  private void schedule(long nanos) {
    workers.after(nanos, TimeUnit.NANOSECONDS, this::run);
  }

  private void run() {
    if (!store().read(this::isStopped)) {
      Result result = ask();
      boolean counts = store().read(() -> counts(result));
      if (counts) {
        store()
            .write(
                commit -> {
                  update(commit, result.status(), result.output());
                  return result;
                });
      }
      schedule(definition().every().toNanos());
    }
  }

  private boolean counts(Result result) {
    boolean bad = result.status().equals(Check.CRITICAL);
    failures = bad ? failures + 1 : 0;
    successes = bad ? 0 : successes + 1;
    boolean enough =
        bad
            ? failures >= definition().failuresBeforeCritical()
            : successes >= definition().successBeforePassing();
    // An unchanged status must not cost a Raft index each time.
    return enough && !state().status().equals(result.status());
  }

  private Result ask() {
    String method = Objects.requireNonNullElse(definition().method(), "GET");
    try {
      return ask(method);
    } catch (IOException | IllegalArgumentException e) {
      return new Result(Check.CRITICAL, "Get \"" + definition().http() + "\": " + e.getMessage());
    }
  }

  private Result ask(String method) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(definition().http()).toURL().openConnection();
    if (definition().tlsSkipVerify() && connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(unverified());
      secured.setHostnameVerifier((name, session) -> true);
    }
    try {
      int millis = (int) definition().timeoutOrDefault().toMillis();
      connection.setConnectTimeout(millis);
      connection.setReadTimeout(millis);
      connection.setRequestMethod(method);
      if (definition().header() != null) {
        definition().header().forEach((name, values) -> add(connection, name, values));
      }
      int code = connection.getResponseCode();
      String output =
          "HTTP %s %s: %d %s Output: %s"
              .formatted(
                  method,
                  definition().http(),
                  code,
                  Objects.requireNonNullElse(connection.getResponseMessage(), ""),
                  body(connection, code));
      return new Result(statusOf(code), output);
    } finally {
      connection.disconnect();
    }
  }

  private static SSLSocketFactory unverified() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEverything()}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("there is no TLS", e);
    }
  }

  private static void add(HttpURLConnection connection, String name, List<String> values) {
    values.forEach(value -> connection.addRequestProperty(name, value));
  }

  private static String body(HttpURLConnection connection, int code) throws IOException {
    try (var in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return in == null ? "" : new String(in.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
    }
  }

  private static String statusOf(int code) {
    if (code >= 200 && code < 300) {
      return Check.PASSING;
    }
    return code == 429 ? Check.WARNING : Check.CRITICAL;
  }
}
