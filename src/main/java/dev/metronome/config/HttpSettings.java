package dev.metronome.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the agent listens, and what protects it there.
 *
 * <p><em>Guarantees</em>: others than this machine reach it only by TLS or by the word of {@code
 * http-insecure}, and only if {@code http-users} says who may.
 *
 * @param port 0 for any
 * @param tls its certificate and key; without them it speaks plainly
 * @param users the file of who may ask; without it everybody may
 */
public record HttpSettings(InetAddress address, int port, Optional<Tls> tls, Optional<Path> users) {

  /** PEM files. */
  public record Tls(Path certificate, Path key) {}

  static HttpSettings of(Configuration configuration) {
    HttpSettings settings =
        new HttpSettings(
            address(configuration),
            configuration.number("http-port"),
            tls(configuration),
            configuration.path("http-users"));
    if (!settings.isLoopback()) {
      demandProtection(settings, configuration);
    }
    return settings;
  }

  /** Whether only this machine reaches it. */
  public boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  /** The address where this machine reaches it, as in a URL. */
  public String ownHost() {
    InetAddress own = address.isAnyLocalAddress() ? loopbackLike(address) : address;
    String text = own.getHostAddress();
    return text.indexOf(':') < 0 ? text : "[" + text + "]";
  }

  /** {@code http} or {@code https}. */
  public String scheme() {
    return tls.isPresent() ? "https" : "http";
  }

  private static void demandProtection(HttpSettings settings, Configuration configuration) {
    String reached = "others reach http-host " + configuration.text("http-host") + ": ";
    if (settings.users.isEmpty()) {
      throw new ConfigurationException(
          reached + "name a file of who may ask with http-users; metronome user makes its lines");
    }
    if (settings.tls.isEmpty() && !configuration.flag("http-insecure")) {
      throw new ConfigurationException(
          reached
              + "name a certificate and its key with http-cert and http-key, or say http-insecure"
              + " if passwords may be read on the way");
    }
  }

  private static Optional<Tls> tls(Configuration configuration) {
    Optional<Path> certificate = configuration.path("http-cert");
    Optional<Path> key = configuration.path("http-key");
    if (certificate.isPresent() != key.isPresent()) {
      throw new ConfigurationException("http-cert and http-key need each other");
    }
    return certificate.map(file -> new Tls(file, key.orElseThrow()));
  }

  private static InetAddress address(Configuration configuration) {
    String text = configuration.text("http-host");
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new ConfigurationException(
          configuration.value("http-host").origin().place()
              + ": http-host "
              + text
              + " is no address of this machine, such as 127.0.0.1 or 0.0.0.0",
          e);
    }
  }

  private static InetAddress loopbackLike(InetAddress any) {
    byte[] bytes = new byte[any.getAddress().length];
    bytes[bytes.length - 1] = 1;
    if (bytes.length == 4) {
      bytes[0] = 127;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only for a wrong number of bytes
    }
  }
}
