package dev.metronome.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads a YAML file that is one mapping without nesting, and keeps the place of each entry.
 *
 * <p><b>Guarantees</b>: every problem is a {@link ConfigurationException} with file, line and
 * column; no tag of the file makes a Java object.
 */
final class FlatYaml {
  private static final long LARGEST = 1 << 20;

  private final Path file;

  private FlatYaml(Path file) {
    this.file = file;
  }

  /** The entries of {@code file} in its order; none if it has only comments. */
  static List<FlatYamlEntry> read(Path file) {
    FlatYaml yaml = new FlatYaml(file);
    return yaml.entries(yaml.compose(yaml.content()));
  }

  private String content() {
    try {
      if (Files.size(file) > LARGEST) {
        throw problem("is larger than 1 MiB; is this a configuration file?");
      }
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw problem("does not exist");
    } catch (AccessDeniedException e) {
      throw problem("may not be read by this user");
    } catch (CharacterCodingException e) {
      throw problem("is not UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Node compose(String text) {
    try {
      return new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      String hint = "; expected lines such as `key: value`";
      throw new ConfigurationException(place(e.getProblemMark()) + ": " + e.getProblem() + hint, e);
    } catch (YAMLException e) {
      String sentence = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new ConfigurationException(file + ": " + sentence, e);
    }
  }

  private List<FlatYamlEntry> entries(Node root) {
    if (root == null) {
      return List.of();
    }
    if (!(root instanceof MappingNode mapping)) {
      String found = FlatYamlEntry.nameOf(root);
      throw new ConfigurationException(
          place(root.getStartMark()) + ": expected lines such as `key: value`, found " + found);
    }
    Map<String, FlatYamlEntry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      add(entries, entry(tuple));
    }
    return List.copyOf(entries.values());
  }

  private FlatYamlEntry entry(NodeTuple tuple) {
    String place = place(tuple.getKeyNode().getStartMark());
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      throw new ConfigurationException(place + ": a key must be a word");
    }
    Node value = tuple.getValueNode();
    return new FlatYamlEntry(key.getValue(), value, place, place(value.getStartMark()));
  }

  private static void add(Map<String, FlatYamlEntry> entries, FlatYamlEntry entry) {
    FlatYamlEntry first = entries.putIfAbsent(entry.key(), entry);
    if (first != null) {
      throw new ConfigurationException(
          entry.keyPlace()
              + ": `"
              + entry.key()
              + "` is there twice, first at "
              + first.keyPlace());
    }
  }

  private String place(Mark mark) {
    return mark == null
        ? file.toString()
        : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  private ConfigurationException problem(String what) {
    return new ConfigurationException(file + " " + what);
  }
}
