package dev.metronome.http.port;

/** Why a connection was closed, or a request refused, before anybody saw it. */
enum RefusalReason {
  CROWDED("crowded-out"),
  SLOW_HEAD("slow-head"),
  SLOW_BODY("slow-body"),
  NOT_TAKEN("answer-not-taken"),
  BODIES("bodies-full"),
  TOO_LARGE("body-too-large"),
  NO_BODY("body-not-wanted"),
  PIPELINED("pipelined");

  private final String word;

  RefusalReason(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
