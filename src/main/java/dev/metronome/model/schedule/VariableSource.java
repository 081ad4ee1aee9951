package dev.metronome.model.schedule;

/** Where a variable comes from. Later constants win over earlier ones. */
public enum VariableSource {
  /** {@code role} and {@code config.KEY}; names with {@code config.} come from nowhere else. */
  CONFIG(Trust.OWN),
  /** variables.yml. */
  VARIABLES_FILE(Trust.OWN),
  /** The section {@code variables} of the task file. */
  TASK_FILE(Trust.OWN),
  /** {@code --var}. */
  OPTION(Trust.OWN),
  /** Parameters of the event: text from outside. */
  PARAMETER(Trust.FOREIGN),
  /** Values read by {@code consul-kvs get}: text from outside. */
  CAPTURED(Trust.FOREIGN);

  /** Names that begin so are settings; one that is none stands for nothing. */
  static final String CONFIG_PREFIX = "config.";

  private enum Trust {
    OWN,
    FOREIGN
  }

  private final Trust trust;

  VariableSource(Trust trust) {
    this.trust = trust;
  }

  /** Whether whoever writes to Consul can choose the values; such values are never templates. */
  public boolean foreign() {
    return trust == Trust.FOREIGN;
  }
}
