package dev.metronome.cli;

import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.model.record.Approval;
import dev.metronome.model.schedule.OrderedTask;
import dev.metronome.model.schedule.Problem;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Doubts about who can give approvals, by the users of the machine that asks. They are warnings:
 * other agents may have others.
 */
record ApprovalCheck(Collection<User> users) {

  /** What was read, with these doubts too. */
  ScheduleReader.Reading of(ScheduleReader.Reading reading) {
    List<Problem> problems = new ArrayList<>(reading.problems());
    reading.schedule().patterns().stream()
        .flatMap(pattern -> pattern.events().values().stream())
        .flatMap(event -> event.tasks().stream())
        .flatMap(step -> doubt(step).stream())
        .forEach(problems::add);
    return new ScheduleReader.Reading(
        reading.schedule(), problems.stream().sorted().toList(), reading.files());
  }

  private Optional<Problem> doubt(OrderedTask step) {
    return step.approval()
        .flatMap(this::doubt)
        .map(message -> new Problem(Severity.WARNING, step.position(), message));
  }

  private Optional<String> doubt(Approval approval) {
    List<String> unknown =
        approval.by().stream().filter(name -> users.stream().noneMatch(isOf(name))).toList();
    long able =
        users.stream()
            .filter(user -> user.role() != Role.READ)
            .filter(user -> approval.by().stream().anyMatch(name -> isOf(name).test(user)))
            .count();
    String title = "the approval \"" + approval.message() + "\" ";
    if (able < approval.count()) {
      return Optional.of(
          title
              + "needs "
              + approval.count()
              + " of "
              + approval.whose()
              + ", and http-users here has "
              + able
              + " of them with the role approve or write");
    }
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            title
                + "is also for "
                + String.join(", ", unknown)
                + ", which is no user or group of http-users here");
  }

  private static Predicate<User> isOf(String name) {
    return user -> user.name().equals(name) || user.groups().contains(name);
  }
}
