package org.rheobase;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows of docs/architecture.md, data flows one way through the packages, and that no
 * method stands between vectors.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.rheobase");

  @Test
  void packagesKnowOnlyThoseBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("error")
        .definedBy("org.rheobase.error..")
        .layer("parallel")
        .definedBy("org.rheobase.parallel..")
        .layer("graph")
        .definedBy("org.rheobase.graph..")
        .layer("onnx")
        .definedBy("org.rheobase.onnx..")
        .layer("transform")
        .definedBy("org.rheobase.transform..")
        .layer("dense")
        .definedBy("org.rheobase.dense..")
        .layer("sim")
        .definedBy("org.rheobase.sim..")
        .layer("data")
        .definedBy("org.rheobase.data..")
        .layer("rule")
        .definedBy("org.rheobase.rule..")
        .layer("sweep")
        .definedBy("org.rheobase.sweep..")
        .layer("threshold")
        .definedBy("org.rheobase.threshold..")
        .layer("calibrate")
        .definedBy("org.rheobase.calibrate..")
        .layer("convert")
        .definedBy("org.rheobase.convert..")
        .layer("task")
        .definedBy("org.rheobase.task..")
        .layer("speed")
        .definedBy("org.rheobase.speed..")
        .whereLayer("graph")
        .mayOnlyAccessLayers("error")
        .whereLayer("error")
        .mayNotAccessAnyLayer()
        .whereLayer("parallel")
        .mayNotAccessAnyLayer()
        .whereLayer("onnx")
        .mayOnlyAccessLayers("graph", "error")
        .whereLayer("transform")
        .mayOnlyAccessLayers("graph", "error")
        .whereLayer("dense")
        .mayOnlyAccessLayers("graph", "parallel", "error")
        .whereLayer("sim")
        .mayOnlyAccessLayers("graph", "parallel", "dense", "error")
        .whereLayer("data")
        .mayOnlyAccessLayers("graph", "parallel", "rule", "error")
        .whereLayer("rule")
        .mayOnlyAccessLayers("error")
        .whereLayer("sweep")
        .mayOnlyAccessLayers("graph", "parallel", "error", "dense", "data")
        .whereLayer("threshold")
        .mayOnlyAccessLayers("graph", "parallel", "error", "dense", "data", "rule", "sweep")
        .whereLayer("calibrate")
        .mayOnlyAccessLayers("graph", "parallel", "error", "dense", "data", "rule", "sweep")
        .whereLayer("convert")
        .mayOnlyAccessLayers(
            "graph",
            "parallel",
            "error",
            "transform",
            "data",
            "rule",
            "sweep",
            "threshold",
            "calibrate")
        .whereLayer("task")
        .mayOnlyAccessLayers("graph", "parallel", "error", "dense", "sim", "data")
        .whereLayer("speed")
        .mayOnlyAccessLayers("graph", "parallel", "sim")
        .withOptionalLayers(true)
        .check(CLASSES);
  }

  @Test
  void protobufIsSeenOnlyInOnnx() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("org.rheobase.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "ai.onnx..")
        .check(CLASSES);
  }

  @Test
  void noMethodTakesOrReturnsVectors() {
    DescribedPredicate<JavaClass> vectors =
        DescribedPredicate.describe(
            "vectors or their masks",
            type ->
                type.getPackageName().equals("jdk.incubator.vector")
                    && type.getSimpleName().matches(".*Vector|VectorMask|VectorShuffle"));
    ArchRuleDefinition.codeUnits()
        .should()
        .notHaveRawReturnType(vectors)
        .andShould()
        .notHaveRawParameterTypes(
            DescribedPredicate.describe(
                "any of them vectors", types -> types.stream().anyMatch(vectors)))
        .because("the JVM may call such methods, with boxed vectors, instead of inlining them")
        .check(CLASSES);
  }
}
