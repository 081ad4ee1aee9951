package dev.metronome.model.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of keys. */
class SigningKeysTest {
  private static final String ONE = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String TWO = "k2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

  @Test
  void nothing_is_no_key() {
    assertThat(SigningKeys.parse("").isEmpty()).isTrue();
    assertThat(SigningKeys.parse("\n # none yet\n").first()).isEmpty();
  }

  @Test
  void one_key_a_line_and_the_first_one_signs() {
    SigningKeys keys = SigningKeys.parse("# old one last\n\n" + TWO + "\r\n" + ONE + "\n");

    assertThat(keys.ids()).containsExactly("k2", "k1");
    assertThat(keys.first().orElseThrow().id()).isEqualTo("k2");
    assertThat(keys.find("k1")).isPresent();
  }

  @Test
  void in_a_variable_they_have_a_comma_between_them() {
    assertThat(SigningKeys.parse(ONE + ", " + TWO).ids()).containsExactly("k1", "k2");
  }

  @Test
  void what_openssl_makes_is_a_secret_in_base64_or_in_hexadecimal() {
    String hexadecimal = "k1:" + "0123456789abcdef".repeat(4);

    assertThat(SigningKeys.parse(hexadecimal).ids()).containsExactly("k1");
  }

  @Test
  void a_new_key_is_one_and_no_two_are_the_same() {
    String key = SigningKeys.newKey("k260301");

    assertThat(SigningKeys.parse(key).ids()).containsExactly("k260301");
    assertThat(SigningKeys.newKey("k260301")).isNotEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canary-canary-canary-canary-canary-canary | key 1 must be KEYID:SECRET",
        "k.1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= | key 1 must be KEYID:SECRET",
        "a-name-that-is-long:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= | key 1 must be KEYID",
        "k1:canaryabc | key 1 has a secret that is no base64",
        "k1:Y2FuYXJ5 | key 1 has a secret of less than 32 bytes",
      })
  void what_is_no_key_is_refused_without_showing_it(String text, String message) {
    assertThatThrownBy(() -> SigningKeys.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary", "Y2Fu", "MDEy"));
  }

  @Test
  void two_keys_of_one_id_are_refused() {
    assertThatThrownBy(() -> SigningKeys.parse(ONE + "\n" + ONE))
        .hasMessageStartingWith("key 2 has the ID of the first");
  }

  @Test
  void a_third_key_is_refused() {
    assertThatThrownBy(() -> SigningKeys.parse(ONE + "\n" + TWO + "\n" + ONE.replace("k1", "k3")))
        .hasMessage("at most 2 keys can be valid, found 3");
  }

  @Test
  void a_key_in_a_log_shows_its_id_only() {
    SigningKeys keys = SigningKeys.parse(ONE);

    assertThat(keys.toString() + keys.first().orElseThrow()).contains("k1").doesNotContain("MDEy");
  }
}
