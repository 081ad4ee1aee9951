package dev.metronome.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.opentest4j.TestAbortedException;

/**
 * A headless Chromium, with a profile of its own that is gone with it. What it has no element for,
 * {@link #driver} does.
 */
public final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int ATTEMPTS = 3;
  private static Optional<List<String>> found;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @throws TestAbortedException if there is none, so that JUnit skips what needs it
   * @throws IllegalStateException if there is none and this is CI, where nothing may be skipped
   */
  public static Browser start() {
    List<String> paths = paths();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(paths.get(0));
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--window-size=1400,900");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new Browser(driver(new File(paths.get(1)), options));
  }

  /** Once more if it does not come up: its port may have been taken meanwhile. */
  private static ChromeDriver driver(File executable, ChromeOptions options) {
    for (int attempt = 1; ; attempt++) {
      ChromeDriverService service =
          new ChromeDriverService.Builder()
              .usingDriverExecutable(executable)
              .usingAnyFreePort()
              .withTimeout(PATIENCE)
              .build();
      try {
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
        return driver;
      } catch (WebDriverException e) {
        service.stop();
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Everything that WebDriver can do. */
  public ChromeDriver driver() {
    return driver;
  }

  public Browser open(String url) {
    driver.get(url);
    return this;
  }

  public Browser size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
    return this;
  }

  /** The first visible element that a CSS selector finds, once there is one. */
  public WebElement find(String css) {
    return awaiting().until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
  }

  /** The first element whose own text is this, once it can be seen. */
  public WebElement text(String text) {
    By own = By.xpath("//*[normalize-space(text())='" + text + "']");
    return awaiting().until(ExpectedConditions.visibilityOfElementLocated(own));
  }

  /** Clicks the first element whose own text is this; a page that draws it anew is asked again. */
  public Browser press(String text) {
    awaiting()
        .ignoring(WebDriverException.class)
        .until(
            any -> {
              text(text).click();
              return true;
            });
    return this;
  }

  /** Waits until the page, scripts included, has this text somewhere. */
  public Browser awaitText(String text) {
    awaiting().until(ExpectedConditions.textToBePresentInElementLocated(By.tagName("body"), text));
    return this;
  }

  private WebDriverWait awaiting() {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(100));
  }

  /** What the console has said at level SEVERE since it was asked last: script and load errors. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Writes a picture of the page to {@code target/screenshots/NAME.png}. */
  public Path screenshot(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target/screenshots"));
    return Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }

  private static synchronized List<String> paths() {
    if (found == null) {
      found = look();
    }
    return found.orElseThrow(Browser::missing);
  }

  private static RuntimeException missing() {
    if ("true".equals(System.getenv("CI"))) {
      return new IllegalStateException("no Chromium, and CI=true forbids to skip its tests");
    }
    String line = "#".repeat(80);
    System.err.printf(
        "%n%s%n## SKIPPED: tests in a browser. See above for what to install.%n%s%n%n", line, line);
    return new TestAbortedException("no Chromium: bin/find-chromium says what to install");
  }

  private static Optional<List<String>> look() {
    try {
      Process process =
          new ProcessBuilder("bin/find-chromium")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(answer.lines().toList()) : Optional.empty();
    } catch (IOException e) {
      System.err.println("bin/find-chromium cannot be run: " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
