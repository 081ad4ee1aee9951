package dev.metronome.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;

/** The web page as its visitor has it: what can be read on it, pressed and typed. */
public final class Page implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration OFTEN = Duration.ofMillis(20);

  private final Browser browser;

  public Page(Browser browser) {
    this.browser = browser;
  }

  public Browser browser() {
    return browser;
  }

  public Page open(String url) {
    browser.open(url);
    return this;
  }

  public String title() {
    return browser.driver().getTitle();
  }

  /** Everything that can be read. */
  public String text() {
    return (String) script("return document.body.innerText");
  }

  /** What the elements say that a selector finds, in their order. */
  public List<String> texts(String css) {
    return texts(
        "return [...document.querySelectorAll(arguments[0])]"
            + ".map(e => e.innerText.trim().replace(/\\s+/g, ' '))",
        css);
  }

  private List<String> texts(String code, Object... arguments) {
    return ((List<?>) script(code, arguments)).stream().map(String::valueOf).toList();
  }

  /** Runs a script in the page, which may wait, and has what it returns. */
  public Object script(String code, Object... arguments) {
    return browser
        .driver()
        .executeScript(
            "return (async function () {" + code + "}).apply(null, arguments)", arguments);
  }

  /** A page that is just being loaded or drawn anew may refuse to say or do something. */
  private static ConditionFactory awaiting(String what) {
    return Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .ignoreExceptionsMatching(WebDriverException.class::isInstance);
  }

  /** Waits until this can be read somewhere, in whatever letters. */
  public Page await(String text) {
    awaiting("'" + text + "' on the page")
        .until(
            this::text,
            all ->
                all.toLowerCase(java.util.Locale.ROOT)
                    .contains(text.toLowerCase(java.util.Locale.ROOT)));
    return this;
  }

  /** Waits until an element says exactly this. */
  public Page awaitText(String css, String text) {
    awaiting(css + " to say '" + text + "'").until(() -> texts(css), all -> all.contains(text));
    return this;
  }

  /** Waits until the elements say exactly this, in this order. */
  public Page awaitTexts(String css, String... texts) {
    awaiting(css).until(() -> this.texts(css), List.of(texts)::equals);
    return this;
  }

  /** Waits until so many elements are there. */
  public Page awaitCount(String css, int count) {
    awaiting(count + " " + css).until(() -> texts(css).size(), size -> size == count);
    return this;
  }

  /** Waits until a script returns this. */
  public Page awaitScript(String code, Object result) {
    awaiting(code).until(() -> script(code), result::equals);
    return this;
  }

  public Page awaitTitle(String title) {
    awaiting("title " + title).until(this::title, title::equals);
    return this;
  }

  public Page awaitNoTitle(String title) {
    awaiting("another title than " + title).until(() -> !title().equals(title));
    return this;
  }

  /** What the console has said since it was asked last; it says each request that was refused. */
  public List<String> errors() {
    return browser.errors();
  }

  /** The same, if it is about requests only. */
  public List<String> errorsOfRequests() {
    List<String> errors = errors();
    if (!errors.stream().allMatch(line -> line.contains("Failed to load resource"))) {
      throw new AssertionError(String.join("\n", errors));
    }
    return errors;
  }

  /** Clicks the button or link that is called so, once it can be; in a dialog, if one is open. */
  public Page press(String name) {
    By named =
        By.xpath(
            "(//dialog[@open] | /*[not(//dialog[@open])])//*[self::button or self::a][not(@disabled)][normalize-space(.)='"
                + name
                + "' or @aria-label='"
                + name
                + "']");
    return act(named, WebElement::click);
  }

  public Page click(String css) {
    return act(By.cssSelector(css), WebElement::click);
  }

  /** Writes into a field in the place of what is there. */
  public Page fill(String css, String text) {
    return act(
        By.cssSelector(css),
        element -> {
          element.clear();
          element.sendKeys(text);
        });
  }

  /** The page is drawn anew while it is being used; an element that is gone is looked for again. */
  private Page act(By which, java.util.function.Consumer<WebElement> action) {
    awaiting(which.toString())
        .until(
            () -> {
              action.accept(browser.driver().findElement(which));
              return true;
            });
    return this;
  }

  /** Presses keys, as if nothing but the keyboard were there. */
  public Page keys(CharSequence... keys) {
    awaiting("the keyboard") // what is gone before it gets a key has got none
        .until(
            () -> {
              browser.driver().switchTo().activeElement().sendKeys(keys);
              return true;
            });
    return this;
  }

  /** Goes on with Tab until that has the focus which is called so. */
  public Page tabTo(String name) {
    for (int i = 0; i < 200; i++) {
      Object focused =
          script(
              "const e = document.activeElement;"
                  + "return e.getAttribute('aria-label') ?? e.innerText.trim()");
      if (name.equals(focused)) {
        return this;
      }
      keys(Keys.TAB);
    }
    throw new AssertionError("no way by Tab to " + name);
  }

  /** A screen of this size, however narrow; a window cannot be narrower than 500 pixels. */
  public Page screen(int width, int height) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    return this;
  }

  /** Has the visitor live in this zone; an empty one is that of the machine. */
  public Page zone(String id) {
    browser.driver().executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", id));
    return this;
  }

  /** How many pixels the page is wider than the screen. */
  public long overflow() {
    return (Long)
        script("const root = document.documentElement; return root.scrollWidth - root.clientWidth");
  }

  /** Notes from now on when the title becomes which. */
  public Page watchTitle() {
    script(
        "window.seen = {}; window.watcher?.disconnect();"
            + "window.watcher = new MutationObserver(() => seen[document.title] ??= Date.now());"
            + "watcher.observe(document.querySelector('title'), {childList: true})");
    return this;
  }

  /** When the title became this. */
  public Optional<Instant> seenAt(String title) {
    Object at = script("return window.seen[arguments[0]]", title);
    return Optional.ofNullable((Long) at).map(Instant::ofEpochMilli);
  }

  @Override
  public void close() {
    browser.close();
  }
}
