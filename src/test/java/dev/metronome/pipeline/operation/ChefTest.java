package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.ForeignKeys;
import dev.metronome.model.record.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class ChefTest {
  private static final String KEEP_FILES =
      """
      ls -l "$2" "$4" | cut -c1-10 > modes
      cp "$2" solo.rb
      cp "$4" node.json
      echo converged
      """;

  @TempDir Path folder;
  @AutoClose private final ForeignConsul consul = new ForeignConsul();
  private final ForeignKeys keys = consul.keys;
  private Bench bench;

  @BeforeEach
  void set_up() {
    bench =
        new Bench(folder)
            .set("port", consul.port())
            .set("role", "web,ap")
            .set("token", "acl-secret")
            .standIn("chef-solo", KEEP_FILES);
  }

  private JsonNode node() throws Exception {
    return new ObjectMapper().readTree(Files.readString(bench.pattern().resolve("node.json")));
  }

  @Test
  void the_run_list_has_the_roles_of_this_server_that_have_a_file() throws Exception {
    bench.file("web/roles/all_configure.json", "{}").file("web/roles/web_configure.json", "{}");

    assertThat(
            bench.run(
                "- chef: {run_list: ['role[{{role}}_configure]', 'recipe[x::{{ role }}]', 'y']}"))
        .isEqualTo(Outcome.success());
    assertThat(node().get("run_list"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "role[all_configure]",
            "role[web_configure]",
            "recipe[x::all]",
            "recipe[x::web]",
            "recipe[x::ap]",
            "y");
    assertThat(bench.log())
        .containsExactly(
            "[INFO ] role[ap_configure] is left out: it has no file in roles/",
            "[INFO ] converged");
  }

  @Test
  void attributes_are_merged_from_the_prefixes_in_order_and_then_from_the_arguments()
      throws Exception {
    keys.put("base/", "");
    keys.put("base/a", "{\"db\": {\"host\": \"a\", \"port\": 1, \"big\": 1.10}, \"list\": [1, 2]}");
    keys.put("base/b", "{\"db\": {\"host\": \"b\"}}");
    keys.put("site/x", "{\"list\": [3], \"db\": {\"user\": \"u\"}}");

    bench.run(
        """
        - chef:
            run_list: [r]
            attribute_keys: [base, site]
            attributes: {db: {port: 5432, tls: true}, empty: {}}
        """);
    assertThat(node())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"db": {"host": "b", "port": 5432, "big": 1.10, "user": "u", "tls": true},
                     "list": [3], "empty": {}, "run_list": ["r"]}
                    """));
  }

  @Test
  void the_configuration_is_ruby_in_which_values_are_data() throws Exception {
    bench.param("text", "it's \\ #{`id`}").param("symbol", ":x; system('touch x')");
    bench.run(
        """
        - chef:
            run_list: [r]
            configurations:
              log_level: ':debug'
              role_path: [roles, '{{text}}']
              node_name: '{{symbol}}'
              recipe_timeout: 10
              verbose: true
        """);
    assertThat(bench.pattern().resolve("solo.rb"))
        .hasContent(
            """
            ssl_verify_mode :verify_peer
            log_level :debug
            role_path ['roles', 'it\\'s \\\\ #{`id`}']
            cookbook_path ['FOLDER/cookbooks', 'FOLDER/site-cookbooks']
            log_location 'FOLDER/logs/web_chef-solo.log'
            file_cache_path 'FOLDER/tmp/cache'
            node_name ':x; system(\\'touch x\\')'
            recipe_timeout 10
            verbose true
            """
                .replace("FOLDER", bench.pattern().toString()));
    assertThat(bench.pattern().resolve("logs")).isDirectory();
  }

  @Test
  void chef_solo_finds_its_environment_and_no_secret_in_its_arguments() {
    bench.run("- chef: {run_list: [r]}");

    assertThat(bench.lines("chef-solo.env"))
        .contains("HOME=/root", "CONSUL_SECRET_KEY=acl-secret", "ROLE=web,ap");
    assertThat(bench.calls())
        .singleElement()
        .asString()
        .matches("chef-solo -c /\\S+\\.rb -j /\\S+\\.json");
    bench.set("operation-token", "operation-secret").run("- chef: {run_list: [r]}");
    assertThat(bench.lines("chef-solo.env")).contains("CONSUL_SECRET_KEY=operation-secret");
  }

  @Test
  void its_files_are_private_and_removed_unless_debugging() {
    bench.run("- chef: {run_list: [r]}");
    assertThat(bench.lines("web/modes")).containsExactly("-rw-------", "-rw-------");
    assertThat(written()).noneMatch(Files::exists);

    bench.set("debug", "true").run("- chef: {run_list: [r]}");
    List<Path> kept = written().subList(2, 4);
    assertThat(kept).allMatch(Files::exists);
    kept.forEach(file -> assertThat(file.toFile().delete()).isTrue());
  }

  private List<Path> written() {
    return bench.calls().stream()
        .flatMap(call -> Stream.of(word(call, 2), word(call, 4)))
        .map(Path::of)
        .toList();
  }

  private static String word(String line, int place) {
    return line.split(" ", -1)[place];
  }

  @Test
  void output_is_an_error_in_the_log_if_chef_failed() {
    bench.standIn("chef-solo", "echo FATAL; exit 3");

    assertThat(bench.run("- chef: {run_list: [r]}").message())
        .contains("operation 1 (chef): chef-solo ended with exit code 3");
    assertThat(written()).noneMatch(Files::exists);
  }

  @Test
  void a_berksfile_is_vendored_first_and_may_crash_at_its_end() {
    bench.file("web/Berksfile", "").standIn("berks", "exit 139");
    assertThat(bench.run("- chef: {run_list: [r]}")).isEqualTo(Outcome.success());
    assertThat(bench.calls()).first().isEqualTo("berks vendor cookbooks");
    assertThat(bench.calls()).hasSize(2);

    bench.standIn("berks", "exit 1");
    assertThat(bench.run("- chef: {run_list: [r]}").message())
        .contains("operation 1 (chef): berks ended with exit code 1");
    assertThat(bench.calls()).hasSize(3);
  }

  @Test
  void attributes_of_an_unreachable_consul_count_as_empty() throws Exception {
    consul.disconnect();

    assertThat(bench.run("- chef: {run_list: [r], attribute_keys: [base]}"))
        .isEqualTo(Outcome.success());
    assertThat(node()).hasSize(1);
    assertThat(bench.log()).first().asString().contains("below base count as empty");
  }

  @Test
  void a_value_that_is_not_json_is_named_by_its_key_and_not_shown() {
    keys.put("base/bad", "secret: yes");

    assertThat(bench.run("- chef: {run_list: [r], attribute_keys: [base]}").message().orElse(""))
        .contains("the value of key base/bad in Consul is not a JSON object (line 1)")
        .doesNotContain("secret");
    assertThat(bench.calls()).isEmpty();
  }
}
