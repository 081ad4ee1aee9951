package dev.metronome.consul;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the connection's token may do, by Consul's own word. The endpoint is the one that Consul's
 * own interface uses; it is not among the documented ones, so its absence is no error.
 */
public final class Rights {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PATH = "/v1/internal/acl/authorize";

  private static final int MOST = 64;

  private final ConsulConnection connection;

  /**
   * A right to something.
   *
   * @param resource such as {@code key}
   * @param access such as {@code read}
   * @param segment its name; empty for any
   */
  public record Right(
      @JsonProperty("Resource") String resource,
      @JsonProperty("Access") String access,
      @JsonProperty("Segment") String segment) {}

  public Rights(ConsulConnection connection) {
    this.connection = connection;
  }

  /**
   * Those of the rights that the token lacks; none if Consul asks for no rights. Empty if this
   * Consul does not say.
   *
   * @param wanted at most 64
   * @throws ConsulDeniedException Consul does not know the token
   * @throws ConsulUnavailableException no usable answer
   */
  public Optional<Set<Right>> denied(List<Right> wanted) {
    String what = "say what the token may do";
    try {
      Answer answer = connection.send(what, Request.post(PATH, MAPPER.writeValueAsBytes(wanted)));
      return switch (answer.status()) {
        case 200 -> Optional.of(denied(answer.json()));
        case 401 -> Optional.of(Set.of()); // ACL support disabled
        case 403 -> throw connection.calls().denied(what, answer.text());
        case 500, 502, 503, 504, 429 ->
            throw connection.calls().classified(what, answer.status(), answer.text());
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw connection.calls().unavailable(what, e);
    }
  }

  /**
   * The services that the token may not write, as far as that can be known.
   *
   * @param services at most 64 are asked about
   */
  public Set<String> unwritable(Set<String> services) {
    List<Right> wanted = services.stream().sorted().limit(MOST).map(Rights::writing).toList();
    try {
      return denied(wanted).orElse(Set.of()).stream()
          .map(Right::segment)
          .collect(Collectors.toSet());
    } catch (ConsulDeniedException e) {
      return services; // it is no token at all
    }
  }

  private static Right writing(String service) {
    return new Right("service", "write", service);
  }

  private static Set<Right> denied(JsonNode answers) {
    Set<Right> denied = new HashSet<>();
    for (JsonNode each : answers) {
      if (!each.path("Allow").asBoolean(true)) {
        denied.add(
            new Right(
                each.path("Resource").asText(),
                each.path("Access").asText(),
                each.path("Segment").asText("")));
      }
    }
    return denied;
  }
}
