package org.rheobase.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.cli.Engine.ConvertRequest;
import org.rheobase.cli.Engine.DemoData;
import org.rheobase.cli.Engine.EvaluateRequest;
import org.rheobase.cli.RecipeOptions.RecipeRequest;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.ConvertReport;
import org.rheobase.cli.report.EvaluateReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.Progress;
import org.rheobase.cli.report.ReportText;
import org.rheobase.error.MisuseException;
import org.rheobase.sim.Kernel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = "Convert and measure a built-in network on built-in images.",
    footer = {
      "",
      "Writes the network, its spiking twin, evaluate.json and accuracy.png to the folder.",
      "",
      "Example:",
      "  rheobase demo --out demo"
    })
final class DemoCommand implements Callable<Integer> {
  private final Console console;
  private final Engine engine;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "The task; this version knows classification.")
  private String task = "classification";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the files. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("rheobase-demo");

  @Mixin private CommonOptions common = new CommonOptions();

  DemoCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    if (!task.equals("classification")) {
      throw new MisuseException(
          "--task " + task + " is not available in this version; expected classification");
    }
    try (Outputs outputs = new Outputs();
        Progress progress = console.progress(common)) {
      Path folder = outputs.folder(out);
      Path annFile = folder.resolve("demo.onnx");
      Path snnFile = folder.resolve("demo.snn.onnx");
      AtomicFile ann = outputs.file(annFile);
      AtomicFile snn = outputs.file(snnFile);
      ReportFolder reports = ReportFolder.reserve(outputs, folder);
      var json = common.jsonOutput(outputs);

      DemoData data = engine.demo(ann.temporary(), common.seed(), progress);
      EvaluateReport before = evaluate(ann, annFile, data, null, progress);
      ConvertReport conversion = convert(ann, annFile, snn, snnFile, data, progress);
      EvaluateReport after = evaluate(snn, snnFile, data, before.metric().ann(), progress);
      progress.clear();

      reports.write(after, sentence -> console.note(common, sentence));
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("ann", before);
      all.put("convert", conversion);
      all.put("snn", after);
      json.write(all);
      outputs.commit();
      console.out().println(ReportText.of(before));
      console.out().println(ReportText.of(conversion));
      console.out().println(ReportText.of(after));
      console.out().println("Everything is in " + folder + ".");
      return 0;
    }
  }

  /** Evaluates what is not yet in its place, under the name that it will have. */
  private EvaluateReport evaluate(
      AtomicFile file, Path name, DemoData data, @Nullable Double annAccuracy, Progress progress) {
    EvaluateRequest request =
        new EvaluateRequest(
            data.source(file.temporary()),
            data.testData(),
            null,
            null,
            null,
            annAccuracy,
            null,
            Kernel.AUTO,
            Backend.AUTO,
            common.threads(),
            common.seed());
    return engine.evaluate(request, progress).withModel(name.toString());
  }

  private ConvertReport convert(
      AtomicFile ann,
      Path annName,
      AtomicFile snn,
      Path snnName,
      DemoData data,
      Progress progress) {
    ConvertRequest request =
        new ConvertRequest(
            data.source(ann.temporary()),
            snnName,
            data.calibrationData(),
            RecipeRequest.UNSPECIFIED,
            Backend.AUTO,
            common.threads(),
            MemoryOption.defaultBytes(),
            common.seed());
    return engine.convert(request, snn.temporary(), progress).withModel(annName.toString());
  }
}
