package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** docs/pipeline.md draws the routes as they are. */
class PipelinePictureTest {

  private static final Path DOCUMENT = Path.of("docs/pipeline.md");
  private static final String OVERVIEW = "<!-- all routes: drawn by PipelinePictureTest -->\n";
  private static final String STEPS = "<!-- each route: drawn by PipelinePictureTest -->\n";
  private static final String END = "<!-- end of drawing -->\n";

  private static List<RouteDefinition> loaded() throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext();
        Stream<Path> files = Files.list(Path.of("routes"))) {
      List<Resource> resources =
          files
              .sorted()
              .filter(file -> !file.endsWith("errors.camel.yaml"))
              .map(file -> ResourceHelper.resolveResource(context, "file:" + file))
              .toList();
      PluginHelper.getRoutesLoader(context).loadRoutes(resources);
      return List.copyOf(context.getRouteDefinitions());
    }
  }

  private static String with(String text, String begin, String drawing) {
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(END, from);
    assertThat(to).as("%s has both marks of a drawing", DOCUMENT).isGreaterThanOrEqualTo(from);
    return text.substring(0, from) + "\n" + drawing + "\n" + text.substring(to);
  }

  private static void demandSame(String written, String drawn) throws IOException {
    if (!written.equals(drawn)) {
      Path copy = Files.writeString(Path.of("target/pipeline.md"), drawn);
      assertThat(written)
          .as("%s shows the routes; if they are meant so: cp %s %s", DOCUMENT, copy, DOCUMENT)
          .isEqualTo(drawn);
    }
  }

  @Test
  void the_document_draws_every_route_as_it_is() throws Exception {
    List<RouteDefinition> routes = loaded();
    PipelinePicture picture = new PipelinePicture(routes);
    String text = Files.readString(DOCUMENT);
    assertThat(routes).hasSizeGreaterThan(20);

    demandSame(text, with(with(text, OVERVIEW, picture.overview()), STEPS, picture.each()));
  }
}
