package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKey;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import dev.metronome.pipeline.intake.Authenticity;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs an event, so that agents accept it from whoever sends it; once, and not for long. */
@picocli.CommandLine.Command(
    name = "sign",
    description = "Print a payload that makes a user event authentic, or a new key",
    footer = {
      "consul event -name=deploy \"$(metronome sign deploy)\"",
      "consul event -name=up -service=web \"$(metronome sign up --for-service web)\"",
      "metronome sign deploy --param version=1.4.2   # for POST /v1/events",
      "(umask 077; metronome sign --new-key > /etc/metronome/signing.keys)",
    })
final class SignCommand implements Command {

  @Parameters(index = "0", arity = "0..1", paramLabel = "EVENT", description = "Name of the event")
  private String name;

  @Option(
      names = "--for-node",
      paramLabel = "REGEXP",
      description = "The node filter that the event will have, as for consul event -node")
  private Optional<String> node = Optional.empty();

  @Option(
      names = "--for-service",
      paramLabel = "REGEXP",
      description = "Its service filter, as for consul event -service")
  private Optional<String> service = Optional.empty();

  @Option(
      names = "--for-tag",
      paramLabel = "REGEXP",
      description = "Its tag filter, as for consul event -tag")
  private Optional<String> tag = Optional.empty();

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "A parameter that POST /v1/events will carry; may be repeated")
  private List<String> params = new ArrayList<>();

  @Option(names = "--json", description = "As JSON: Payload, ID of the event, Key, ValidUntil")
  private boolean json;

  @Option(names = "--new-key", description = "Print a new key for signing-key-file, nothing else")
  private boolean newKey;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    if (newKey == (name != null)) {
      throw new CommandException(ExitCode.USAGE, "sign takes the name of an event, or --new-key");
    }
    terminal.out().println(newKey ? newKey() : signed(configuration, terminal));
    return ExitCode.DONE;
  }

  private static String newKey() {
    LocalDate today = LocalDate.now(Clock.systemUTC().withZone(ZoneOffset.UTC));
    return SigningKeys.newKey("k" + today.format(DateTimeFormatter.ofPattern("yyMMdd")));
  }

  private String signed(Configuration configuration, Terminal terminal) {
    Signature signature = new Signer(key(configuration), Clock.systemUTC()).sign(statement());
    if (json) {
      return Json.text(fields(signature));
    }
    if (terminal.isInteractive()) {
      terminal.say("good for one event, whose ID is " + signature.nonce());
    }
    return signature.text();
  }

  private static Map<String, Object> fields(Signature signature) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Payload", signature.text());
    fields.put("ID", signature.nonce());
    fields.put("Key", signature.keyId());
    fields.put("ValidUntil", signature.at().plus(Authenticity.WINDOW));
    return fields;
  }

  /** Of a file that cannot be used it is said how to have another, too. */
  private static SigningKeys keys(Configuration configuration) {
    try {
      return configuration.signingKeys();
    } catch (ConfigurationException e) {
      throw new CommandException(
          ExitCode.USAGE, e.getMessage() + "; metronome sign --new-key makes a key", e);
    }
  }

  private static SigningKey key(Configuration configuration) {
    return keys(configuration)
        .first()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    "there is no key to sign with; --signing-key-file names a file of keys,"
                        + " metronome sign --new-key makes one"));
  }

  private Statement statement() {
    Map<String, String> pairs = Pairs.of("--param", params);
    boolean filtered = node.isPresent() || service.isPresent() || tag.isPresent();
    if (tag.isPresent() && service.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "--for-tag needs --for-service, as in Consul");
    }
    if (filtered && !pairs.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "a user event has filters, a POST has parameters: no event has both");
    }
    check(pairs);
    return new Statement(name, node, service, tag, pairs);
  }

  /** What no agent would accept is not worth a signature. */
  private void check(Map<String, String> pairs) {
    try {
      Event.of("check", name, pairs, Clock.systemUTC().instant(), "sign", null);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }
}
