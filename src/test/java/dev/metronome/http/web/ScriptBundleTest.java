package dev.metronome.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptBundleTest {

  private static String bundle(Map<String, String> modules) {
    return ScriptBundle.of("app.js", modules::get);
  }

  @Test
  void each_module_stands_once_after_those_that_it_imports() {
    String text =
        bundle(
            Map.of(
                "app.js",
                    "import { a, b as c } from './lib/a.js';\nimport * as b from './b.js';\nrun(a, b);\n",
                "b.js",
                    "import { a } from './lib/a.js';\nexport const x = () => a;\nexport { a as y } from './lib/a.js';\n",
                "lib/a.js", "export function a() {}\nexport{a as b};"));
    assertThat(text)
        .isEqualTo(
            """
            const module0 = (() => {
            function a() {}
            ;
            return {b: a, a: a, };
            })();
            const module1 = (() => {
            const {a: a} = module0;
            const x = () => a;


            return {y: module0.a, x: x, };
            })();
            const module2 = (() => {
            const {a: a, b: c} = module0;
            const b = module1;
            run(a, b);

            return {};
            })();
            """);
  }

  @Test
  void comments_on_lines_of_their_own_are_left_out_but_for_licences() {
    String text =
        bundle(
            Map.of(
                "app.js",
                """
                // What it is for.
                /** A.
                 * @param b c */
                run('//'); // why
                  // x
                /**
                 * @license BSD
                 */
                end(`a
                /* b */
                `);
                """));
    assertThat(text)
        .contains(
            """
            {
            run('//'); // why
            /**
             * @license BSD
             */
            end(`a
            /* b */
            `);
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "export let a = 1;",
        "export default 1;",
        "import './b.js';",
        "import b from './b.js';",
        "export * from './b.js';",
        "import { a } from './app.js';"
      })
  void what_it_does_not_understand_it_refuses(String module) {
    assertThatThrownBy(() -> bundle(Map.of("app.js", module, "b.js", "")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("app.js");
  }
}
