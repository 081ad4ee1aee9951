package dev.metronome.config;

import dev.metronome.base.log.Redaction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The configuration as others want it: the shell, Camel, people, and who must keep secrets. */
final class Exports {

  private Exports() {}

  static Map<String, String> proxy(Configuration configuration) {
    Map<String, String> environment = new LinkedHashMap<>();
    String host = configuration.text("proxy-host");
    if (!host.isEmpty()) {
      String url = "http://" + host + ":" + configuration.number("proxy-port");
      environment.put("http_proxy", url);
      environment.put("https_proxy", url);
      environment.put("ftp_proxy", url);
    }
    String direct = configuration.text("no-proxy");
    if (!direct.isEmpty()) {
      environment.put("no_proxy", direct);
    }
    return environment;
  }

  static Properties camel(Configuration configuration) {
    Properties properties = new Properties();
    for (Setting setting : Settings.all()) {
      if (!setting.isSecret()) {
        properties.setProperty("metronome." + setting.key(), camel(configuration, setting));
      }
    }
    return properties;
  }

  private static String camel(Configuration configuration, Setting setting) {
    String text = configuration.text(setting.key());
    if (setting.kind().isAmount()) {
      return Long.toString(setting.amount(text));
    }
    return setting.kind() == Kind.FLAG ? Boolean.toString(configuration.flag(setting.key())) : text;
  }

  static List<EffectiveSetting> describe(Configuration configuration) {
    return Settings.all().stream().map(setting -> effective(configuration, setting)).toList();
  }

  private static EffectiveSetting effective(Configuration configuration, Setting setting) {
    SettingValue value = configuration.value(setting.key());
    boolean hidden = setting.isSecret() && !value.text().isEmpty();
    return new EffectiveSetting(
        setting.key(), hidden ? Redaction.MASK : value.text(), value.origin().place());
  }

  static Map<String, String> operations(
      Configuration configuration, Map<String, String> environment) {
    Map<String, String> rest = new HashMap<>(environment);
    Settings.all().stream().filter(Setting::isSecret).map(Setting::variable).forEach(rest::remove);
    if (configuration.operationsHaveToken()) {
      rest.remove("CONSUL_HTTP_TOKEN_FILE");
      new ConsulOptions(configuration)
          .operationToken()
          .ifPresent(token -> rest.put("CONSUL_HTTP_TOKEN", token));
    }
    return rest;
  }

  static List<String> secrets(Configuration configuration) {
    TreeSet<String> secrets = new TreeSet<>();
    Settings.all().stream()
        .filter(Setting::isSecret)
        .map(setting -> configuration.text(setting.key()))
        .forEach(secrets::add);
    ConsulOptions connection = new ConsulOptions(configuration);
    add(() -> connection.token().stream(), secrets);
    add(() -> connection.operationToken().stream(), secrets);
    add(() -> configuration.signingKeys().secrets().stream(), secrets);
    secrets.remove("");
    return List.copyOf(secrets);
  }

  /** A file that cannot be read holds nothing that could slip out. */
  private static void add(Supplier<Stream<String>> source, Set<String> secrets) {
    try {
      source.get().forEach(secrets::add);
    } catch (ConfigurationException e) {
      secrets.remove("");
    }
  }
}
