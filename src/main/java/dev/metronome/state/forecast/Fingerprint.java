package dev.metronome.state.forecast;

import dev.metronome.model.record.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Says whether two forecasts are of the same course: {@code WHOLE-TTPPFFOO-NNNN…}. The first part
 * is a digest of all that matters and alone decides. The others are two digits for the tasks, the
 * parameters, the files and the operations, then two for the nodes of each task, and only tell what
 * has changed.
 */
public final class Fingerprint {
  private static final int WHOLE = 16;
  private static final int MARK = 2;

  /** Of a longer event the tasks have no marks of their own. */
  private static final int TASKS = 32;

  private static final java.util.regex.Pattern FORM =
      java.util.regex.Pattern.compile("[0-9a-f]{16}-[0-9a-f]{8}(-([0-9a-f]{2}){1,32})?");

  private final String text;

  private Fingerprint(String text) {
    this.text = text;
  }

  /** What somebody gave as one; empty if it is none. */
  public static Optional<Fingerprint> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new Fingerprint(text)) : Optional.empty();
  }

  static Fingerprint of(String event, Object params, Object files, List<Forecast.Task> tasks) {
    List<Object> order = new ArrayList<>(List.of(event));
    List<Object> operations = new ArrayList<>();
    List<Object> nodes = new ArrayList<>();
    for (Forecast.Task task : tasks) {
      order.add(List.of(task.plan(), task.timeout()));
      operations.add(task.operations());
      nodes.add(task.nodes().stream().map(Forecast.Node::essential).toList());
    }
    StringBuilder marks = new StringBuilder();
    List.of(order, params, files, operations).forEach(part -> marks.append(mark(part)));
    if (tasks.size() <= TASKS) {
      marks.append(tasks.isEmpty() ? "" : "-");
      nodes.forEach(part -> marks.append(mark(part)));
    }
    String whole = digest(List.of(order, params, files, operations, nodes), WHOLE);
    return new Fingerprint(whole + "-" + marks);
  }

  private static String mark(Object part) {
    return digest(part, MARK);
  }

  private static String digest(Object part, int digits) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Json.write(part));
      return HexFormat.of().formatHex(digest).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether both are of the same course. */
  public boolean isSame(Fingerprint other) {
    return MessageDigest.isEqual(whole(), other.whole());
  }

  private byte[] whole() {
    return text.substring(0, WHOLE).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a part differs. */
  boolean differs(Fingerprint other, Part part) {
    int at = WHOLE + 1 + part.place * MARK;
    return !text.substring(at, at + MARK).equals(other.text.substring(at, at + MARK));
  }

  /** The parts that have a mark, in their order. */
  enum Part {
    TASKS(0),
    PARAMS(1),
    FILES(2),
    OPERATIONS(3);

    private static final int COUNT = 4;

    private final int place;

    Part(int place) {
      this.place = place;
    }
  }

  /** Whether the nodes of a task differ; unknown counts as no. */
  boolean differsInNodes(Fingerprint other, int index) {
    return nodes(index).isPresent()
        && other.nodes(index).isPresent()
        && !nodes(index).equals(other.nodes(index));
  }

  private Optional<String> nodes(int index) {
    int at = WHOLE + 1 + Part.COUNT * MARK + 1 + index * MARK;
    return at + MARK <= text.length()
        ? Optional.of(text.substring(at, at + MARK))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
