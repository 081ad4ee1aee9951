package dev.metronome.state;

import dev.metronome.model.record.Lead;

/**
 * Who leads.
 *
 * @param incarnation the very process: node, start time, random part
 */
public record LeaderView(String node, String incarnation) {
  static LeaderView of(Lead lead) {
    return new LeaderView(lead.node(), lead.incarnation());
  }
}
