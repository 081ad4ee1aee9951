package dev.metronome.telemetry.trace;

import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Optional;

/** Names and words of OpenTelemetry's semantic conventions for CI/CD, and a few of ours. */
final class Conventions {

  static final AttributeKey<String> EVENT = AttributeKey.stringKey("cicd.pipeline.name");
  static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("cicd.pipeline.run.id");
  static final AttributeKey<String> ACTION = AttributeKey.stringKey("cicd.pipeline.action.name");
  static final AttributeKey<String> RESULT = AttributeKey.stringKey("cicd.pipeline.result");
  static final AttributeKey<String> TASK = AttributeKey.stringKey("cicd.pipeline.task.name");
  static final AttributeKey<String> TASK_ID = AttributeKey.stringKey("cicd.pipeline.task.run.id");
  static final AttributeKey<String> TASK_RESULT =
      AttributeKey.stringKey("cicd.pipeline.task.run.result");
  static final AttributeKey<String> NODE = AttributeKey.stringKey("cicd.worker.name");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> SOURCE = AttributeKey.stringKey("metronome.source");
  static final AttributeKey<String> RETRY_OF = AttributeKey.stringKey("metronome.retry_of");
  static final AttributeKey<String> PATTERN = AttributeKey.stringKey("metronome.pattern");
  static final AttributeKey<Long> TARGETS = AttributeKey.longKey("metronome.targets");
  static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("metronome.attempt");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("metronome.operation");
  static final AttributeKey<Long> NUMBER = AttributeKey.longKey("metronome.operation.number");
  static final AttributeKey<Boolean> LATE = AttributeKey.booleanKey("metronome.late");

  static final String RUN = "RUN";

  private Conventions() {}

  /** A script that failed is a failure, whatever else went wrong an error. */
  static String result(Status status, Optional<Reason> reason) {
    return switch (status) {
      case INPROGRESS -> throw new IllegalArgumentException("it has not ended");
      case SUCCESS -> "success";
      case SKIP -> "skip";
      case TIMEOUT -> "timeout";
      case ERROR -> reason.map(Conventions::error).orElse("failure");
    };
  }

  private static String error(Reason reason) {
    return switch (reason) {
      case FAILED -> "failure";
      case CANCELLED -> "cancellation";
      case TIMEOUT -> "timeout";
      default -> "error";
    };
  }
}
