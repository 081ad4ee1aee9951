package dev.metronome.embedded;

import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** /v1/catalog/ and /v1/health/. */
final class CatalogEndpoint {
  private static final String SERVICE_HEALTH = "/v1/health/service/";

  private final Store store;
  private final CatalogQueries queries;

  CatalogEndpoint(Store store) {
    this.store = store;
    this.queries = new CatalogQueries(store.catalog());
  }

  void addTo(Routes routes) {
    routes.add("PUT", "/v1/catalog/register", this::register);
    routes.add("PUT", "/v1/catalog/deregister", this::deregister);
    list(routes, "/v1/catalog/nodes", request -> queries.nodes());
    list(routes, "/v1/catalog/services", request -> queries.services());
    named(routes, "/v1/catalog/node/", (request, node) -> queries.node(node));
    named(
        routes,
        "/v1/catalog/service/",
        (request, name) -> queries.service(name, request.parameters("tag")));
    routes.add("GET", SERVICE_HEALTH, this::serviceHealth);
    named(
        routes,
        "/v1/health/node/",
        (request, node) -> queries.checks(check -> check.node().equals(node)));
    named(
        routes,
        "/v1/health/checks/",
        (request, name) -> queries.checks(check -> check.serviceName().equals(name)));
    named(
        routes,
        "/v1/health/state/",
        (request, status) ->
            queries.checks(check -> status.equals("any") || check.status().equals(status)));
  }

  private Reply serviceHealth(HttpRequest request) throws InterruptedException {
    Supplier<QueryAnswer> query = () -> health(request, request.after(SERVICE_HEALTH));
    boolean streamed = store.conditions().profile().streams() && request.index() != 0;
    return streamed ? store.views().ask(request, query) : store.ask(request, query);
  }

  private QueryAnswer health(HttpRequest request, String name) {
    Predicate<CatalogQueries.ServiceHealth> wanted = healthWanted(request);
    Conditions conditions = store.conditions();
    if (!conditions.isDenied("service", "read", name)) {
      return queries.serviceHealth(name, request.parameters("tag"), wanted);
    }
    QueryAnswer nothing = queries.serviceHealth(name, List.of(), health -> false);
    return nothing.with(conditions.told(nothing.reply(), true));
  }

  private void list(Routes routes, String path, Function<HttpRequest, QueryAnswer> query) {
    routes.add("GET", path, request -> store.ask(request, () -> query.apply(request)));
  }

  private void named(
      Routes routes, String path, BiFunction<HttpRequest, String, QueryAnswer> query) {
    list(routes, path, request -> query.apply(request, request.after(path)));
  }

  private static Predicate<CatalogQueries.ServiceHealth> healthWanted(HttpRequest request) {
    boolean passingOnly =
        request.parameter("passing").filter(value -> !value.equals("false")).isPresent();
    Predicate<CatalogQueries.ServiceHealth> passing = health -> !passingOnly || health.isPassing();
    return request
        .parameter("filter")
        .filter(text -> !text.isEmpty())
        .map(CatalogFilter::of)
        .map(filter -> passing.and(health -> filter.test(ConsulJson.tree(health))))
        .orElse(passing);
  }

  private Reply register(HttpRequest request) throws IOException {
    CatalogRegistration wanted = ConsulJson.lenient(request.body(), CatalogRegistration.class);
    return Reply.json(store.write(commit -> wanted.register(commit, store.catalog())));
  }

  private Reply deregister(HttpRequest request) throws IOException {
    CatalogRegistration wanted = ConsulJson.lenient(request.body(), CatalogRegistration.class);
    return Reply.json(store.write(commit -> wanted.deregister(commit, store.catalog())));
  }
}
