package dev.metronome.base.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a file, and of a folder of files as CONSUL_CAPATH names one. */
class PemCertificatesTest {

  @TempDir Path folder;

  @Test
  void those_of_every_file_in_a_folder_are_read() throws Exception {
    Path all = Files.createDirectory(folder.resolve("all"));
    Path one = SelfSigned.in(Files.createDirectory(folder.resolve("one"))).certificate();
    Path two = SelfSigned.in(Files.createDirectory(folder.resolve("two"))).certificate();
    Files.copy(one, all.resolve("1.pem"));
    Files.copy(two, all.resolve("2.pem"));
    Files.createDirectory(all.resolve("not-a-file"));

    assertThat(PemCertificates.read(one)).hasSize(1);
    assertThat(PemCertificates.read(all))
        .containsExactly(PemCertificates.read(one).get(0), PemCertificates.read(two).get(0));
  }

  @Test
  void an_empty_folder_and_a_file_in_it_that_holds_none_are_named() throws Exception {
    Path all = Files.createDirectory(folder.resolve("all"));
    assertThatThrownBy(() -> PemCertificates.read(all))
        .isInstanceOf(TlsMaterialException.class)
        .hasMessage("the folder " + all + " contains no certificate");
    Path broken = Files.writeString(all.resolve("broken.pem"), "nothing");
    assertThatThrownBy(() -> PemCertificates.read(all))
        .isInstanceOf(TlsMaterialException.class)
        .hasMessageContaining(broken.toString());
  }
}
