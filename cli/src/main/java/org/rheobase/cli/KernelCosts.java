package org.rheobase.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.rheobase.cli.report.AtomicFile;
import org.rheobase.cli.report.JsonReport;
import org.rheobase.dense.DenseBackends;
import org.rheobase.error.RheobaseException;
import org.rheobase.graph.Graph;
import org.rheobase.graph.OperationCount;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;
import org.rheobase.speed.AddRate;
import org.rheobase.speed.Crossover;

/** What kernels cost on this machine: measured once, kept in the user's cache folder. */
final class KernelCosts {
  /** Raised when a kernel becomes so much faster that what was measured before misleads. */
  private static final int VERSION = 3;

  /**
   * Multiply-accumulates, over all steps and images, from which a simulation takes so long that the
   * measurement pays.
   */
  private static final double WORTH_MEASURING = 2e12;

  private static final long LARGEST_FILE = 1 << 20;

  /** What this process measured, where the file may not be writable. */
  private static final AtomicReference<CostModel> MEASURED = new AtomicReference<>();

  private KernelCosts() {}

  /**
   * The content of the file; what is not the same here makes it void.
   *
   * @param products what computes dense products
   */
  private record Kept(
      int version,
      String rheobase,
      String processor,
      int vectorBits,
      String java,
      String products,
      List<CostModel.Entry> entries) {
    static Kept of(CostModel model) {
      return new Kept(
          VERSION,
          Main.version(),
          Machine.processor(),
          AddRate.vectorBits(),
          Runtime.version().toString(),
          DenseBackends.best().name(),
          model.entries());
    }

    boolean isOfThisMachine() {
      return equals(of(new CostModel(entries)));
    }
  }

  /**
   * The costs to choose kernels by: what is kept, or what is measured now if so much work waits,
   * else {@link CostModel#typical}.
   *
   * @param images that will be simulated
   */
  static CostModel forWork(
      Kernel kernel, Graph graph, int steps, int images, ProgressListener progress) {
    Optional<CostModel> known = known(kernel);
    if (known.isPresent()) {
      return known.orElseThrow();
    }
    double work = (double) OperationCount.of(graph).totalMacs() * steps * images;
    return work < WORTH_MEASURING ? CostModel.typical() : Crossover.model(measure(progress));
  }

  /** The costs to choose kernels by, if there is nothing to measure. */
  static Optional<CostModel> known(Kernel kernel) {
    if (kernel != Kernel.AUTO || !haveChoice()) {
      return Optional.of(CostModel.EVENTS);
    }
    return Optional.ofNullable(MEASURED.get()).or(() -> kept(file(System.getenv())));
  }

  /** Whether there is more than events here: dense products beyond plain Java, or lookups. */
  static boolean haveChoice() {
    return Simulators.looksUp() || Simulators.multipliesBytes();
  }

  /** Measures, and keeps the result where that is possible. */
  static List<Crossover> measure(ProgressListener progress) {
    progress.stage("measuring this machine's kernels, once", Crossover.layers());
    List<Crossover> measured = Crossover.measureAll(progress);
    CostModel model = Crossover.model(measured);
    MEASURED.set(model);
    keep(model, file(System.getenv()));
    return measured;
  }

  /** What a file holds for this machine; empty where it is missing, broken or another's. */
  static Optional<CostModel> kept(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
        return Optional.empty();
      }
      Kept kept = JsonReport.read(Files.readAllBytes(file), Kept.class);
      return !kept.entries().isEmpty() && kept.isOfThisMachine()
          ? Optional.of(new CostModel(kept.entries()))
          : Optional.empty();
    } catch (IOException | RuntimeException _) {
      return Optional.empty(); // whatever is wrong with it, it is measured again
    }
  }

  /** Writes the file; a cache that cannot be written only costs time later. */
  static void keep(CostModel model, Path file) {
    try {
      Files.createDirectories(file.getParent());
      try (AtomicFile target = AtomicFile.create(file)) {
        target.write(JsonReport.bytes(Kept.of(model)));
        target.commit();
      }
    } catch (IOException | RheobaseException _) {
      // Next time it is measured again.
    }
  }

  /** In {@code RHEOBASE_CACHE}, or where the system keeps what can be computed again. */
  static Path file(Map<String, String> environment) {
    String home = System.getProperty("user.home", ".");
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String own = environment.getOrDefault("RHEOBASE_CACHE", "");
    String standard = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path folder;
    if (!own.isBlank()) {
      folder = Path.of(own);
    } else if (!standard.isBlank()) {
      folder = Path.of(standard, "rheobase");
    } else if (os.startsWith("windows")) {
      folder = Path.of(environment.getOrDefault("LOCALAPPDATA", home), "rheobase");
    } else if (os.startsWith("mac")) {
      folder = Path.of(home, "Library", "Caches", "rheobase");
    } else {
      folder = Path.of(home, ".cache", "rheobase");
    }
    return folder.resolve("kernels.json").toAbsolutePath();
  }
}
