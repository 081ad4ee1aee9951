package dev.metronome.model.schedule;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Batching.Order;
import dev.metronome.model.record.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads how a step goes over its nodes: {@code serial} and what goes with it, and its gate. */
final class BatchingReader {
  private static final int MAX_SIZES = 100;
  private static final String SIZES = "a number of nodes, a percentage of them, or a list of such";

  private final Section step;
  private final Findings findings;

  BatchingReader(Section step, Findings findings) {
    this.step = step;
    this.findings = findings;
  }

  Batching read(RunOnReader runOn) {
    Batching batching =
        new Batching(
            serial(),
            order(),
            spread(),
            step.share("max_failures", 0),
            new HealthReader(step, findings).read());
    boolean divided = step.has("serial") || step.has("spread");
    for (String key : List.of("order", "max_failures")) {
      if (step.has(key) && !divided) {
        findings.error(
            step.position(key),
            Shown.text(key)
                + " of "
                + step.title()
                + " needs `serial` or `spread`: without"
                + " batches all nodes run at once");
      }
    }
    boolean single =
        runOn.holder().isPresent() || runOn.share().filter(new Share(1, false)::equals).isPresent();
    if (single && divided) {
      findings.error(
          step.position(step.has("serial") ? "serial" : "spread"),
          step.title() + " runs on one node by `run_on`; there are no batches of one node");
    }
    return batching;
  }

  private List<Share> serial() {
    if (!(step.value("serial").orElse(null) instanceof Value.Sequence list)) {
      return step.share("serial", 1).stream().toList();
    }
    if (list.items().isEmpty() || list.items().size() > MAX_SIZES) {
      findings.error(
          list.position(),
          "`serial` of "
              + step.title()
              + " must be "
              + SIZES
              + ", from 1 to "
              + MAX_SIZES
              + " of them");
    }
    List<Share> sizes = new ArrayList<>();
    for (Value item : list.items()) {
      step.share("serial", item, 1).ifPresent(sizes::add);
    }
    return sizes;
  }

  private Optional<Order> order() {
    Optional<String> text = step.text("order");
    Optional<Order> order =
        text.flatMap(
            it -> Arrays.stream(Order.values()).filter(each -> each.word().equals(it)).findFirst());
    if (text.isPresent() && order.isEmpty()) {
      findings.error(
          step.value("order").orElseThrow().position(),
          Shown.text("order: " + text.get())
              + " in "
              + step.title()
              + " is neither `name` nor `shuffle`");
    }
    return order;
  }

  private Optional<String> spread() {
    Optional<String> key = step.text("spread");
    if (key.filter(it -> !it.matches("[A-Za-z0-9_-]{1,128}")).isPresent()) {
      findings.error(
          step.value("spread").orElseThrow().position(),
          Shown.text("spread: " + key.get())
              + " in "
              + step.title()
              + " is no key of a node's meta: letters, digits, `_` and `-`");
    }
    return key;
  }
}
