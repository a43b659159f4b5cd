package org.rheobase.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the packages of the command line, see docs/architecture.md. */
class PackagesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.rheobase.cli");

  @Test
  void reportsKnowNeitherCommandsNorComparisons() {
    noClasses()
        .that()
        .resideInAPackage("org.rheobase.cli.report..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.rheobase.cli", "org.rheobase.cli.compare", "picocli..")
        .check(CLASSES);
  }

  @Test
  void comparisonsKnowRecipesAndNothingThatRunsThem() {
    noClasses()
        .that()
        .resideInAPackage("org.rheobase.cli.compare")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.rheobase.cli",
            "org.rheobase.onnx",
            "org.rheobase.graph",
            "org.rheobase.data",
            "org.rheobase.dense",
            "org.rheobase.sim",
            "org.rheobase.task",
            "picocli..")
        .check(CLASSES);
  }
}
