package dev.metronome.base.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consul's own filter expressions; {@code FilterContract} holds them against a real Consul. */
class FilterExpressionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Node.Meta.rack != \"r9\"",
        " Node.Meta.rack==r1 ",
        "\"a\" in Service.Tags",
        "`a b` not in Service.Tags",
        "Service.Tags not contains \"\"",
        "Service.Meta[\"a-b\"] is not empty",
        "Service.Port == 80 or not Service.Port == -8.5 and Service.Tags is empty",
        "(Node.Meta.rack matches \"^r[0-9]$\" or (not not Node.Node == n1))",
        "not in Service.Tags",
        "Service.Tags.0 == \"x\\n\\x41\"",
        "any Service.Tags as t { t == \"a\" }",
        "all Service.Tags as i, _ { i == 0 or x == 1 }",
        "Service.Meta is not nil",
        "\"/Node/Meta/rack\" == r1",
        "a in Service.Tags and\n  Node.Meta.rack == r1",
      })
  void what_some_consul_takes_is_taken(String text) throws Exception {
    assertThat(FilterExpression.parse(text).selectors()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "any Service.Tags as t { t == \"a\" }",
        "all Checks as c { c.Status == \"passing\" }",
        "Service.Meta is nil",
        "Service.Meta is not nil",
        "\"/Node/Meta/rack\" == r1",
        "Service.Tags.0 == blue",
        "Node.Meta.rack == a/b",
        "Node.Meta.a/b == r1",
      })
  void what_only_newer_consuls_take_is_told_apart(String text) throws Exception {
    assertThat(FilterExpression.parse(text).selectors()).isNotEmpty();
    assertThatThrownBy(() -> FilterExpression.parseFirst(text))
        .isInstanceOf(FilterSyntaxException.class);
  }

  @Test
  void and_binds_closer_than_or_and_not_closest() throws Exception {
    assertThat(FilterExpression.parse("not a == 1 and b == 2 or c == 3"))
        .isEqualTo(FilterExpression.parse("((not (a == 1)) and b == 2) or c == 3"));
    assertThat(FilterExpression.parse("x in a.b[\"c d\"].0").selectors())
        .containsExactly(new FilterExpression.Selector(List.of("a", "b", "c d", "0")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Node.Meta.rack = r1|at its character 16 it must go on with `!=`, `==`, `contains`, `in`, `is`, `matches` or `not`",
        "Node.Meta.rack == r1 or|at its character 24, its end, it must go on with a space",
        "Node.Meta.rack == r1 AND a == b|at its character 22 it must go on with `and`, `or` or the end",
        "(Node.Meta.rack == r1|at its character 22, its end, it must go on with `)`",
        "Node.Meta.rack == \"r1|at its character 19 it must go on with a value",
        "Node.Meta.rack == \"r\\q\"|at its character 19 it must go on with a value",
        "Node.Meta.a-b == 1|at its character 12 it must go on with",
        "Node.Meta.rack == 080|at its character 19 it must go on with a value",
        "not(a == b)|at its character 4 it must go on with",
        "Node.Meta[rack] == 1|at its character 11 it must go on with a value",
        "Node. == 1|at its character 6 it must go on with a name",
        "Service.Meta is full|at its character 17 it must go on with `empty` or `nil`",
        "a in|at its character 5, its end, it must go on with a space",
        "&|at its character 1 it must go on with",
        "|at its character 1, its end, it must go on with",
      })
  void what_no_consul_takes_is_refused_with_its_place(String text, String message) {
    assertThatThrownBy(() -> FilterExpression.parse(text == null ? "" : text))
        .isInstanceOf(FilterSyntaxException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void parentheses_without_end_are_refused_and_none_harms_the_stack() {
    for (String one : new String[] {"(", "not ", "any a as b { "}) {
      assertThatThrownBy(() -> FilterExpression.parse(one.repeat(10_000) + "a == b"))
          .isInstanceOf(FilterSyntaxException.class);
    }
  }
}
