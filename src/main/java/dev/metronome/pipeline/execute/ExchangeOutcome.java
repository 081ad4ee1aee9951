package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;

/** What an exchange that has run a task's operations means for the task. */
final class ExchangeOutcome {

  private ExchangeOutcome() {}

  static Outcome of(Exchange exchange) {
    Throwable failure = exchange.getException();
    if (failure == null) {
      failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }
    return failure == null ? Outcome.success() : of(failure);
  }

  private static Outcome of(Throwable failure) {
    Throwable cause = failure;
    while (isWrapper(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof OperationFailedException operation) {
      return Outcome.error(operation.reason(), operation.getMessage());
    }
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return Outcome.error(Reason.FAILED, text);
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof CamelExchangeException || failure instanceof RuntimeCamelException;
  }
}
