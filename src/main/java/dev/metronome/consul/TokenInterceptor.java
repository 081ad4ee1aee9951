package dev.metronome.consul;

import java.io.IOException;
import java.util.Optional;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.kiwiproject.consul.util.failover.ConsulFailoverInterceptor;
import org.kiwiproject.consul.util.failover.strategy.ConsulFailoverStrategy;

/**
 * Puts the token that is in force on each request, and sends a request once more that was refused
 * for its token if there is another by then: what Consul refuses, it has not done. It stands where
 * the client lets one choose among several Consuls, its only place for an interceptor of others.
 */
final class TokenInterceptor extends ConsulFailoverInterceptor {

  private static final String TOKEN = "X-Consul-Token";

  /** Of a refusal so much is looked at. */
  private static final long MOST = 100_000;

  private final Credentials credentials;
  private final ConnectionPool connections;
  private int generation;

  /** As the client knows it; said here, so that it is loaded no earlier than used. */
  static ConsulFailoverInterceptor of(Credentials credentials, ConnectionPool connections) {
    return new TokenInterceptor(credentials, connections);
  }

  private TokenInterceptor(Credentials credentials, ConnectionPool connections) {
    super((ConsulFailoverStrategy) null); // not asked, since intercept is replaced
    this.credentials = credentials;
    this.connections = connections;
  }

  @Override
  public Response intercept(Interceptor.Chain chain) {
    try {
      return sent(chain);
    } catch (IOException e) {
      throw TokenInterceptor.<RuntimeException>asIs(e);
    }
  }

  /** A connection that is taken up again would show the certificate of before. */
  private synchronized void forgetOld() {
    int now = credentials.tls().map(Tls::generation).orElse(0);
    if (now != generation) {
      connections.evictAll();
      generation = now;
    }
  }

  private Response sent(Interceptor.Chain chain) throws IOException {
    forgetOld();
    if (chain.request().header(TOKEN) != null) {
      return chain.proceed(chain.request());
    }
    Optional<String> shown = credentials.token();
    Response response = chain.proceed(with(shown, chain.request()));
    if (!isRefused(response) || !credentials.replaced(shown)) {
      return response;
    }
    response.close();
    return chain.proceed(with(credentials.token(), chain.request()));
  }

  private static Request with(Optional<String> token, Request request) {
    return token.map(text -> request.newBuilder().header(TOKEN, text).build()).orElse(request);
  }

  /**
   * A transaction's refusal is a conflict too, and only its text tells (docs/protocol.md, "Limits
   * of Consul").
   */
  private static boolean isRefused(Response response) throws IOException {
    return switch (response.code()) {
      case 401, 403 -> true;
      case 409 -> Refusals.isDenial(response.peekBody(MOST).string());
      case 500 -> Calls.isDenied(response.peekBody(MOST).string());
      default -> false;
    };
  }

  /** The class above does not declare what every interceptor may throw, and OkHttp expects. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E asIs(IOException e) throws E {
    throw (E) e;
  }
}
