package dev.metronome.base.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder of one scenario: task files and the script {@code step}, which all agents share, their
 * configuration, the journal, the logs.
 */
record Site(Path folder, Journal journal) {

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%1$s"
      events:
        quick:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: app, task: one}
            - {service: lb, task: two}
        slow:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: app, task: long}
            - {service: lb, task: two}
        slow-back:
          on_error: undo
          ordered_tasks:
            - {service: db, task: zero}
            - {service: app, task: long}
            - {service: lb, task: two}
        lasting:
          ordered_tasks:
            - {service: app, task: stoppable}
        again:
          ordered_tasks:
            - {service: app, task: repeatable}
        wide:
          ordered_tasks:
            - {service: web, task: zero}
            - {service: web, task: one}
            - {service: db, task: two}
        rolling:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: web, task: one, serial: 1}
            - {service: db, task: two}
        gated:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: web, task: one, serial: 1, health: {for: 2, within: 60}}
            - {service: db, task: two}
        calm:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: web, task: one, serial: 1, health: {for: 8, within: 120}}
        sick:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: web, task: one, serial: 1, health: {for: 1, within: 3}}
            - {service: db, task: two}
        taken-back:
          on_error: undo
          ordered_tasks:
            - {service: db, task: zero}
            - {service: web, task: broken}
            - {service: db, task: two}
          finally:
            - {service: lb, task: last}
        nobody:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: absent, tag: blue, task: one}
        probe:
          task: zero
      tasks:
        zero:
          operations:
            - execute: {file: step, arguments: ["0", "0"]}
          undo:
            - execute: {file: step, arguments: ["4", "0.1"]}
        one:
          operations:
            - execute: {file: step, arguments: ["1", "0.1"]}
        broken:
          operations:
            - execute: {file: step, arguments: ["1", "0.1"]}
            - execute: {script: '[ "$METRONOME_NODE" != app-1 ]'}
          undo:
            - execute: {file: step, arguments: ["3", "0.1"]}
        last:
          operations:
            - execute: {file: step, arguments: ["5", "0"]}
        two:
          operations:
            - execute: {file: step, arguments: ["2", "0"]}
        long:
          operations:
            - execute: {file: step, arguments: ["1", "%2$s"]}
          undo:
            - execute: {file: step, arguments: ["3", "0"]}
        stoppable:
          on_lost: stop
          operations:
            - execute: {file: step, arguments: ["0", "%2$s"]}
        repeatable:
          retryable: true
          max_attempts: 3
          backoff: 1
          operations:
            - execute: {file: step, arguments: ["0", "%2$s"]}
      """;

  static Site prepare(String canary) {
    try {
      Path folder = Files.createTempDirectory("metronome-fault-");
      Journal.writeStep(Files.createDirectories(folder.resolve("site")));
      Site site = new Site(folder, new Journal(folder.resolve("journal")));
      Files.writeString(site.config(), "payload-token: \"" + canary + "\"\n");
      site.lasting("3");
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path config() {
    return folder.resolve("config.yml");
  }

  Path taskFile() {
    return folder.resolve("site/task.yml");
  }

  /** The usual task files; the second task of event {@code slow} takes so many seconds. */
  void lasting(String seconds) {
    write(TASKS.formatted(journal.file(), seconds));
  }

  void write(String yaml) {
    try {
      Path draft = Files.writeString(folder.resolve("draft.yml"), yaml);
      Files.move(draft, taskFile(), StandardCopyOption.ATOMIC_MOVE); // nobody reads half of it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
