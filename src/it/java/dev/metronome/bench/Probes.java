package dev.metronome.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every probe by its name, in the order that costs the fewest starts of agents. */
final class Probes {

  /** Those that take minutes, or much memory, and run only when they are named. */
  static final Set<String> HEAVY =
      Set.of("backlog", "crowd", "lanes", "sustained", "start-profile");

  private Probes() {}

  static Map<String, Probe> all() {
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put("raw", new RawCosts());
    probes.put("output", OutputCosts::measure);
    probes.put("start", StartUp::agent);
    probes.put("push-alone", Commands::alone);
    probes.put("validate", ManyFiles::validate);
    probes.put("patterns", ManyFiles::patterns);
    probes.put("hand-over", Latency::handOver);
    probes.put("first-operation", Latency::firstOperation);
    probes.put("throughput", Throughput::measure);
    probes.put("commands", Commands::withAgents);
    probes.put("event-costs", EventCosts::measure);
    probes.put("idle", IdleCosts::measure);
    probes.put("profile", Profile::measure);
    probes.put("lists", Lists::measure);
    probes.put("backlog", Backlog::measure);
    probes.put("crowd", Crowd::measure);
    probes.put("lanes", LaneCosts::measure);
    probes.put("sustained", Sustained::measure);
    probes.put("start-profile", StartProfile::measure);
    return probes;
  }
}
