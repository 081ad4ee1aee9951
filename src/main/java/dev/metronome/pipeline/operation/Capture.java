package dev.metronome.pipeline.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.TaskRun;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;

/** For routes of a user's own: captures a part of what they have got as a variable. */
public final class Capture {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Captures a field of the body, JSON as text or anything that has a JSON form.
   *
   * @param arguments the operation's own, in the route's variable {@code arguments}: {@code name}
   *     of the variable to capture, without which nothing is done; {@code field}, a JSON pointer
   *     such as {@code /0/version}, or the name of a field; without it the whole body
   * @throws OperationFailedException if there is no such field
   */
  public void run(
      @Body Object body,
      @Variable("arguments") Map<String, Object> arguments,
      @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    Object name = arguments.get("name");
    if (name != null) {
      Object field = arguments.get("field");
      run.capture(
          name.toString(), field == null ? String.valueOf(body) : at(body, field.toString()));
    }
  }

  private static String at(Object body, String field) {
    JsonNode found = tree(body).at(field.startsWith("/") ? field : "/" + field);
    if (found.isMissingNode()) {
      throw new OperationFailedException("the answer has no field " + field);
    }
    return found.isValueNode() ? found.asText() : found.toString();
  }

  private static JsonNode tree(Object body) {
    try {
      return body instanceof String text ? JSON.readTree(text) : JSON.valueToTree(body);
    } catch (JsonProcessingException e) {
      throw new OperationFailedException("the answer is not JSON, so it has no fields");
    }
  }
}
