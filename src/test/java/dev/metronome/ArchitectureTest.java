package dev.metronome;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.metronome", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String CLIENT = "org.kiwiproject..";
  private static final String CAMEL = "org.apache.camel..";
  private static final String ROOT = "dev.metronome.";

  @ArchTest
  static final ArchRule only_the_consul_package_sees_the_client =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "consul..", ROOT + "agent..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLIENT);

  @ArchTest
  static final ArchRule schedule_and_record_know_neither_camel_nor_consul =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "model.schedule..", ROOT + "model.record..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CAMEL, CLIENT, ROOT + "consul..");

  @ArchTest
  static final ArchRule the_consul_package_knows_neither_events_nor_camel =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "consul..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CAMEL, ROOT + "model.record..", ROOT + "model.schedule..", ROOT + "pipeline.queue..");

  @ArchTest
  static final ArchRule queues_leadership_claims_and_presence_know_nothing_above_them =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "pipeline.queue..",
              ROOT + "pipeline.membership..",
              ROOT + "pipeline.claim..",
              ROOT + "pipeline.membership..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "pipeline.dispatch..",
              ROOT + "pipeline.execute..",
              ROOT + "pipeline.intake..",
              ROOT + "agent..",
              ROOT + "cli..",
              ROOT + "demo..");

  @ArchTest
  static final ArchRule dispatch_execute_and_intake_know_nothing_above_them =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "pipeline.dispatch..", ROOT + "pipeline.execute..", ROOT + "pipeline.intake..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "agent..", ROOT + "cli..", ROOT + "demo..");

  @ArchTest
  static final ArchRule the_agent_knows_nothing_above_it =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "agent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "cli..", ROOT + "demo..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("dev.metronome.(*)..").should().beFreeOfCycles();

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
  static void every_package_says_who_lives_there(JavaClasses all) {
    Set<String> silent = new TreeSet<>();
    for (String name : all.stream().map(JavaClass::getPackageName).collect(Collectors.toSet())) {
      Path info = Path.of("src/main/java", name.replace('.', '/'), "package-info.java");
      if (!Files.exists(info)) {
        silent.add(name);
      }
    }
    assertThat(silent).isEmpty();
  }
}
