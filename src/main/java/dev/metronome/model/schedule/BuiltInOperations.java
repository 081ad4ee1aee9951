package dev.metronome.model.schedule;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The six operations of the original and the rules of their arguments. */
final class BuiltInOperations implements OperationTypes {
  private final Map<String, Consumer<Arguments>> rules;

  /**
   * @param prefix of the keys that are closed to consul-kvs
   */
  BuiltInOperations(String prefix) {
    this.rules =
        Map.of(
            "echo", ArgumentRules::echo,
            "execute", ArgumentRules::execute,
            "service", ArgumentRules::service,
            "chef", ArgumentRules::chef,
            "consul-event", ArgumentRules::consulEvent,
            "consul-kvs", new KvsRule(prefix));
  }

  @Override
  public Set<String> names() {
    return rules.keySet();
  }

  @Override
  public List<ArgumentProblem> check(String type, Object arguments, Form form) {
    Consumer<Arguments> rule = rules.get(type);
    if (rule == null) {
      return List.of();
    }
    Arguments checked = new Arguments(type, arguments, form);
    rule.accept(checked);
    return checked.problems();
  }

  /** Chef's attributes become JSON and its configurations Ruby, where 80 is not "80". */
  @Override
  public Set<String> typed(String type) {
    return type.equals("chef") ? Set.of("attributes", "configurations") : Set.of();
  }

  /** An event that has been fired cannot be taken back, and a second one runs everything again. */
  @Override
  public boolean retryable(String type) {
    return !type.equals("consul-event");
  }
}
