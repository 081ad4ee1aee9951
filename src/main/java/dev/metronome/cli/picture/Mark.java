package dev.metronome.cli.picture;

import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.State;
import dev.metronome.state.TaskState;

/** A state in a picture: a symbol, a word and a colour, each enough without the others. */
enum Mark {
  /** An event that was not dispatched yet. */
  QUEUED("·", ".", "queued", "2"),
  /** Its turn has not come. */
  WAITING("·", ".", "waiting", "2"),
  /** Assigned to the node, which has not taken it. */
  ASSIGNED("○", "o", "assigned", "36"),
  INPROGRESS("▶", ">", Status.INPROGRESS.word(), "36"),
  SUCCESS("✔", "+", Status.SUCCESS.word(), "32"),
  ERROR("✖", "x", Status.ERROR.word(), "31"),
  TIMEOUT("✖", "x", Status.TIMEOUT.word(), "31"),
  DROPPED("–", "-", "dropped", "2"),
  SKIP("–", "-", Status.SKIP.word(), "33");

  /** The longest word with its symbol. */
  static final int WIDTH = 2 + Status.INPROGRESS.word().length();

  private final String symbol;
  private final String ascii;
  private final String word;
  private final String colour;

  Mark(String symbol, String ascii, String word, String colour) {
    this.symbol = symbol;
    this.ascii = ascii;
    this.word = word;
    this.colour = colour;
  }

  static Mark of(Status status) {
    return valueOf(status.name());
  }

  static Mark of(State state) {
    return valueOf(state.name());
  }

  /** Of a task as a whole. */
  static Mark of(TaskState task) {
    return task.result().map(TaskResult::status).map(Mark::of).orElse(WAITING);
  }

  /** Of a task on one of its targets. */
  static Mark of(TaskState task, String node) {
    return task.on(node).map(NodeResult::status).map(Mark::of).orElse(ASSIGNED);
  }

  String symbol(Screen screen) {
    return screen.letters() == Screen.Letters.UNICODE ? symbol : ascii;
  }

  String word() {
    return word;
  }

  /** The text in its colour. */
  String coloured(String text) {
    return "\u001b[" + colour + "m" + text + "\u001b[0m";
  }

  /** As ANSI counts colours. */
  String colour() {
    return colour;
  }
}
