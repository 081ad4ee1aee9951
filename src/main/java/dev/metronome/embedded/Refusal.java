package dev.metronome.embedded;

/** A request is refused, with the status and the very text with which Consul would refuse it. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String text) {
    super(text, null, false, false);
    this.status = status;
  }

  /** The request cannot be understood. */
  static Refusal malformed(String text) {
    return new Refusal(400, text);
  }

  /** The server, behind the agent that was asked, refuses. */
  static Refusal byServer(String text) {
    return new Refusal(500, "rpc error making call: " + text);
  }

  int status() {
    return status;
  }

  Reply reply() {
    return Reply.text(status, getMessage());
  }
}
