package dev.metronome.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What was scraped, in Prometheus's text format.
 *
 * @param types by the metric's name
 * @param samples by name and labels, as written
 */
public record Exposition(Map<String, String> types, Map<String, Double> samples) {

  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  public static Exposition of(String url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(Scraper.CONTENT_TYPE);
    return parse(answer.body());
  }

  static Exposition parse(String text) {
    Map<String, String> types = new TreeMap<>();
    Map<String, Double> samples = new TreeMap<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", 4);
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
      }
    }
    return new Exposition(types, samples);
  }

  /** The labels that the samples of each metric bear, by the metric's name. */
  public Map<String, Set<String>> labels() {
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String sample : samples.keySet()) {
      String name = sample.replaceFirst("\\{.*", "");
      String metric = types.containsKey(name) ? name : DocumentedMetrics.family(name);
      Set<String> found = labels.computeIfAbsent(metric, it -> new TreeSet<>());
      LABEL.matcher(sample).results().map(label -> label.group(1)).forEach(found::add);
      found.remove("le");
    }
    return labels;
  }

  /** Not there: not a number. */
  public double value(String sample) {
    return samples.getOrDefault(sample, Double.NaN);
  }
}
