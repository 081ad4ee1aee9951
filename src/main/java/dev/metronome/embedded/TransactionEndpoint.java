package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** /v1/txn: keys only, since nothing else is used. */
final class TransactionEndpoint {
  private static final int BODY_LIMIT = 512 * 1024;
  private static final String COMPLAINT = "Failed to parse body: ";

  /** One element of the body. */
  record Item(@JsonProperty("KV") TransactionOperation operation) {}

  private final Transactions transactions;
  private final int operationLimit;

  TransactionEndpoint(Store store) {
    this.operationLimit = store.conditions().profile().operations();
    this.transactions = new Transactions(store);
  }

  void addTo(Routes routes) {
    routes.add("PUT", "/v1/txn", this::answer);
  }

  private Reply answer(HttpRequest request) throws IOException {
    byte[] body = request.body(BODY_LIMIT, "txn_max_req_len");
    List<Item> items = ConsulJson.strict(body, new TypeReference<List<Item>>() {}, COMPLAINT);
    List<TransactionOperation> operations =
        items.stream().map(Item::operation).filter(Objects::nonNull).toList();
    if (operations.size() > operationLimit) {
      throw new RefusedRequest(
          413,
          "Transaction contains too many operations (%d > %d)"
              .formatted(operations.size(), operationLimit));
    }
    operations.forEach(TransactionEndpoint::checkValue);
    return reply(transactions.run(operations));
  }

  private static void checkValue(TransactionOperation operation) {
    try {
      Base64.getDecoder().decode(Objects.requireNonNullElse(operation.value(), ""));
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.malformed(COMPLAINT + "illegal base64 data: " + e.getMessage());
    }
  }

  private static Reply reply(Transactions.Outcome outcome) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("Results", outcome.results());
    content.put("Errors", outcome.failures());
    int status = outcome.failures() == null ? 200 : 409;
    if (outcome.wrote()) {
      return Reply.json(status, content);
    }
    // One that only reads is answered as a query, though without an index.
    content.put("Index", 0);
    content.put("LastContact", 0);
    content.put("KnownLeader", true);
    content.put("ConsistencyLevel", "");
    return Reply.json(status, content)
        .with("X-Consul-KnownLeader", "true")
        .with("X-Consul-LastContact", "0");
  }
}
