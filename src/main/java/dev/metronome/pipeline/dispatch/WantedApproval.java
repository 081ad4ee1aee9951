package dev.metronome.pipeline.dispatch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.ShownParams;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * That somebody is asked, for hooks.
 *
 * @param id of the event
 * @param name of the event
 * @param no of the step
 * @param until when it is decided without those who are asked
 * @param onTimeout what is decided then
 * @param requestedBy who has fired the event, as far as it is known
 * @param params as its result has them: masked where the name says secret
 */
record WantedApproval(
    @JsonProperty("ID") String id,
    String name,
    int no,
    String message,
    List<String> by,
    int count,
    Instant until,
    Approval.OnTimeout onTimeout,
    Optional<String> requestedBy,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> params) {

  static WantedApproval of(Plan plan) {
    Approval approval = plan.head().approval().orElseThrow();
    return new WantedApproval(
        plan.event().id(),
        plan.event().name(),
        plan.current(),
        approval.message(),
        approval.by(),
        approval.count(),
        plan.voting().orElseThrow().until(),
        approval.onTimeout(),
        plan.event().by(),
        ShownParams.of(plan.event().params()));
  }
}
