package dev.metronome.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consul's own {@code CONSUL_*} variables as our settings, with Consul's meaning. A variable that
 * is set to nothing counts as unset, as it does for Consul. What config.yml says wins over them, so
 * that an environment which somebody else's process hands on does not lead elsewhere.
 */
final class ConsulEnvironment {
  private static final String CA_FILE = "CONSUL_CACERT";
  private static final String CA_FOLDER = "CONSUL_CAPATH";

  private static final Map<String, String> SAME_MEANING =
      Map.of(
          "CONSUL_HTTP_TOKEN",
          "token",
          "CONSUL_HTTP_TOKEN_FILE",
          "token-file",
          "CONSUL_HTTP_AUTH",
          "basic-auth",
          CA_FILE,
          "ca-cert",
          "CONSUL_CLIENT_CERT",
          "client-cert",
          "CONSUL_CLIENT_KEY",
          "client-key",
          "CONSUL_TLS_SERVER_NAME",
          "tls-server-name",
          "CONSUL_NAMESPACE",
          "namespace",
          "CONSUL_PARTITION",
          "partition");

  private static final String ADDR = "CONSUL_HTTP_ADDR";
  private static final String SSL = "CONSUL_HTTP_SSL";
  private static final String VERIFY = "CONSUL_HTTP_SSL_VERIFY";

  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?<scheme>[A-Za-z]+)://)?(?<host>\\[[^]]+]|[^:/]+)(?::(?<port>\\d+))?/?");

  private final Map<String, String> environment;
  private final Layers layers;

  private ConsulEnvironment(Map<String, String> environment, Layers layers) {
    this.environment = environment;
    this.layers = layers;
  }

  static void apply(Map<String, String> environment, Layers layers) {
    ConsulEnvironment consul = new ConsulEnvironment(environment, layers);
    consul.address();
    consul.tls();
    SAME_MEANING.forEach(
        (variable, key) -> {
          if (consul.has(variable)) {
            layers.putBelow(key, environment.get(variable), origin(variable));
          }
        });
  }

  private void address() {
    if (!has(ADDR) || isAddressed()) {
      return;
    }
    String text = environment.get(ADDR).trim();
    if (text.startsWith("unix://")) {
      layers.putBelow("host", text, origin(ADDR));
      return;
    }
    Matcher address = match(text);
    String scheme = address.group("scheme");
    layers.putBelow("host", address.group("host").replaceAll("[\\[\\]]", ""), origin(ADDR));
    if (address.group("port") != null) {
      layers.putBelow("port", address.group("port"), origin(ADDR));
    } else if (scheme != null) {
      layers.putBelow("port", scheme.equalsIgnoreCase("https") ? "443" : "80", origin(ADDR));
    }
    if (scheme != null) {
      layers.putBelow("protocol", scheme.toLowerCase(Locale.ROOT), origin(ADDR));
    }
  }

  /**
   * Host and port are one address: of half of one and half of another nobody would know where it
   * leads.
   */
  private boolean isAddressed() {
    return layers.isAbove("host", Origin.Source.CONSUL_ENVIRONMENT)
        || layers.isAbove("port", Origin.Source.CONSUL_ENVIRONMENT);
  }

  private static Matcher match(String text) {
    Matcher address = ADDRESS.matcher(text);
    boolean http = address.matches() && isHttp(address.group("scheme"));
    if (!http) {
      throw new ConfigurationException(
          ADDR
              + ": expected host:port, http://host:port, https://host:port or unix:///path, found `"
              + text
              + "`");
    }
    return address;
  }

  private static boolean isHttp(String scheme) {
    return scheme == null || scheme.matches("(?i)https?");
  }

  /** As in Consul, CONSUL_HTTP_SSL wins over an address that begins with http. */
  private void tls() {
    if (has(SSL) && isTrue(SSL)) {
      layers.putBelow("protocol", "https", origin(SSL));
    }
    if (has(CA_FOLDER) && !has(CA_FILE)) { // of both Consul takes the file
      layers.putBelow("ca-cert", environment.get(CA_FOLDER), origin(CA_FOLDER));
    }
    if (has(VERIFY)) {
      layers.putBelow("insecure-skip-verify", Boolean.toString(!isTrue(VERIFY)), origin(VERIFY));
    }
  }

  private boolean isTrue(String variable) {
    String text = environment.get(variable);
    return Flags.read(text)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    variable + ": must be true or false, found `" + text + "`"));
  }

  private boolean has(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  private static Origin origin(String variable) {
    return new Origin(Origin.Source.CONSUL_ENVIRONMENT, variable);
  }
}
