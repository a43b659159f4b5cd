package org.rheobase.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.report.RunReport.Candidate;
import org.rheobase.cli.report.RunReport.Image;
import org.rheobase.cli.report.RunReport.Step;

/** Is told what happens to single images when it happens. */
public interface RunListener {
  /**
   * What will be run.
   *
   * @param report without images
   * @param names of the classes; empty where unknown
   */
  void begin(RunReport report, List<String> names);

  /**
   * An image begins.
   *
   * @param label null where it is not known
   */
  void image(String name, @Nullable Candidate label);

  /** A step of the image is done. */
  void step(Step step);

  /** The image is done. */
  void done(Image image);
}
