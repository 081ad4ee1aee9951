package dev.metronome.embedded;

/** A request is refused, with the status and the very text with which Consul would refuse it. */
final class RefusedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedRequest(int status, String text) {
    super(text, null, false, false);
    this.status = status;
  }

  /** The request cannot be understood. */
  static RefusedRequest malformed(String text) {
    return new RefusedRequest(400, text);
  }

  /** The server, behind the agent that was asked, refuses. */
  static RefusedRequest byServer(String text) {
    return new RefusedRequest(500, "rpc error making call: " + text);
  }

  int status() {
    return status;
  }

  Reply reply() {
    return Reply.text(status, getMessage());
  }
}
