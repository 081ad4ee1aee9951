package dev.metronome.consul;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the local Consul agent is and how to speak to it. The fields mean what Consul's own {@code
 * CONSUL_HTTP_ADDR}, {@code CONSUL_HTTP_SSL}, {@code CONSUL_HTTP_SSL_VERIFY}, {@code
 * CONSUL_HTTP_TOKEN}, {@code CONSUL_CACERT}, {@code CONSUL_CLIENT_CERT}, {@code CONSUL_CLIENT_KEY},
 * {@code CONSUL_TLS_SERVER_NAME}, {@code CONSUL_NAMESPACE}, {@code CONSUL_PARTITION} and {@code
 * CONSUL_HTTP_AUTH} mean.
 *
 * @param https whether to use TLS
 * @param host name or address without brackets, or {@code unix://} and the path of a socket, to
 *     which neither port nor TLS belongs
 * @param port 1 to 65535
 * @param token ACL token, never printed
 * @param verify whether the server's certificate and name are verified
 * @param caCertificate PEM file of the authorities to trust instead of the JVM's own, or a folder
 *     of such files, as {@code CONSUL_CAPATH} names one
 * @param clientCertificate PEM file for mutual TLS, together with {@code clientKey}
 * @param clientKey PEM file (PKCS#8 or PKCS#1) of the client certificate's private key
 * @param tlsServerName name to expect in the server's certificate instead of {@code host}
 * @param namespace Consul Enterprise namespace
 * @param partition Consul Enterprise admin partition
 * @param basicAuth user and password, with a colon between them, for what stands before Consul;
 *     never printed
 */
public record ConsulSettings(
    boolean https,
    String host,
    int port,
    Optional<String> token,
    boolean verify,
    Optional<Path> caCertificate,
    Optional<Path> clientCertificate,
    Optional<Path> clientKey,
    Optional<String> tlsServerName,
    Optional<String> namespace,
    Optional<String> partition,
    Optional<String> basicAuth) {

  private static final String UNIX = "unix://";

  public ConsulSettings {
    Objects.requireNonNull(host, "host");
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    if (https && host.startsWith(UNIX)) {
      throw new IllegalArgumentException(
          "a unix socket (" + host + ") speaks no TLS; set protocol to http");
    }
    if (clientCertificate.isPresent() != clientKey.isPresent()) {
      throw new IllegalArgumentException(
          "a client certificate and its key belong together; one of the two is missing");
    }
  }

  /** Plain HTTP to {@code host:port}, without a token. */
  public static ConsulSettings plain(String host, int port) {
    return new ConsulSettings(
        false,
        host,
        port,
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The address as a user would write it. */
  public String url() {
    return socket().isPresent() ? host : (https ? "https://" : "http://") + authority();
  }

  /** Of a Unix domain socket, if that is where Consul is. */
  public Optional<Path> socket() {
    return host.startsWith(UNIX)
        ? Optional.of(Path.of(host.substring(UNIX.length())))
        : Optional.empty();
  }

  /** What requests say of where they go. */
  String authority() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return socket().isPresent() ? "localhost" : name + ":" + port;
  }

  /** What each request says beside the token. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    namespace.ifPresent(name -> headers.put("X-Consul-Namespace", name));
    partition.ifPresent(name -> headers.put("X-Consul-Partition", name));
    basicAuth.ifPresent(
        text ->
            headers.put(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return headers;
  }

  @Override
  public String toString() {
    return url() + (token.isPresent() ? " (with token)" : "");
  }
}
