package org.rheobase.cli.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rheobase.convert.Recipe;
import org.rheobase.error.MisuseException;

/**
 * Which cells a comparison consists of: recipes x numbers of calibration images x T x seeds.
 *
 * @param recipes by name, in the order of the table
 * @param steps T, in ascending order
 * @param seeds of the choice of calibration images
 * @param calibrationImages that corrections after the thresholds take; empty for those of the
 *     recipes. A recipe without such corrections has one cell all the same.
 */
public record Plan(
    Map<String, Recipe> recipes,
    List<Integer> steps,
    List<Long> seeds,
    List<Integer> calibrationImages) {

  /**
   * One conversion and its evaluation.
   *
   * @param name of the recipe
   * @param recipe with the cell's T, seed and numbers of images
   */
  public record Cell(String name, Recipe recipe) {
    @Override
    public String toString() {
      int images = recipe.calibrationImages();
      return name
          + " T="
          + recipe.steps()
          + (images == 0 ? "" : " images=" + images)
          + " seed="
          + recipe.seed();
    }
  }

  /**
   * All cells, in the order of the table.
   *
   * @throws MisuseException where a recipe has no meaning at one of the T
   */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    recipes.forEach((name, recipe) -> {
      for (Recipe onImages : byImages(recipe)) {
        for (int t : steps) {
          Recipe atT = at(name, onImages, t);
          seeds.forEach(seed -> cells.add(new Cell(name, atT.withSeed(seed))));
        }
      }
    });
    return cells;
  }

  private List<Recipe> byImages(Recipe recipe) {
    return calibrationImages.isEmpty() || recipe.calibrate().isEmpty()
        ? List.of(recipe)
        : calibrationImages.stream()
            .map(n -> recipe.withImages(recipe.images().withCalibrations(n)))
            .toList();
  }

  private static Recipe at(String name, Recipe recipe, int steps) {
    try {
      return recipe.withSteps(steps);
    } catch (MisuseException e) {
      throw new MisuseException("recipe " + name + " at T = " + steps + ": " + e.getMessage(), e);
    }
  }
}
