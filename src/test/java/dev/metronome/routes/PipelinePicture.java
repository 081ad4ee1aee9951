package dev.metronome.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;

/** Draws routes in Mermaid, from Camel's model of them: all together, and each with its steps. */
final class PipelinePicture {

  private static final String DYNAMIC = "\\$\\{[^}]*}";

  private final List<RouteDefinition> routes;
  private final Map<String, String> begins = new TreeMap<>();

  /**
   * @param routes as they were loaded; their descriptions begin with who runs them
   */
  PipelinePicture(List<RouteDefinition> routes) {
    this.routes =
        routes.stream().sorted((a, b) -> a.getRouteId().compareTo(b.getRouteId())).toList();
    this.routes.forEach(route -> begins.put(from(route), route.getRouteId()));
  }

  /** Every route, who runs it, and what it hands on to whom. */
  String overview() {
    StringBuilder text = new StringBuilder("```mermaid\nflowchart LR\n");
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (String place : List.of("every agent", "the leader", "each node")) {
      places.put(place, new ArrayList<>());
    }
    routes.forEach(route -> places.get(place(route)).add(route.getRouteId()));
    places.forEach(
        (place, ids) -> {
          text.append("  subgraph ")
              .append(name(place))
              .append("[\"")
              .append(place)
              .append("\"]\n");
          ids.forEach(id -> text.append("    ").append(box(id)).append('\n'));
          text.append("  end\n");
        });
    Set<String> outside = new TreeSet<>();
    Set<String> arrows = new TreeSet<>();
    for (RouteDefinition route : routes) {
      String from = from(route);
      if (!from.startsWith("direct:")) {
        outside.add(from);
        arrows.add(name(from) + " --> " + name(route.getRouteId()));
      }
      targets(route).forEach(to -> arrow(route.getRouteId(), to, outside, arrows));
    }
    outside.forEach(
        uri ->
            text.append("  ")
                .append(uri.startsWith("consul-queue:") ? queue(uri) : source(uri))
                .append('\n'));
    arrows.forEach(arrow -> text.append("  ").append(arrow).append('\n'));
    return text.append("```\n").toString();
  }

  private void arrow(String id, String to, Set<String> outside, Set<String> arrows) {
    String pattern = to.replaceAll(DYNAMIC, "*");
    if (!pattern.equals(to)) {
      begins.forEach(
          (uri, route) -> {
            if (uri.startsWith(pattern.replaceFirst("\\*.*", ""))) {
              arrows.add(name(id) + " -.-> " + name(route));
            }
          });
    } else if (begins.containsKey(to) && to.startsWith("direct:")) {
      arrows.add(name(id) + " --> " + name(begins.get(to)));
    } else {
      outside.add(to);
      arrows.add(name(id) + " --> " + name(to));
    }
  }

  /** Each route with its steps, in the order of their names. */
  String each() {
    return routes.stream().map(this::steps).collect(Collectors.joining("\n"));
  }

  private String steps(RouteDefinition route) {
    StringBuilder text =
        new StringBuilder(
            "### "
                + route.getRouteId()
                + "\n\n"
                + description(route)
                + "\n\n```mermaid\nflowchart LR\n");
    text.append("  from").append(source(from(route)).replaceFirst("^[^(]*", "")).append('\n');
    draw(route.getOutputs(), "from", " --> ", text, new int[] {0});
    return text.append("```\n").toString();
  }

  /** Steps one after another; what stands in a step hangs below it. */
  private void draw(
      List<ProcessorDefinition<?>> steps,
      String before,
      String word,
      StringBuilder text,
      int[] no) {
    String last = before;
    String label = word;
    for (ProcessorDefinition<?> step : steps) {
      String node = "s" + no[0]++;
      text.append("  ").append(last).append(label).append(node).append(shape(step)).append('\n');
      if (step instanceof ChoiceDefinition choice) {
        ways(choice, node, text, no);
      } else {
        draw(step.getOutputs(), node, within(step), text, no);
      }
      if (step instanceof TryDefinition tried) {
        aside(tried, node, text, no);
      }
      last = node;
      label = " --> ";
    }
  }

  private void ways(ChoiceDefinition choice, String node, StringBuilder text, int[] no) {
    choice
        .getWhenClauses()
        .forEach(when -> draw(when.getOutputs(), node, " -- yes --> ", text, no));
    if (choice.getOtherwise() != null) {
      draw(choice.getOtherwise().getOutputs(), node, " -- otherwise --> ", text, no);
    }
  }

  /** What follows a failure, and what comes in any case. */
  private void aside(TryDefinition tried, String node, StringBuilder text, int[] no) {
    tried
        .getCatchClauses()
        .forEach(clause -> draw(clause.getOutputs(), node, " -- failed --> ", text, no));
    if (tried.getFinallyClause() != null) {
      draw(tried.getFinallyClause().getOutputs(), node, " -- in the end --> ", text, no);
    }
  }

  private static String within(ProcessorDefinition<?> step) {
    return switch (step.getShortName()) {
      case "filter" -> " -- yes --> ";
      case "split" -> " -- each --> ";
      case "loop" -> " -- while it is so --> ";
      case "idempotentConsumer" -> " -- first time --> ";
      default -> " -- within --> ";
    };
  }

  private static String shape(ProcessorDefinition<?> step) {
    String text = "\"" + escaped(step.getId()) + "<br/>" + escaped(label(step)) + "\"";
    return switch (step.getShortName()) {
      case "filter", "choice", "when", "idempotentConsumer" -> "{{" + text + "}}";
      case "to", "toD", "enrich", "wireTap" -> "([" + text + "])";
      default -> "[" + text + "]";
    };
  }

  private static String label(ProcessorDefinition<?> step) {
    String kind = step.getShortName();
    if (step instanceof BeanDefinition bean) {
      return kind + " " + bean.getRef() + "." + bean.getMethod();
    }
    if (step instanceof ToDefinition to) {
      return kind + " " + plain(to.getUri());
    }
    if (step instanceof ToDynamicDefinition to) {
      return kind + " " + plain(to.getUri());
    }
    if (step instanceof IdempotentConsumerDefinition once) {
      return kind + " " + once.getIdempotentRepository();
    }
    if (step instanceof ChoiceDefinition choice) {
      return kind + " " + choice.getWhenClauses().get(0).getExpression().getExpression();
    }
    return step instanceof ExpressionNode node ? kind + " " + expression(node) : kind;
  }

  private static String expression(ExpressionNode node) {
    ExpressionDefinition written = node.getExpression();
    return written instanceof MethodCallExpression call
        ? call.getRef() + "." + call.getMethod()
        : written.getExpression();
  }

  private static List<String> targets(RouteDefinition route) {
    List<String> targets = new ArrayList<>();
    collect(route.getOutputs(), targets);
    return targets;
  }

  private static void collect(List<ProcessorDefinition<?>> steps, List<String> targets) {
    for (ProcessorDefinition<?> step : steps) {
      if (step instanceof ToDefinition to) {
        targets.add(plain(to.getUri()));
      } else if (step instanceof ToDynamicDefinition to) {
        targets.add(plain(to.getUri()));
      } else if (step instanceof EnrichDefinition enrich) {
        targets.add(enrich.getExpression().getExpression());
      }
      collect(step.getOutputs(), targets);
    }
  }

  private static String from(RouteDefinition route) {
    return plain(route.getInput().getEndpointUri()).replaceFirst("^master:[^:]+:", "");
  }

  private static String plain(String uri) {
    return uri.replaceFirst("\\?.*", "").replace("://", ":");
  }

  static String description(RouteDefinition route) {
    return route.getDescriptionText().strip();
  }

  /** By the first words of its description. */
  private static String place(RouteDefinition route) {
    String said = description(route);
    if (said.startsWith("Every agent")) {
      return "every agent";
    }
    return said.startsWith("The leader") ? "the leader" : "each node";
  }

  private static String box(String id) {
    return name(id) + "[\"" + id + "\"]";
  }

  private static String source(String uri) {
    return name(uri) + "([\"" + escaped(uri) + "\"])";
  }

  private static String queue(String uri) {
    return name(uri) + "[(\"" + escaped(uri) + "\")]";
  }

  /** {@code end} and other words of Mermaid's are no names. */
  private static String name(String text) {
    return "n_" + text.replaceAll("[^A-Za-z0-9]", "_");
  }

  private static String escaped(String text) {
    return text.replace("\"", "#quot;").replace("<", "#lt;").replace(">", "#gt;");
  }
}
