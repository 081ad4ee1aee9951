package dev.metronome.cli.picture;

import dev.metronome.state.State;

/** A state in a picture: a symbol, its word and a colour, each enough without the others. */
enum Mark {
  QUEUED("·", ".", "2"),
  WAITING("·", ".", "2"),
  ASSIGNED("○", "o", "36"),
  INPROGRESS("▶", ">", "36"),
  SUCCESS("✔", "+", "32"),
  ERROR("✖", "x", "31"),
  TIMEOUT("✖", "x", "31"),
  DROPPED("–", "-", "2"),
  SKIP("–", "-", "33");

  /** The longest word with its symbol. */
  static final int WIDTH = 2 + INPROGRESS.word().length();

  private final String symbol;
  private final String ascii;
  private final String colour;

  Mark(String symbol, String ascii, String colour) {
    this.symbol = symbol;
    this.ascii = ascii;
    this.colour = colour;
  }

  static Mark of(State state) {
    return valueOf(state.name());
  }

  String symbol(Screen screen) {
    return screen.letters() == Screen.Letters.UNICODE ? symbol : ascii;
  }

  String word() {
    return State.valueOf(name()).word();
  }

  /** The text in its colour. */
  String coloured(String text) {
    return "\u001b[" + colour + "m" + text + "\u001b[0m";
  }
}
