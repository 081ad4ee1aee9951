package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What differs between versions of Consul, as the embedded one models it. */
@ParameterizedClass
@EnumSource(Profile.class)
class EmbeddedProfilesTest implements KeyValueContract, TransactionContract, EventContract {

  private static final String HEALTH = "/v1/health/service/web";

  @AutoClose private final EmbeddedConsul consul;

  EmbeddedProfilesTest(Profile profile) {
    consul = EmbeddedConsul.start(profile);
    consul.agent(ALPHA);
    consul.agent(BETA);
  }

  @Override
  public ConsulHttp agent(String node) {
    return new ConsulHttp(consul.agent(node));
  }

  @Override
  public Profile profile() {
    return consul.profile();
  }

  @Override
  public void fail(String node) {
    consul.fail(node);
  }

  @Override
  public void recover(String node) {
    consul.recover(node);
  }

  @Override
  public void elapse(Duration time) {
    throw new UnsupportedOperationException("none of these contracts asks for it");
  }

  @Test
  void it_says_its_version() {
    assertThat(consul().get("/v1/agent/self").json().at("/Config/Version").asText())
        .startsWith(profile().label());
  }

  @Test
  void so_many_operations_fit_and_not_one_more() {
    String one = TransactionContract.op("set", "k", TransactionContract.A);
    int most = profile().operations();
    assertThat(consul().txn(Collections.nCopies(most, one).toArray(String[]::new)).status())
        .isEqualTo(200);
    assertThat(consul().txn(Collections.nCopies(most + 1, one).toArray(String[]::new)).status())
        .isEqualTo(413);
  }

  private ConsulHttp.Response registered() {
    consul().put("/v1/agent/service/register", "{\"Name\":\"web\"}");
    return consul().get(HEALTH);
  }

  @Test
  void who_waits_for_a_service_is_answered_from_a_stream_from_1_10_on() {
    long index = registered().index();
    var watch = consul().watch(HEALTH, index, "9m");
    BlockingContract.assertStillWaiting(watch);
    agent(BETA).put("/v1/agent/service/register", "{\"Name\":\"web\"}");

    var news = BlockingContract.assertWoken(watch);

    boolean streams = profile() != Profile.CONSUL_1_8;
    assertThat(news.json()).hasSize(2);
    assertThat(news.index()).isGreaterThan(index);
    assertThat(news.header("X-Consul-Query-Backend")).isEqualTo(streams ? "streaming" : "");
    assertThat(news.header("X-Consul-KnownLeader")).isEqualTo(streams ? "false" : "true");
  }

  @Test
  void a_view_may_be_reset_or_behind_for_who_waits_and_is_well_for_who_asks() {
    long index = registered().index();
    if (profile() == Profile.CONSUL_1_8) {
      return; // there is none
    }
    var reset = consul().watch(HEALTH, index, "9m");
    BlockingContract.assertStillWaiting(reset);
    consul.resetViews();
    assertThat(BlockingContract.assertWoken(reset).json()).isEmpty();
    assertThat(reset.join().index()).isEqualTo(1);

    var late = consul().watch(HEALTH, index, "9m");
    BlockingContract.assertStillWaiting(late);
    consul.lagViews();
    assertThat(BlockingContract.assertWoken(late).index()).isLessThan(index);

    assertThat(consul().get(HEALTH).json()).hasSize(1);
    BlockingContract.assertStillWaiting(consul().watch(HEALTH, index, "9m"));
  }

  @Test
  void a_server_with_too_many_requests_says_so() {
    consul.overload(true);
    int read = consul().get("/v1/kv/a").status();
    int write = consul().put("/v1/kv/a", "x").status();
    assertThat(read).isEqualTo(429);
    assertThat(write).isEqualTo(profile().compareTo(Profile.CONSUL_1_21_5) < 0 ? 429 : 503);
    assertThat(consul().get("/v1/kv/a").text()).contains("rate limit exceeded");
    assertThat(consul().get("/v1/agent/self").status()).isEqualTo(200);
    consul.overload(false);
    assertThat(consul().put("/v1/kv/a", "x").status()).isEqualTo(200);
  }

  @Test
  void a_refusal_names_the_right_from_1_12_on_also_in_a_transaction() {
    consul().put("/v1/kv/open/1", "x");
    consul.deny("key", "write", "shut/");
    consul.deny("key", "read", "shut/");
    String named =
        "token with AccessorID '6a1253d2-1785-24fd-91c2-f8e78c745511' lacks permission"
            + " 'key:write' on \"shut/1\"";
    var put = consul().put("/v1/kv/shut/1", "x");
    var txn =
        consul()
            .txn(
                TransactionContract.op("set", "open/2", TransactionContract.A),
                TransactionContract.op("set", "shut/1", TransactionContract.A));

    assertThat(put.status()).isEqualTo(403);
    assertThat(put.text()).contains("Permission denied");
    assertThat(put.text().contains(named)).isEqualTo(profile().namesRights());
    assertThat(txn.status()).isEqualTo(409);
    assertThat(txn.json().at("/Errors/0/OpIndex").asInt()).isEqualTo(1);
    assertThat(txn.json().at("/Errors/0/What").asText())
        .isEqualTo("Permission denied" + (profile().namesRights() ? ": " + named : ""));
    assertThat(consul().get("/v1/kv/open/2").status()).isEqualTo(404);
    assertThat(consul().get("/v1/kv/shut/1").status()).isEqualTo(403);
    consul.allow();
    assertThat(consul().put("/v1/kv/shut/1", "x").status()).isEqualTo(200);
  }

  @Test
  void what_was_left_out_of_a_list_is_said_from_1_12_on() {
    consul().put("/v1/kv/mixed/a", "x");
    consul().put("/v1/kv/mixed/b", "x");
    consul.deny("key", "read", "mixed/b");
    var list = consul().get("/v1/kv/mixed/?recurse");
    assertThat(list.json()).hasSize(1);
    assertThat(list.header("X-Consul-Results-Filtered-By-ACLs"))
        .isEqualTo(profile().namesRights() ? "true" : "");
  }

  @Test
  void an_answer_that_takes_too_long_is_cut_without_a_word() {
    consul.cutAnswersAfter(Duration.ofMillis(200));
    var watch = consul().watch("/v1/kv/a", 1_000_000, "9m");
    assertThatThrownBy(watch::join).hasCauseInstanceOf(IOException.class);
    assertThat(consul().get("/v1/kv/a").status()).isEqualTo(404);
    assertThat(BlockingContract.assertWoken(consul().watch("/v1/kv/a", 1_000_000, "50ms")).status())
        .isEqualTo(404);
  }

  @Test
  void a_real_one_is_like_the_newest_that_is_not_newer() {
    assertThat(Profile.like("1.8.7")).isEqualTo(Profile.CONSUL_1_8);
    assertThat(Profile.like("1.21.4")).isEqualTo(Profile.CONSUL_1_12);
    assertThat(Profile.like("1.21.5")).isEqualTo(Profile.CONSUL_1_21_5);
    assertThat(Profile.like("1.21.6+ent")).isEqualTo(Profile.CONSUL_1_22);
    assertThat(Profile.like("1.22.0-dev")).isEqualTo(Profile.CONSUL_1_22);
    assertThat(Profile.like("2.0.1")).isEqualTo(Profile.CONSUL_2_1);
    assertThat(Profile.like("3.0.0")).isEqualTo(Profile.CONSUL_2_1);
    assertThatThrownBy(() -> Profile.of("1.7")).hasMessageContaining(Profile.PROPERTY);
  }
}
