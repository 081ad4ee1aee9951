package dev.metronome.config;

/**
 * A setting or a configuration file that cannot be used. The message is one sentence for the user:
 * where, what, and what to do; it never holds a secret.
 */
public final class ConfigurationException extends RuntimeException {
  /** With the sentence that the user reads. */
  public ConfigurationException(String sentence) {
    super(sentence);
  }

  /** With the sentence that the user reads and what brought it about. */
  public ConfigurationException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
