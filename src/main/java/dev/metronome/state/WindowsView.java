package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.Window;
import dev.metronome.model.traffic.Window.Span;
import dev.metronome.model.traffic.Windows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether an event may begin now by its windows.
 *
 * @param opens when it may at the earliest, if it may not now; absent if that is never
 * @param closes until when it may, if it may now; absent if that does not end
 * @param why which windows keep it from beginning now; absent if none does
 * @param windows those that it names, in the order of the files
 */
public record WindowsView(
    String event,
    boolean open,
    Optional<Instant> opens,
    Optional<Instant> closes,
    Optional<String> why,
    @JsonInclude(JsonInclude.Include.ALWAYS) List<OneWindow> windows) {

  public WindowsView {
    windows = List.copyOf(windows);
  }

  /**
   * One of them.
   *
   * @param deny whether the event may not begin in it
   * @param times when it comes, in words
   * @param from when it begins next, or has begun; absent if it does not come any more
   * @param to when it ends then
   */
  public record OneWindow(
      String name, boolean deny, String times, Optional<Instant> from, Optional<Instant> to) {

    static OneWindow of(Window window, Instant now) {
      Optional<Span> next = window.times().from(now).findFirst();
      return new OneWindow(
          window.name(),
          window.deny(),
          window.times().words(),
          next.map(Span::from),
          next.map(Span::to));
    }
  }

  /** Of each event that names windows, in the order of the files. */
  public static List<WindowsView> of(Schedule files, Instant now) {
    return files.eventNames().stream()
        .filter(event -> !files.windowsOf(event).isAlways())
        .map(event -> of(event, files.windowsOf(event), now))
        .toList();
  }

  private static WindowsView of(String event, Windows windows, Instant now) {
    boolean open = windows.areOpen(now);
    return new WindowsView(
        event,
        open,
        open ? Optional.empty() : windows.opening(now),
        open ? windows.closing(now) : Optional.empty(),
        open ? Optional.empty() : Optional.of(windows.closedBy(now)),
        windows.all().stream().map(each -> OneWindow.of(each, now)).toList());
  }
}
