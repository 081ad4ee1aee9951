package dev.metronome.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Consumer;

/** What /v1/agent/ lets a client change. */
final class AgentRegistrationEndpoint {
  private static final String DEREGISTER_SERVICE = "/v1/agent/service/deregister/";
  private static final String DEREGISTER_CHECK = "/v1/agent/check/deregister/";
  private static final String MAINTENANCE = "/v1/agent/service/maintenance/";
  private static final String UPDATE = "/v1/agent/check/update/";

  private final Store store;
  private final ClientAgent agent;

  AgentRegistrationEndpoint(Store store, ClientAgent agent) {
    this.store = store;
    this.agent = agent;
  }

  void addTo(Routes routes) {
    routes
        .add("PUT", "/v1/agent/service/register", this::registerService)
        .add("PUT", DEREGISTER_SERVICE, this::deregisterService)
        .add("PUT", "/v1/agent/check/register", this::registerCheck)
        .add("PUT", DEREGISTER_CHECK, this::deregisterCheck)
        .add("PUT", UPDATE, this::update)
        .add("PUT", "/v1/agent/maintenance", this::maintain)
        .add("PUT", MAINTENANCE, this::maintainService);
    addReport(routes, "/v1/agent/check/pass/", Check.PASSING);
    addReport(routes, "/v1/agent/check/warn/", Check.WARNING);
    addReport(routes, "/v1/agent/check/fail/", Check.CRITICAL);
  }

  private void addReport(Routes routes, String path, String status) {
    routes.add(
        "PUT",
        path,
        request -> report(request.after(path), status, request.parameter("note").orElse("")));
  }

  private Reply registerService(HttpRequest request) throws IOException {
    ServiceDefinition wanted = ConsulJson.strict(request.body(), ServiceDefinition.class);
    store.conditions().demand("service", "write", wanted.service().name());
    return write(commit -> agent.register(commit, wanted));
  }

  private Reply deregisterService(HttpRequest request) {
    String id = request.after(DEREGISTER_SERVICE);
    return write(commit -> agent.deregisterService(commit, id));
  }

  private Reply registerCheck(HttpRequest request) throws IOException {
    CheckDefinition wanted = ConsulJson.strict(request.body(), CheckDefinition.class);
    if (wanted.name() == null || wanted.name().isEmpty()) {
      throw RefusedRequest.malformed("Missing check name");
    }
    return write(commit -> agent.register(commit, wanted));
  }

  private Reply deregisterCheck(HttpRequest request) {
    String id = request.after(DEREGISTER_CHECK);
    return write(commit -> agent.deregisterCheck(commit, id));
  }

  private Reply maintain(HttpRequest request) {
    boolean wanted = Boolean.parseBoolean(request.parameter("enable").orElse("false"));
    String reason = request.parameter("reason").orElse("");
    return write(
        commit -> {
          if (wanted) {
            agent.beginMaintenance(commit, reason);
          } else {
            agent.endMaintenance(commit);
          }
        });
  }

  private Reply maintainService(HttpRequest request) {
    String id = request.after(MAINTENANCE);
    String reason = request.parameter("reason").orElse("");
    String enable = request.parameter("enable").orElse("");
    return switch (enable) {
      case "true" -> write(commit -> agent.beginMaintenance(commit, id, reason));
      case "false" -> write(commit -> agent.endMaintenance(commit, id));
      case "" -> Reply.text(400, "Missing value for enable");
      default -> Reply.text(400, "Invalid value for enable: \"" + enable + "\"");
    };
  }

  private Reply update(HttpRequest request) throws IOException {
    JsonNode wanted = ConsulJson.lenient(request.body(), JsonNode.class);
    String status = wanted.path("Status").asText("");
    return report(request.after(UPDATE), status, wanted.path("Output").asText(""));
  }

  private Reply report(String checkId, String status, String note) {
    return write(
        commit ->
            agent
                .ttlCheck(checkId)
                .orElseThrow(() -> notTtl(checkId))
                .report(commit, status, note));
  }

  private static RefusedRequest notTtl(String checkId) {
    return new RefusedRequest(500, "CheckID \"" + checkId + "\" does not have associated TTL");
  }

  private Reply write(Consumer<StoreCommit> action) {
    store.write(
        commit -> {
          action.accept(commit);
          return commit;
        });
    return Reply.empty(200);
  }
}
