package dev.metronome.http.api;

import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.pipeline.steering.NotRetryableException;
import dev.metronome.state.UnclearIdException;
import java.util.List;

/** A request that cannot be answered as it was meant. */
final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorAnswer answer;

  RequestException(ErrorAnswer answer) {
    super(answer.error());
    this.answer = answer;
  }

  RequestException(int status, String message, String hint) {
    this(new ErrorAnswer(status, message, hint));
  }

  static RequestException badRequest(String message) {
    return badRequest(message, "");
  }

  static RequestException badRequest(String message, String hint) {
    return new RequestException(400, message, hint);
  }

  static RequestException notFound(String message, String hint) {
    return new RequestException(404, message, hint);
  }

  static RequestException conflict(String message, String hint) {
    return new RequestException(409, message, hint);
  }

  /** Of an ID that is not one event's. */
  static RequestException of(NotRetryableException e, String id) {
    return conflict(e.getMessage(), "GET /v1/events/" + id + " shows it");
  }

  /** It is not any more as its sender has seen it. */
  static RequestException changed(List<String> changes) {
    return conflict(
        "it is not as the plan says, and nothing was sent: " + String.join("; ", changes),
        "look at the plan again, and send its new fingerprint");
  }

  static RequestException of(UnclearIdException e) {
    String listing = "GET /v1/events lists the events";
    return switch (e.fault()) {
      case IMPOSSIBLE, SHORT -> badRequest(e.getMessage(), listing);
      case UNKNOWN -> notFound(e.getMessage(), listing);
      case AMBIGUOUS ->
          new RequestException(
              new ErrorAnswer(409, e.getMessage(), "give more of the ID")
                  .with("Candidates", e.candidates()));
    };
  }

  ErrorAnswer answer() {
    return answer;
  }
}
