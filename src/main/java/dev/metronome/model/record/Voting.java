package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How an open approval stands.
 *
 * @param until when it is decided without those who are asked; it stays the same with another
 *     leader
 * @param votes as they were cast
 */
public record Voting(Instant until, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Vote> votes) {
  public Voting {
    Objects.requireNonNull(until, "Until");
    votes = votes == null ? List.of() : List.copyOf(votes);
  }

  Voting with(Vote vote) {
    return new Voting(until, Stream.concat(votes.stream(), Stream.of(vote)).toList());
  }

  Voting without(List<Vote> some) {
    return new Voting(until, votes.stream().filter(vote -> !some.contains(vote)).toList());
  }
}
