package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Several operations as one write.
 *
 * <p><b>Guarantees:</b> all or none; every entry that is written carries the same index; every
 * failed operation is reported, not only the first.
 */
final class Transactions {
  private static final Set<String> READS =
      Set.of("get", "get-tree", "check-index", "check-session", "check-not-exists");
  private static final Set<String> WRITES =
      Set.of("set", "cas", "lock", "unlock", "delete", "delete-cas", "delete-tree");

  /** What went wrong with the operation at a place. */
  record Failure(int opIndex, String what) {}

  /** An entry that an operation has read or written. */
  record Result(@JsonProperty("KV") KeyEntry entry) {}

  /** Either results or failures; a transaction without writes is answered as a query. */
  record Outcome(List<Result> results, List<Failure> failures, boolean wrote) {}

  /** Carries the failures out of a write, so that the store takes it back. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Failure> failures;

    Failed(List<Failure> failures) {
      super(null, null, false, false);
      this.failures = failures;
    }
  }

  private final Store store;
  private final OperationRunner runner;

  Transactions(Store store) {
    this.store = store;
    this.runner = new OperationRunner(store);
  }

  Outcome run(List<TransactionOperation> operations) {
    // Like the real one: a verb that it does not know does not make it a write.
    List<Failure> denied = denied(operations);
    boolean writes = operations.stream().anyMatch(operation -> WRITES.contains(operation.verb()));
    if (!denied.isEmpty()) {
      return new Outcome(null, denied, writes);
    }
    try {
      List<Result> results =
          writes
              ? store.write(commit -> apply(operations, op -> runner.run(commit, op)))
              : store.read(() -> apply(operations, this::readOnly));
      return new Outcome(results, null, writes);
    } catch (Failed e) {
      return new Outcome(null, e.failures, writes);
    }
  }

  /** Rights are looked at before anything is done. */
  private List<Failure> denied(List<TransactionOperation> operations) {
    Conditions conditions = store.conditions();
    List<Failure> denied = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      TransactionOperation op = operations.get(i);
      String access = WRITES.contains(op.verb()) ? "write" : "read";
      if (conditions.isDenied("key", access, op.key())) {
        denied.add(new Failure(i, conditions.denial("key", access, op.key())));
      }
    }
    return denied;
  }

  private List<KeyEntry> readOnly(TransactionOperation operation) {
    if (!READS.contains(operation.verb())) {
      throw new IllegalArgumentException("unknown KV verb \"" + operation.verb() + "\"");
    }
    return runner.run(null, operation);
  }

  private static List<Result> apply(
      List<TransactionOperation> operations, Function<TransactionOperation, List<KeyEntry>> run) {
    List<Result> results = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      try {
        run.apply(operations.get(i)).forEach(entry -> results.add(new Result(entry)));
      } catch (IllegalArgumentException e) {
        failures.add(new Failure(i, e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw new Failed(failures);
    }
    return results;
  }
}
