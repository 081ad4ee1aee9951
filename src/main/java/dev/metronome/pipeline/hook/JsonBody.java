package dev.metronome.pipeline.hook;

import dev.metronome.model.record.Json;
import java.util.Map;
import org.apache.camel.Body;

/**
 * Bodies of messages in JSON; bean {@code json-body} of routes. Whatever is in a text stays text.
 */
public final class JsonBody {

  /** A result as one line, with its end. */
  public String line(@Body Map<String, Object> fields) {
    return Json.text(fields) + "\n";
  }

  /** A result as a CloudEvent, a line with its end. */
  public String cloudEvent(@Body Map<String, Object> fields) {
    return CloudEvent.line(fields);
  }

  /** A sentence as Slack and its like take it, without links or mentions of its own. */
  public String slack(@Body String text) {
    String shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return Json.text(Map.of("text", shown));
  }
}
