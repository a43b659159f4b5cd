package org.rheobase.cli.compare;

import java.util.ArrayList;
import java.util.List;
import org.rheobase.convert.Recipe;
import org.rheobase.parallel.ProgressListener;

/** Makes up numbers that depend on the recipe alone, and remembers what was asked. */
public final class FakeExperiment implements Experiment {
  /** What {@link #subject} says. */
  static final Subject SUBJECT =
      new Subject("1.0", "aa", List.of(), "size: [32, 32]", "bb", 500, "cc", 200, "java");

  final List<Recipe> measured = new ArrayList<>();
  private final Subject subject;
  int annMeasured;
  int failAfter = Integer.MAX_VALUE;

  public FakeExperiment() {
    this(SUBJECT);
  }

  FakeExperiment(Subject subject) {
    this.subject = subject;
  }

  @Override
  public Subject subject() {
    return subject;
  }

  @Override
  public AnnScore ann(ProgressListener progress) {
    annMeasured++;
    return new AnnScore(0.92, 0.99);
  }

  @Override
  public Measurement measure(Recipe recipe, ProgressListener progress) {
    if (measured.size() == failAfter) {
      throw new IllegalStateException("the power is gone");
    }
    progress.stage("simulating", 1);
    measured.add(recipe);
    int t = recipe.steps();
    double best = recipe.shift() ? 0.875 : 0.9;
    return new Measurement(
        best - 0.5 / t + 0.002 * recipe.seed() + 1e-4 * recipe.calibrationImages(),
        0.95,
        recipe.countFrom().step(t),
        1e6 * t,
        450_000,
        1.0 / 3,
        553_320,
        8_256,
        1.5 + recipe.seed(),
        0.25 * t,
        2);
  }
}
