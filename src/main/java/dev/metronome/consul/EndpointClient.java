package dev.metronome.consul;

import com.google.common.net.HostAndPort;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.internal.tls.OkHostnameVerifier;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.option.ImmutableEventOptions;

/**
 * The client of camel-consul's endpoints in routes: to the same Consul as a connection, with the
 * same token and the same TLS. It is a large one, and is made when a route wants it. Thread-safe.
 */
public final class EndpointClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private final Credentials credentials;
  private final Calls calls;
  private Optional<Consul> consul = Optional.empty();

  EndpointClient(Credentials credentials, Calls calls) {
    this.credentials = credentials;
    this.calls = calls;
  }

  /** What routes know it as, before there is one. */
  public static Class<?> type() {
    return Consul.class;
  }

  /** The client, made at the first call. */
  public synchronized Consul consul() {
    if (consul.isEmpty()) {
      consul = Optional.of(build());
    }
    return consul.get();
  }

  private Consul build() {
    ConsulSettings settings = credentials.settings();
    long patience = ANSWER_TIMEOUT.toMillis();
    ConnectionPool connections = new ConnectionPool();
    Consul.Builder builder =
        Consul.builder()
            .withPing(false)
            .withConnectTimeoutMillis(CONNECT_TIMEOUT.toMillis())
            .withWriteTimeoutMillis(patience)
            .withReadTimeoutMillis(patience)
            .withConsulFailoverInterceptor(TokenInterceptor.of(credentials, connections))
            .withConnectionPool(connections);
    if (settings.socket().isPresent()) {
      builder.withUnixDomainSocket(settings.socket().get());
    } else {
      builder
          .withHttps(settings.https())
          .withHostAndPort(HostAndPort.fromParts(settings.host(), settings.port()));
    }
    if (!settings.headers().isEmpty()) {
      builder.withHeaders(settings.headers());
    }
    credentials
        .tls()
        .ifPresentOrElse(
            tls ->
                builder
                    .withSslContext(tls.context())
                    .withTrustManager(tls.trust())
                    .withHostnameVerifier(names(settings)),
            () -> builder.withTrustManager(new TrustNothing()));
    return builder.build();
  }

  private static HostnameVerifier names(ConsulSettings settings) {
    if (!settings.verify()) {
      return (host, session) -> true;
    }
    return (host, session) ->
        OkHostnameVerifier.INSTANCE.verify(settings.tlsServerName().orElse(host), session);
  }

  /** The text of a value that an endpoint has read; empty if it has found none. */
  static Optional<String> text(Object found) {
    return found instanceof Value value
        ? Optional.of(
            new String(value.getValueAsBytes().orElse(new byte[0]), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** The options of an endpoint for an event that is for some nodes only. */
  static Object only(Optional<String> service, Optional<String> tag) {
    return ImmutableEventOptions.builder().serviceFilter(service).tagFilter(tag).build();
  }

  /** What a request of an endpoint has failed of. */
  RuntimeException explained(String what, Exception failure) {
    if (failure instanceof ConsulUnavailableException
        || failure instanceof ConsulDeniedException
        || failure instanceof ConsulRejectedException) {
      return (RuntimeException) failure; // it has been said already
    }
    return failure instanceof ConsulException answered && answered.hasCode()
        ? calls.classified(what, answered.getCode(), answered.getMessage())
        : calls.unavailable(what, failure);
  }

  synchronized void close() {
    consul.ifPresent(Consul::destroy);
  }

  /** For plain HTTP: without one of its own, the client reads the JVM's 140 authorities for it. */
  private static final class TrustNothing implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("TLS is not configured");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("TLS is not configured");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
