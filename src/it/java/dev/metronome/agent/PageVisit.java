package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Page;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A browser on the page of an agent, for all tests of a class: each begins with a shut gate and
 * fails if anything went wrong in the browser.
 */
final class PageVisit
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private final Supplier<Path> folder;
  private WebPageBench bench;

  /**
   * @param folder where the agents live, asked for when the class starts
   */
  PageVisit(Supplier<Path> folder) {
    this.folder = folder;
  }

  WebPageBench bench() {
    return bench;
  }

  Page page() {
    return bench.page;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    bench = new WebPageBench(folder.get());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    bench.shut();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    bench.open();
    bench.clear();
    assertThat(bench.page.errors()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (bench != null) {
      bench.close();
    }
  }
}
