package org.rheobase.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.ModelSource;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.InspectReport;
import org.rheobase.cli.report.Outputs;
import org.rheobase.cli.report.ReportText;
import org.rheobase.cli.report.drawing.SvgPicture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Show layers, shapes, operations and the verdict on every node of a network.",
    footer = {
      "",
      "Every node is exact, approximated, analog (works, but not on spikes) or refused;",
      "a network with a refused node ends with exit code 3.",
      "",
      "Example:",
      "  rheobase inspect resnet20.onnx --json resnet20.json --graph resnet20.svg"
    })
@SuppressWarnings("NullAway.Init") // picocli sets required parameters
final class InspectCommand implements Callable<Integer> {
  private final Console console;
  private final Engine engine;

  @Parameters(paramLabel = "MODEL", description = "An ONNX file, artificial or spiking network.")
  private Path model;

  @Option(
      names = "--graph",
      paramLabel = "FILE.svg",
      description =
          "Draw the modules as a picture: sites, operations, verdicts, linear islands, skips.")
  private @Nullable Path graph;

  @Mixin private ModelOptions reading = new ModelOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  InspectCommand(Console console, Engine engine) {
    this.console = console;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    try (Outputs outputs = new Outputs()) {
      var json = common.jsonOutput(outputs);
      AtomicFile picture = graph == null ? null : outputs.file(graph);
      ModelSource source = reading.source(model);
      InspectReport report = engine.inspect(source);
      json.write(report);
      if (picture != null) {
        picture.write(SvgPicture.bytes(engine.diagram(source, report)));
      }
      outputs.commit();
      console.out().print(ReportText.of(report));
      if (report.refused().isEmpty()) {
        return 0;
      }
      console
          .err()
          .println(
              "rheobase: "
                  + model
                  + " cannot be converted: "
                  + report.refused().size()
                  + " of its nodes are refused, the first is "
                  + report.refused().getFirst().name());
      return 3;
    }
  }
}
