package dev.metronome.base.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a file must belong to, and who must not be able to write it, to be believed. */
class TrustTest {

  private static final long NOBODY = 65_534;

  @TempDir Path temporary;
  private final Trust trust = Trust.ofThisProcess();
  private Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    folder = Files.createDirectories(temporary.resolve("a/b"));
    file = Files.writeString(folder.resolve("file"), "");
    allow(file, "rw-r--r--");
    allow(folder, "rwxr-xr-x");
    allow(folder.getParent(), "rwxr-xr-x");
  }

  private static void allow(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static void give(Path path, long uid) throws Exception {
    assumeTrue(Accounts.isRoot(), "only root may give files away");
    Files.setAttribute(path, "unix:uid", (int) uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void ones_own_file_below_ones_own_folders_is_believed_also_below_tmp() {
    assertThat(trust.objection(file)).isEmpty();
    assertThat(trust.objection(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/file", "a/b", "a"})
  void what_everybody_may_write_is_not_believed_nor_is_what_stands_below(String name)
      throws Exception {
    allow(temporary.resolve(name), "rwxr-xrwx");
    assertThat(trust.objection(file))
        .hasValue(temporary.resolve(name) + " may be written by everybody; chmod go-w it");
  }

  @Test
  void a_sticky_folder_may_stand_above_but_is_not_believed_itself() throws Exception {
    Files.setAttribute(folder, "unix:mode", 01777);
    assertThat(trust.objection(file)).isEmpty();
    assertThat(trust.objection(folder)).hasValueSatisfying(it -> assertThat(it).contains("everyb"));
  }

  @Test
  void what_belongs_to_somebody_else_is_not_believed() {
    Trust stranger = new Trust(NOBODY);
    assumeTrue(Accounts.self() != 0, "root's files are believed by all");
    assertThat(stranger.objection(file)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/file", "a/b", "a"})
  void root_does_not_believe_what_others_own_and_others_believe_root(String name) throws Exception {
    assumeTrue(Accounts.isRoot());
    assertThat(new Trust(NOBODY).objection(file)).isEmpty();
    give(temporary.resolve(name), NOBODY);
    assertThat(trust.objection(file))
        .hasValueSatisfying(
            it -> assertThat(it).contains(name + " belongs to ").endsWith("; chown it to root"));
    assertThat(new Trust(NOBODY).objection(file)).isEmpty();
  }

  @Test
  void a_group_that_has_members_counts_as_others() throws Exception {
    assumeTrue(Accounts.isRoot());
    Files.setAttribute(file, "unix:gid", 54_321); // that the machine does not know
    allow(file, "rw-rw-r--");
    assertThat(trust.objection(file)).hasValue(file + " may be written by its group; chmod g-w it");
  }

  @Test
  void a_link_is_followed_and_its_way_is_looked_at() throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Path target = Files.writeString(other.resolve("target"), "");
    allow(target, "rw-r--r--");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("../../other/target"));
    assertThat(trust.objection(link)).isEmpty();
    allow(other, "rwxrwxrwx");
    assertThat(trust.objection(link))
        .hasValueSatisfying(it -> assertThat(it).contains("other may"));
  }

  @Test
  void a_link_that_somebody_else_made_is_not_believed_wherever_it_leads() throws Exception {
    assumeTrue(Accounts.isRoot());
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    give(link, NOBODY);
    assertThat(trust.objection(link))
        .hasValueSatisfying(it -> assertThat(it).contains("link belo"));
  }

  @Test
  void a_circle_of_links_and_nothing_at_all_are_not_believed() throws Exception {
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertThat(trust.objection(circle)).isPresent();
    assertThat(trust.objection(folder.resolve("none"))).isPresent();
  }

  @Test
  void the_machine_knows_root_and_not_whoever_it_has_never_heard_of() {
    assertThat(Accounts.find("root").orElseThrow().uid()).isZero();
    assertThat(Accounts.find(0).orElseThrow().name()).isEqualTo("root");
    assertThat(Accounts.find("no-such-account-here")).isEmpty();
    assertThat(Accounts.find("-h")).isEmpty();
    assertThat(Accounts.name(54_321)).isEqualTo("uid 54321");
  }
}
