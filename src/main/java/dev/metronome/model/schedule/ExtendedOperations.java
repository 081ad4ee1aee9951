package dev.metronome.model.schedule;

import java.util.List;
import java.util.Set;

/** Some operations with their rules, and further names without any. */
record ExtendedOperations(OperationTypes base, Set<String> names) implements OperationTypes {
  ExtendedOperations {
    names = Set.copyOf(names);
  }

  @Override
  public List<ArgumentProblem> check(String type, Object arguments, Form form) {
    return base.check(type, arguments, form);
  }

  @Override
  public Set<String> typed(String type) {
    return base.typed(type);
  }

  @Override
  public boolean retryable(String type) {
    return base.retryable(type);
  }
}
