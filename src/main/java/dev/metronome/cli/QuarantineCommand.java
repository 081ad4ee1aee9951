package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Quarantined;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.quarantine.Quarantine.Kept;
import dev.metronome.pipeline.steering.Readmission;
import dev.metronome.pipeline.steering.RecordKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the unreadable records that were set aside, shows one, retries its event, or drops it. */
@picocli.CommandLine.Command(
    name = "quarantine",
    description = "List unreadable records that were set aside; `show`, `retry` or `drop` one",
    footer = {
      "metronome quarantine",
      "metronome quarantine show event_queue/7/3f2a91bc",
      "metronome quarantine retry event_queue/7/3f2a91bc",
      "metronome quarantine drop event_queue/7/3f2a91bc",
    })
final class QuarantineCommand implements Command {
  /** So much of a reason is listed on a terminal; `show` tells all of it. */
  private static final int REASON = 80;

  @Parameters(
      arity = "0..2",
      paramLabel = "show|retry|drop KEY",
      description = "What to do with the record that stood at this key")
  private List<String> words = new ArrayList<>();

  @Option(names = "--json", description = "As JSON: Records; with show, the record")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    demandUsage();
    try (Cluster cluster = new Cluster(configuration)) {
      Quarantine quarantine = new Quarantine(cluster.connection(), cluster.keys());
      if (words.isEmpty()) {
        list(quarantine.all(), cluster.keys(), terminal);
      } else {
        act(find(words.get(1), quarantine, cluster.keys()), quarantine, cluster, terminal);
      }
    }
    return ExitCode.DONE;
  }

  private void demandUsage() {
    boolean known = words.size() == 2 && List.of("show", "retry", "drop").contains(words.get(0));
    if (!words.isEmpty() && !known) {
      throw new CommandException(
          ExitCode.USAGE,
          "write `metronome quarantine`, or one of `show`, `retry`, `drop` and a key behind it");
    }
  }

  private void list(List<Kept> all, Keys keys, Terminal terminal) {
    if (json) {
      terminal
          .out()
          .println(Json.text(Map.of("Records", all.stream().map(k -> fields(k, keys)).toList())));
      return;
    }
    TextOutput output = new TextOutput(terminal);
    if (all.isEmpty()) {
      output.line("nothing is set aside");
      return;
    }
    Table table = output.table("KEY", "KIND", "SINCE", "REASON");
    for (Kept kept : all) {
      Quarantined record = kept.record();
      table.row(
          shortened(record.key(), keys),
          RecordKind.of(keys, record.key()).word(),
          output.at(record.at()),
          terminal.isInteractive() ? cut(record.reason()) : record.reason());
    }
    output.print(table);
  }

  private void act(Kept kept, Quarantine quarantine, Cluster cluster, Terminal terminal) {
    switch (words.get(0)) {
      case "show" -> show(kept, cluster, terminal);
      case "retry" -> retry(kept, cluster, terminal);
      default -> drop(kept, quarantine, terminal);
    }
  }

  private void show(Kept kept, Cluster cluster, Terminal terminal) {
    Keys keys = cluster.keys();
    if (json) {
      terminal.out().println(Json.text(fields(kept, keys)));
      return;
    }
    Quarantined record = kept.record();
    RecordKind kind = RecordKind.of(keys, record.key());
    TextOutput output = new TextOutput(terminal);
    Table table = output.table();
    table.row("key", record.key());
    table.row("kind", kind.word());
    table.row("since", output.at(record.at()));
    table.row("reason", record.reason());
    Optional<String> hopeless = readmission(cluster).objection(kept);
    table.row("what to do", hopeless.orElse(kind.remedy()));
    table.row("bytes", size(record));
    output.print(table);
    output.line();
    output.line(new String(record.bytes(), StandardCharsets.UTF_8));
  }

  private static String size(Quarantined record) {
    int kept = record.bytes().length;
    return record.isWhole()
        ? Integer.toString(kept)
        : record.size().orElse(kept) + ", the first " + kept + " of them kept";
  }

  private void retry(Kept kept, Cluster cluster, Terminal terminal) {
    Event event =
        readmission(cluster)
            .retry(
                kept,
                Events.newId(),
                Sender.of(terminal.environment()),
                Instant.now(),
                Sender.trace(terminal.environment()));
    terminal
        .out()
        .println(json ? Json.text(Map.of("ID", event.id(), "Name", event.name())) : event.id());
  }

  private static Readmission readmission(Cluster cluster) {
    return new Readmission(cluster.connection(), cluster.keys(), cluster.signatures());
  }

  private void drop(Kept kept, Quarantine quarantine, Terminal terminal) {
    if (!quarantine.drop(kept)) {
      throw new CommandException(
          ExitCode.USAGE,
          kept.record().key() + " has changed a moment ago; look at it again before dropping it");
    }
    terminal
        .out()
        .println(
            json
                ? Json.text(Map.of("Dropped", kept.record().key()))
                : PrintableText.of(kept.record().key() + " is gone for good"));
  }

  /** By the key as it is listed, or as it stood in Consul. */
  private static Kept find(String given, Quarantine quarantine, Keys keys) {
    String key = given.startsWith(keys.prefix()) ? given : keys.prefix() + given;
    return quarantine
        .find(key)
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.NO_SUCH_EVENT,
                    "nothing that stood at `"
                        + given
                        + "` is set aside; `metronome quarantine` lists the keys"));
  }

  private static Map<String, Object> fields(Kept kept, Keys keys) {
    Map<String, Object> fields = new LinkedHashMap<>(Json.fields(kept.record()));
    fields.put("Kind", RecordKind.of(keys, kept.record().key()).word());
    fields.put("Text", new String(kept.record().bytes(), StandardCharsets.UTF_8));
    return fields;
  }

  private static String shortened(String key, Keys keys) {
    return key.startsWith(keys.prefix()) ? key.substring(keys.prefix().length()) : key;
  }

  private static String cut(String text) {
    return text.length() <= REASON ? text : text.substring(0, REASON) + "…";
  }
}
