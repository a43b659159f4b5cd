package org.rheobase.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.cli.compare.Experiment.Subject;
import org.rheobase.cli.report.CompareReport;
import org.rheobase.cli.report.CompareReport.Row;
import org.rheobase.convert.CountFrom;
import org.rheobase.convert.Presets;
import org.rheobase.convert.Recipe;
import org.rheobase.error.MisuseException;
import org.rheobase.parallel.ProgressListener;

class ComparisonTest {
  @TempDir Path folder;

  private final List<String> remarks = new ArrayList<>();

  private static Map<String, Recipe> recipes(String... names) {
    Map<String, Recipe> recipes = new LinkedHashMap<>();
    for (String name : names) {
      recipes.put(name, Objects.requireNonNull(Presets.named(name)));
    }
    return recipes;
  }

  private static Plan plan(List<Integer> steps, List<Long> seeds) {
    return new Plan(recipes("rheobase", "deng2021"), steps, seeds, List.of());
  }

  private CompareReport run(Plan plan, Experiment experiment) {
    try (Journal journal = Journal.open(folder.resolve("journal.jsonl"), remarks::add)) {
      return new Comparison(plan, experiment, journal, ProgressListener.NONE, remarks::add)
          .run("net.onnx");
    }
  }

  @Test
  void theSameArgumentsComputeNothingAgain() {
    Plan plan = plan(List.of(8, 16), List.of(0L, 1L));
    FakeExperiment first = new FakeExperiment();
    CompareReport report = run(plan, first);
    assertThat(first.measured).hasSize(8);
    assertThat(first.annMeasured).isEqualTo(1);
    assertThat(remarks).isEmpty();

    FakeExperiment second = new FakeExperiment();
    assertThat(run(plan, second)).isEqualTo(report);
    assertThat(second.measured).isEmpty();
    assertThat(second.annMeasured).isZero();
    assertThat(remarks).containsExactly("8 of 8 cells were measured before and are taken over");
  }

  @Test
  void whatWasDoneBeforeAnEndIsDone() {
    Plan plan = plan(List.of(8, 16), List.of(0L, 1L));
    FakeExperiment cutShort = new FakeExperiment();
    cutShort.failAfter = 3;
    assertThatThrownBy(() -> run(plan, cutShort)).hasMessage("the power is gone");

    FakeExperiment rest = new FakeExperiment();
    CompareReport resumed = run(plan, rest);
    assertThat(rest.measured).hasSize(5).doesNotContainAnyElementsOf(cutShort.measured);
    assertThat(remarks).containsExactly("3 of 8 cells were measured before and are taken over");

    CompareReport atOnce =
        new Comparison(
                plan, new FakeExperiment(), Journal.inMemory(), ProgressListener.NONE, remarks::add)
            .run("net.onnx");
    assertThat(resumed).isEqualTo(atOnce);
  }

  @Test
  void moreStepsOrSeedsComputeOnlyWhatIsNew() {
    run(plan(List.of(8), List.of(0L)), new FakeExperiment());
    FakeExperiment more = new FakeExperiment();
    run(plan(List.of(8, 16), List.of(0L, 1L)), more);
    assertThat(more.measured)
        .hasSize(6)
        .noneMatch(recipe -> recipe.steps() == 8 && recipe.seed() == 0);
  }

  @Test
  void whateverElseChangesComputesAllAgain() {
    Plan plan = plan(List.of(8), List.of(0L));
    run(plan, new FakeExperiment());
    List<String> outputs = List.of("logits");
    for (Subject changed :
        List.of(
            new Subject("1.1", "aa", List.of(), "size: [32, 32]", "bb", 500, "cc", 200, "java"),
            new Subject("1.0", "ax", List.of(), "size: [32, 32]", "bb", 500, "cc", 200, "java"),
            new Subject("1.0", "aa", outputs, "size: [32, 32]", "bb", 500, "cc", 200, "java"),
            new Subject("1.0", "aa", List.of(), "size: [32, 33]", "bb", 500, "cc", 200, "java"),
            new Subject("1.0", "aa", List.of(), "size: [32, 32]", "bx", 500, "cc", 200, "java"),
            new Subject("1.0", "aa", List.of(), "size: [32, 32]", "bb", 500, "cx", 200, "java"),
            new Subject("1.0", "aa", List.of(), "size: [32, 32]", "bb", 500, "cc", 200, "odd"))) {
      FakeExperiment experiment = new FakeExperiment(changed);
      run(plan, experiment);
      assertThat(experiment.measured).as(changed.toString()).hasSize(2);
    }
    FakeExperiment otherRecipe = new FakeExperiment();
    Map<String, Recipe> recipes = recipes("rheobase");
    recipes.computeIfPresent(
        "rheobase", (_, r) -> r.withImages(new Recipe.Images(1000, 5000, 128, 128, 1024, 1024)));
    run(new Plan(recipes, List.of(8), List.of(0L), List.of()), otherRecipe);
    assertThat(otherRecipe.measured).hasSize(1);
  }

  @Test
  void numbersOfImagesAreForCalibrationsAndRecipesWithoutHaveOneLine() {
    FakeExperiment experiment = new FakeExperiment();
    Plan plan = new Plan(recipes("rheobase", "deng2021"), List.of(8), List.of(0L), List.of(32, 64));
    CompareReport report = run(plan, experiment);
    assertThat(report.rows())
        .extracting(Row::recipe, Row::calibrationImages)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("rheobase", 32),
            org.assertj.core.groups.Tuple.tuple("rheobase", 64),
            org.assertj.core.groups.Tuple.tuple("deng2021", 0));
    assertThat(experiment.measured.getFirst().images())
        .isEqualTo(new Recipe.Images(1024, 5000, 32, 32, 32, 32));
    assertThatThrownBy(() ->
            run(
                new Plan(recipes("rheobase"), List.of(8), List.of(0L), List.of(501)),
                new FakeExperiment()))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("--calibration-images 501 is more than the calibration data holds");
  }

  @Test
  void aRecipeWithoutMeaningAtSomeTSaysWhich() {
    Recipe own = Recipe.DEFAULT;
    Recipe late =
        new Recipe(
            own.threshold(),
            own.thresholdScale(),
            own.granularity(),
            32,
            own.neuron(),
            own.initialPotential(),
            own.shift(),
            own.averagePool(),
            own.weights(),
            own.calibrate(),
            own.images(),
            own.augment(),
            new CountFrom(20, false),
            0);
    Plan plan = new Plan(Map.of("late.yaml", late), List.of(16), List.of(0L), List.of());
    assertThatThrownBy(plan::cells)
        .isInstanceOf(MisuseException.class)
        .hasMessageStartingWith("recipe late.yaml at T = 16: the first counted step, 20,");
  }

  @Test
  void theLongOnesAreAnnounced() {
    run(new Plan(recipes("bu2024"), List.of(8, 16), List.of(0L), List.of()), new FakeExperiment());
    assertThat(remarks).containsExactly("bu2024 balances thresholds, which takes minutes a cell");
  }
}
