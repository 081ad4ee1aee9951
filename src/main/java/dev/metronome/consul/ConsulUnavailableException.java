package dev.metronome.consul;

import java.net.ConnectException;
import java.net.UnknownHostException;

/**
 * Consul gave no usable answer: it could not be reached, was too busy, has no leader, or answered
 * with something that is not Consul's. A write may or may not have been applied; whoever wrote
 * looks again before going on. Worth trying again later.
 */
public final class ConsulUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConsulUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether it is certain that nothing was written: nobody took the request, or none leads. */
  public boolean isUnwritten() {
    return String.valueOf(getMessage()).contains("No cluster leader") || isNotReached(getCause());
  }

  /** Whether nobody is there who could have taken the request. */
  public boolean isNotReached() {
    return isNotReached(getCause());
  }

  private static boolean isNotReached(Throwable thrown) {
    return thrown instanceof ConnectException
        || thrown instanceof UnknownHostException
        || (thrown != null && isNotReached(thrown.getCause()));
  }
}
