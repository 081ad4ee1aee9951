package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.embedded.Profile;
import dev.metronome.testing.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a refusal means, in the words of each Consul: the rule that is to be copied. */
class MissingRuleTest {

  private static final String TOKEN =
      "Permission denied: token with AccessorID '1-2' lacks permission ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'key:write' on \"metronome/leader\"         | key \"metronome/leader\" { policy = \"write\" }",
        "'key:list' on \"a\" in partition \"p\"      | key \"a\" { policy = \"list\" }",
        "'session:write' on \"n1\"                   | session \"n1\" { policy = \"write\" }",
        "'service:read'                              | service_prefix \"\" { policy = \"read\" }",
        "'operator:write'                            | operator = \"write\"",
      })
  void it_is_named_from_1_12_on(String lacks, String rule) {
    assertThat(MissingRule.of("rpc error making call: " + TOKEN + lacks)).contains(rule);
    assertThat(MissingRule.remedy(TOKEN + lacks))
        .startsWith("; add to the token's policy: " + rule);
  }

  @Test
  void else_it_is_said_where_the_rules_are_or_that_there_is_no_token() {
    assertThat(MissingRule.of("Permission denied")).isEmpty();
    assertThat(MissingRule.remedy("Permission denied")).contains("docs/cluster.md");
    assertThat(MissingRule.remedy("rpc error making call: ACL not found")).contains("revoked");
    String anonymous =
        "Permission denied: anonymous token lacks permission 'key:read' on \"a\". The anonymous token"
            + " is used implicitly when a request does not specify a token.";
    assertThat(MissingRule.remedy(anonymous)).contains("no token was shown", "token-file");
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void it_reaches_who_asked(Profile profile) {
    try (EmbeddedConsul consul = EmbeddedConsul.start(profile);
        ConsulConnection connection = Member.connection(consul, "n1")) {
      consul.deny("key", "write", "m/");
      consul.deny("key", "read", "m/");
      consul.deny("session", "write", "n1");
      consul.deny("service", "read", "web");
      refused(
          () -> connection.commit(new Transaction().set("m/a", new byte[0])),
          profile,
          "key \"m/a\" { policy = \"write\" }");
      refused(() -> connection.get("m/a"), profile, "key \"m/a\" { policy = \"read\" }");
      refused(() -> connection.read(List.of("m/a")), profile, "key \"m/a\" { policy = \"read\" }");
      refused(
          () -> new Sessions(connection).create("x", Duration.ofSeconds(10), List.of()),
          profile,
          "session \"n1\" { policy = \"write\" }");
      assertThat(new Catalog(connection).instances("web", Optional.empty())).isEmpty();
      consul.allow();
      assertThat(connection.commit(new Transaction().set("m/a", new byte[0])).isDone()).isTrue();
    }
  }

  private static void refused(Runnable request, Profile profile, String rule) {
    assertThatThrownBy(request::run)
        .isInstanceOf(ConsulDeniedException.class)
        .hasMessageContaining("Permission denied")
        .hasMessageContaining(profile.namesRights() ? rule : "docs/cluster.md");
  }

  @ParameterizedTest
  @EnumSource(Profile.class)
  void too_many_requests_mean_try_again_and_are_quoted(Profile profile) {
    try (EmbeddedConsul consul = EmbeddedConsul.start(profile);
        ConsulConnection connection = Member.connection(consul, "n1")) {
      consul.overload(true);
      for (Runnable request :
          List.<Runnable>of(
              () -> connection.get("a"),
              () -> connection.list("a/"),
              () -> connection.commit(new Transaction().set("a", new byte[0])))) {
        assertThatThrownBy(request::run)
            .isInstanceOf(ConsulUnavailableException.class)
            .hasMessageContaining("rate limit exceeded");
      }
      consul.overload(false);
      assertThat(connection.commit(new Transaction().set("a", new byte[0])).isDone()).isTrue();
    }
  }
}
