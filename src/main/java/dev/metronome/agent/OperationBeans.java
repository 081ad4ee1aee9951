package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.EndpointClient;
import dev.metronome.consul.ForeignKeys;
import dev.metronome.consul.UserEvents;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.Statement;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.execute.OperationTracing;
import dev.metronome.pipeline.execute.Operations;
import dev.metronome.pipeline.execute.Programs;
import dev.metronome.pipeline.execute.RunAs;
import dev.metronome.pipeline.execute.Scripts;
import dev.metronome.pipeline.hook.RouteFailures;
import dev.metronome.pipeline.operation.Capture;
import dev.metronome.pipeline.operation.Chef;
import dev.metronome.pipeline.operation.EventSender;
import dev.metronome.pipeline.operation.KeyValues;
import dev.metronome.pipeline.operation.NodeAttributes;
import dev.metronome.pipeline.operation.RunList;
import dev.metronome.pipeline.operation.ServiceManager;
import dev.metronome.pipeline.operation.Services;
import dev.metronome.pipeline.process.OutputKeeper;
import dev.metronome.pipeline.process.ProcessRunner;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** What the routes of operations refer to, and their own connection to Consul. */
final class OperationBeans implements AutoCloseable {

  private final Configuration configuration;
  private final ConsulConnection consul;
  private final Operations operations;
  private final RunAs runAs;
  private final Optional<OutputKeeper> keeper;
  private final Map<String, Object> beans = new LinkedHashMap<>();

  /** Those whose programs end with this process. */
  OperationBeans(
      Configuration configuration, Map<String, String> environment, OperationTypes types) {
    this(
        configuration,
        environment,
        types,
        Optional.empty(),
        (eventId, no, processes) -> {},
        List.of(),
        OperationTracing.NONE);
  }

  /**
   * Sends nothing to Consul.
   *
   * @param environment of this process, for its children
   * @param keeper reads on what programs print if this process is killed
   * @param survivors hears of processes that could not be ended
   * @param listeners hear of each operation
   * @param tracing has the processes of each operation continue a trace
   * @throws dev.metronome.config.ConfigurationException if programs cannot run as the setting says
   */
  OperationBeans(
      Configuration configuration,
      Map<String, String> environment,
      OperationTypes types,
      Optional<OutputKeeper> keeper,
      Programs.Survivors survivors,
      List<OperationListener> listeners,
      OperationTracing tracing) {
    this.keeper = keeper;
    this.configuration = configuration;
    this.runAs = RunAs.otherwise(configuration.runAs());
    this.operations =
        new Operations(
            types,
            Map.of("chef", RunList.forRoles(configuration.roles())),
            configuration.duration("kill-grace"),
            listeners,
            tracing);
    this.consul = ConsulCredentials.connection(configuration::operationConsul);
    Programs programs =
        new Programs(
            new ProcessRunner(environment, keeper),
            configuration.duration("kill-grace"),
            survivors);
    ForeignKeys keys = new ForeignKeys(consul);
    beans.put("operations", operations);
    beans.put("scripts", new Scripts(programs, Clock.system(ZoneId.systemDefault())));
    beans.put("services", new Services(programs, manager()));
    beans.put("key-values", new KeyValues(keys));
    beans.put("event-sender", new EventSender(new UserEvents(consul), payload()));
    beans.put("chef", chef(programs, keys));
    beans.put("capture", new Capture());
    beans.put("route-failures", new RouteFailures(System::nanoTime)); // wherever errors is
  }

  private ServiceManager manager() {
    return ServiceManager.of(configuration.text("service-manager"));
  }

  private EventSender.Payload payload() {
    Optional<Signer> signer =
        configuration.signingKeys().first().map(key -> new Signer(key, Clock.systemUTC()));
    return (name, service, tag) ->
        signer
            .map(key -> key.sign(new Statement(name, Optional.empty(), service, tag, Map.of())))
            .map(Signature::text)
            .or(configuration::payloadToken) // read each time, since it may be the ACL token
            .orElse("");
  }

  private Chef chef(Programs programs, ForeignKeys keys) {
    Supplier<Map<String, String>> environment =
        () ->
            Map.of(
                "HOME", "/root",
                "CONSUL_SECRET_KEY", consul.token().orElse(""),
                "ROLE", String.join(",", configuration.roles()));
    Chef.Remains remains = configuration.flag("debug") ? Chef.Remains.KEPT : Chef.Remains.REMOVED;
    return new Chef(programs, new NodeAttributes(keys), environment, remains);
  }

  /** What processes of operations find in their environment besides the agent's own, now. */
  Map<String, String> exports() {
    Map<String, String> exports = new HashMap<>(configuration.proxyEnvironment());
    if (configuration.operationsHaveToken()) {
      consul.token().ifPresent(token -> exports.put("CONSUL_HTTP_TOKEN", token));
    }
    return exports;
  }

  /** What only a task that runs may know: the token that its operations show to Consul. */
  Map<String, String> secrets() {
    return Map.of("config.token", consul.token().orElse(""));
  }

  /** Whom the programs of a task run as. */
  RunAs runAs() {
    return runAs;
  }

  /** Theirs to Consul. */
  ConsulConnection connection() {
    return consul;
  }

  /** What runs operations, and ends them. */
  Operations operations() {
    return operations;
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    beans.forEach(main::bind);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport main) {
            main.getCamelContext()
                .getRegistry()
                .bind("consul", EndpointClient.type(), () -> consul.endpoints().consul());
          }
        });
  }

  @Override
  public void close() {
    keeper.ifPresent(OutputKeeper::close);
    consul.close();
  }
}
