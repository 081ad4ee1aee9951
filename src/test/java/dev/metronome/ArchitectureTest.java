package dev.metronome;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The house of CONTRIBUTING, "Where things live": its rooms, and who may know whom. */
@AnalyzeClasses(packages = "dev.metronome", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "dev.metronome.";
  private static final String[] CLIENT = {
    "org.kiwiproject..", "com.orbitz..", "okhttp3..", "okio..", "retrofit2..", "kotlin.."
  };
  private static final String CAMEL = "org.apache.camel..";
  private static final Path HOUSE = Path.of("src/main/java/dev/metronome");

  /** Each room, and the rooms that it may see. */
  private static final Map<String, List<String>> SEES =
      Map.ofEntries(
          Map.entry("base", List.of()),
          Map.entry("model", List.of("base")),
          Map.entry("consul", List.of("base", "model")),
          Map.entry("config", List.of("base", "model", "consul")),
          Map.entry("pipeline", List.of("base", "model", "consul")),
          Map.entry("state", List.of("base", "model", "consul", "pipeline")),
          Map.entry("http", List.of("base", "model", "consul", "config", "pipeline", "state")),
          Map.entry("telemetry", List.of("base", "model", "consul", "pipeline", "state", "http")),
          Map.entry(
              "agent",
              List.of(
                  "base", "model", "consul", "config", "pipeline", "state", "http", "telemetry")),
          Map.entry("embedded", List.of("base")),
          Map.entry(
              "demo",
              List.of(
                  "base", "model", "consul", "config", "pipeline", "state", "agent", "embedded")),
          Map.entry(
              "cli",
              List.of(
                  "base",
                  "model",
                  "consul",
                  "config",
                  "pipeline",
                  "state",
                  "http",
                  "telemetry",
                  "agent",
                  "demo")));

  @ArchTest
  static void a_room_sees_only_what_is_below_it(JavaClasses all) {
    for (String room : SEES.keySet()) {
      String[] hidden =
          SEES.keySet().stream()
              .filter(other -> !other.equals(room) && !SEES.get(room).contains(other))
              .map(other -> ROOT + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ROOT + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(hidden)
          .check(all);
    }
  }

  @ArchTest
  static void every_class_lives_in_a_room(JavaClasses all) {
    assertThat(all)
        .extracting(JavaClass::getPackageName)
        .allMatch(
            name ->
                SEES.keySet().stream()
                    .anyMatch(room -> (name + ".").startsWith(ROOT + room + ".")));
  }

  @ArchTest
  static final ArchRule rooms_have_no_cycles =
      slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  /** It is large, and loaded only when a route uses it. */
  @ArchTest
  static final ArchRule only_what_gives_it_to_endpoints_sees_the_client_of_camel_consul =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + "consul.EndpointClient")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "consul.TokenInterceptor")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLIENT);

  @ArchTest
  static final ArchRule only_the_consul_room_sees_its_http_library =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "consul..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hc..");

  @ArchTest
  static final ArchRule base_model_and_consul_know_no_camel =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "base..", ROOT + "model..", ROOT + "consul..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CAMEL);

  @ArchTest
  static final ArchRule queues_membership_and_claims_know_nothing_above_them =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "pipeline.queue..", ROOT + "pipeline.membership..", ROOT + "pipeline.claim..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "pipeline.dispatch..",
              ROOT + "pipeline.execute..",
              ROOT + "pipeline.intake..");

  @ArchTest
  static final ArchRule names_say_what_a_class_does =
      classes()
          .that()
          .areNotAssignableTo(java.util.logging.LogManager.class) // the JDK's own word
          .and()
          .doNotHaveSimpleName("ServiceManager") // the setting's own word
          .should()
          .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl)");

  @ArchTest
  static void no_name_means_two_things(JavaClasses all) {
    Map<String, List<String>> places =
        all.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(one -> !one.getSimpleName().equals("package-info"))
            .collect(
                groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    Collectors.mapping(JavaClass::getPackageName, Collectors.toList())));
    places.values().removeIf(packages -> packages.size() == 1);
    assertThat(places).isEmpty();
  }

  @ArchTest
  static void every_package_says_who_lives_there(JavaClasses all) throws IOException {
    TreeSet<String> silent = new TreeSet<>();
    try (Stream<Path> folders = Files.walk(HOUSE)) {
      folders
          .filter(Files::isDirectory)
          .filter(folder -> !folder.equals(HOUSE))
          .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
          .forEach(folder -> silent.add(folder.toString()));
    }
    assertThat(silent).isEmpty();
  }

  @ArchTest
  static void contributing_lists_every_package(JavaClasses all) throws IOException {
    String page = Files.readString(Path.of("CONTRIBUTING.md"), UTF_8);
    TreeSet<String> unlisted = new TreeSet<>();
    for (JavaClass one : all) {
      String name = one.getPackageName().replace(ROOT, "");
      if (!one.getSimpleName().equals("package-info") && !page.contains("`" + name + "`")) {
        unlisted.add(name);
      }
    }
    assertThat(unlisted).isEmpty();
  }
}
