package org.rheobase.cli.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.rheobase.cli.compare.Experiment.AnnScore;
import org.rheobase.cli.compare.Experiment.Measurement;
import org.rheobase.cli.compare.Plan.Cell;
import org.rheobase.cli.report.CompareReport;
import org.rheobase.cli.report.CompareReport.Row;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.convert.RecipeFile;
import org.rheobase.error.MisuseException;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.threshold.ThresholdRule;

/** Measures the cells of a plan that no journal holds, and puts all of them together. */
public final class Comparison {
  private final Plan plan;
  private final Experiment experiment;
  private final Journal journal;
  private final ProgressListener progress;
  private final Consumer<String> remarks;

  /**
   * A comparison.
   *
   * @param journal of results that are done; every new one is added at once
   * @param remarks are told how much the journal held, and what takes long
   */
  public Comparison(
      Plan plan,
      Experiment experiment,
      Journal journal,
      ProgressListener progress,
      Consumer<String> remarks) {
    this.plan = plan;
    this.experiment = experiment;
    this.journal = journal;
    this.progress = progress;
    this.remarks = remarks;
  }

  /**
   * Runs it.
   *
   * @param model named in the report
   * @throws MisuseException if the plan asks for more calibration images than there are
   */
  public CompareReport run(String model) {
    checkImages();
    Keys keys = new Keys(experiment.subject());
    List<Cell> cells = plan.cells();
    List<Cell> missing =
        cells.stream()
            .filter(c -> journal.find(keys.of(c.recipe()), Measurement.class) == null)
            .toList();
    announce(cells, missing);
    AnnScore ann = ann(keys);
    List<Row> rows = new ArrayList<>();
    int begun = cells.size() - missing.size();
    for (Cell cell : cells) {
      String key = keys.of(cell.recipe());
      Measurement measured = journal.find(key, Measurement.class);
      if (measured == null) {
        begun++;
        String label = "cell " + begun + "/" + cells.size() + ": ";
        measured = experiment.measure(cell.recipe(), prefixed(label));
        journal.put(key, cell.toString(), measured);
      }
      rows.add(row(cell, measured, ann));
    }
    return CompareReport.of(
        model, experiment.subject().testImages(), ann.top1(), ann.top5(), rows, recipes());
  }

  private void checkImages() {
    int available = experiment.subject().calibrationImages();
    for (int images : plan.calibrationImages()) {
      if (images > available) {
        throw new MisuseException(
            "--calibration-images "
                + images
                + " is more than the calibration data holds, which is "
                + available
                + "; name more data or fewer images");
      }
    }
  }

  private void announce(List<Cell> cells, List<Cell> missing) {
    if (missing.size() < cells.size()) {
      remarks.accept(
          (cells.size() - missing.size())
              + " of "
              + cells.size()
              + " cells were measured before and are taken over");
    }
    missing.stream()
        .filter(c -> c.recipe().threshold() instanceof ThresholdRule.Balance)
        .map(Cell::name)
        .distinct()
        .forEach(name -> remarks.accept(name + " balances thresholds, which takes minutes a cell"));
  }

  private AnnScore ann(Keys keys) {
    AnnScore known = journal.find(keys.ofAnn(), AnnScore.class);
    if (known != null) {
      return known;
    }
    AnnScore measured = experiment.ann(progress);
    journal.put(keys.ofAnn(), "ann", measured);
    return measured;
  }

  private ProgressListener prefixed(String label) {
    return new ProgressListener() {
      @Override
      public void stage(String what, int items) {
        progress.stage(label + what, items);
      }

      @Override
      public void advance(int items) {
        progress.advance(items);
      }
    };
  }

  private Row row(Cell cell, Measurement measured, AnnScore ann) {
    return new Row(
        cell.name(),
        cell.recipe().steps(),
        cell.recipe().seed(),
        Math.min(cell.recipe().calibrationImages(), experiment.subject().calibrationImages()),
        measured.top1(),
        ann.top1(),
        measured.top5(),
        measured.countFrom(),
        measured.sops(),
        measured.macs(),
        measured.firingRate(),
        measured.parameterBytes(),
        measured.addedBytes(),
        measured.convertSeconds(),
        measured.evaluateSeconds(),
        measured.threads());
  }

  /** Every choice of every recipe; a row's T, seed and calibration images take their place. */
  private Map<String, Map<String, Object>> recipes() {
    Map<String, Map<String, Object>> recipes = new LinkedHashMap<>();
    plan.recipes()
        .forEach((name, recipe) -> recipes.put(name, JsonReport.map(RecipeFile.toJson(recipe))));
    return recipes;
  }
}
