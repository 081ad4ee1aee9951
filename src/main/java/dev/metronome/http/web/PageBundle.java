package dev.metronome.http.web;

import dev.metronome.http.web.WebFiles.Keeping;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The web page in three files, as a browser gets it at first: the frame, all its scripts, all its
 * styles. The last two have names that change with what is in them, and are kept for good.
 */
final class PageBundle {
  private static final String FOLDER = "/web/";
  private static final Pattern STYLE =
      Pattern.compile("\\s*<link rel=\"stylesheet\" href=\"([^\"]+)\">");
  private static final Pattern SCRIPT = Pattern.compile("src=\"(app\\.js)\"");

  private final Map<String, Part> parts;

  /** A file, as it is and compressed. */
  record Part(String type, Buffer plain, Buffer compressed, String tag, Keeping keeping) {
    static Part of(String type, String text, Keeping keeping) {
      byte[] plain = text.getBytes(StandardCharsets.UTF_8);
      return new Part(
          type, Buffer.buffer(plain), Buffer.buffer(gzip(plain)), WebFiles.tag(plain), keeping);
    }
  }

  private PageBundle(Map<String, Part> parts) {
    this.parts = parts;
  }

  static PageBundle make() {
    String index = text("index.html");
    Part script =
        Part.of("text/javascript", ScriptBundle.of("app.js", PageBundle::text), Keeping.FOR_GOOD);
    StringBuilder styles = new StringBuilder();
    STYLE.matcher(index).results().forEach(found -> styles.append(text(found.group(1))));
    Part style = Part.of("text/css", styles.toString(), Keeping.FOR_GOOD);
    String scriptName = "page-" + script.tag() + ".js";
    String styleName = "page-" + style.tag() + ".css";
    String frame =
        SCRIPT
            .matcher(STYLE.matcher(index).replaceAll(""))
            .replaceFirst("src=\"" + scriptName + "\"")
            .replace("</head>", "<link rel=\"stylesheet\" href=\"" + styleName + "\">\n</head>");
    return new PageBundle(
        Map.of(
            "",
            Part.of("text/html", frame, Keeping.UNTIL_CHANGED),
            scriptName,
            script,
            styleName,
            style));
  }

  /** What stands at a path; null if it is no part of it. */
  Part part(String path) {
    return parts.get(path);
  }

  private static String text(String name) {
    try (InputStream in = PageBundle.class.getResourceAsStream(FOLDER + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the jar's file " + FOLDER + name + " cannot be read", e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
