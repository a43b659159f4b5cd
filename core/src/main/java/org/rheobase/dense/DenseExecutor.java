package org.rheobase.dense;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Movements;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Tensor;
import org.rheobase.parallel.Workers;

/**
 * Runs an artificial network image by image and hands out the values of chosen nodes, the taps.
 * Nodes that no tap depends on are not computed. The same bits come out for any number of threads
 * and any split into batches.
 *
 * <p>Prepared kernels and buffers are kept, one set for each thread ever used at the same time,
 * until {@link #close}.
 */
public final class DenseExecutor implements AutoCloseable {
  private final Graph ann;
  private final DenseBackend backend;
  private final Deque<Worker> idle = new ArrayDeque<>();
  private boolean closed;

  /** Receives the values of tapped nodes as they are computed. */
  public interface TapConsumer {
    /**
     * Called once for each image and tap, for one image in topological order; from several threads
     * at the same time for different images, in no order.
     *
     * @param image index in the batch
     * @param node the tapped node's name
     * @param values the node's value in the first {@code shape.size()} elements; overwritten after
     *     the call returns
     */
    void accept(int image, String node, float[] values);
  }

  /** Supplies the value of a node, so that it need not be computed. */
  public interface Source {
    /**
     * Called from several threads at the same time for different items.
     *
     * @param item index in the batch
     * @param values receives the node's value in its first {@code shape.size()} elements
     */
    void read(int item, float[] values);
  }

  public DenseExecutor(Graph ann, DenseBackend backend) {
    this.ann = ann;
    this.backend = backend;
  }

  /**
   * The values {@code [n, shape of the node]} of the tapped nodes, in the order of {@code taps}.
   *
   * @param batch images {@code [n,c,h,w]} of the network's input shape
   * @throws IllegalArgumentException if a tap is unknown or depends on a spiking population, or if
   *     its values for the whole batch do not fit into one array
   */
  public Map<String, Tensor> run(Tensor batch, List<String> taps, int threads) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (String tap : taps) {
      Shape shape = ann.node(tap).shape();
      if ((long) batch.batch() * shape.size() > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "the values of node "
                + tap
                + " for "
                + batch.batch()
                + " images of "
                + shape
                + " do not fit into one array: run fewer images at a time");
      }
      values.put(tap, Tensor.zeros(batch.batch(), shape));
    }
    run(
        batch,
        taps,
        threads,
        (image, node, value) -> {
          Tensor target = values.get(node);
          if (target != null) {
            int size = target.shape().size();
            System.arraycopy(value, 0, target.values(), image * size, size);
          }
        });
    return values;
  }

  /** The network's first output, {@code [n, its shape]}. */
  public Tensor output(Tensor batch, int threads) {
    return value(batch, ann.outputs().get(0).node(), threads);
  }

  /** The values {@code [n, shape of the node]} of one tapped node. */
  public Tensor value(Tensor batch, String tap, int threads) {
    return run(batch, List.of(tap), threads).values().iterator().next();
  }

  /** Like {@link #run(Tensor, List, int)} without keeping the values of the whole batch. */
  public void run(Tensor batch, List<String> taps, int threads, TapConsumer consumer) {
    if (!batch.shape().equals(ann.input().shape())) {
      throw new IllegalArgumentException(
          "network "
              + ann.name()
              + " reads images of shape "
              + ann.input().shape()
              + ", found "
              + batch.shape());
    }
    int size = batch.shape().size();
    run(
        batch.batch(),
        Map.of(
            ann.input().name(),
            (image, values) -> System.arraycopy(batch.values(), image * size, values, 0, size)),
        taps,
        threads,
        consumer);
  }

  /**
   * Computes the taps of some items from given values, for example one module of a network at every
   * time step.
   *
   * @param items how many, numbered from 0
   * @param given values by node name; what only they depend on is not computed. Populations of
   *     neurons that the taps depend on must be among them, and the input if it is reached
   * @throws IllegalArgumentException if a tap is unknown or depends on a spiking population
   */
  public void run(
      int items, Map<String, Source> given, List<String> taps, int threads, TapConsumer consumer) {
    Schedule schedule = Schedule.of(ann, new LinkedHashSet<>(taps), given.keySet());
    List<@Nullable Source> sources = new ArrayList<>();
    for (Schedule.Step step : schedule.steps()) {
      Source source = given.get(step.node().name());
      if (source == null) {
        refuseSpikes(step.node());
      }
      sources.add(source);
    }
    List<Worker> used = new ArrayList<>();
    try {
      Workers.forEach(
          items,
          threads,
          () -> {
            Worker worker = checkOut(used);
            worker.fit(schedule);
            return item -> worker.run(schedule, sources, item, consumer);
          });
    } finally {
      checkIn(used);
    }
  }

  private static void refuseSpikes(Node node) {
    if (node.op() instanceof Op.IntegrateFire) {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + " is a population of spiking neurons: simulate a spiking network instead of running"
              + " it densely");
    }
  }

  private synchronized Worker checkOut(List<Worker> used) {
    if (closed) {
      throw new IllegalStateException("the executor of network " + ann.name() + " is closed");
    }
    Worker worker = idle.isEmpty() ? new Worker() : idle.pop();
    used.add(worker);
    return worker;
  }

  private synchronized void checkIn(List<Worker> used) {
    if (closed) {
      used.forEach(Worker::close);
    } else {
      used.forEach(idle::push);
    }
  }

  /** Releases the prepared kernels; those of a run in progress when it ends. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Worker::close);
    idle.clear();
  }

  private static DenseBackend.Kernel moving(int[] sources) {
    return (x, from, y, to) -> {
      for (int i = 0; i < sources.length; i++) {
        y[to + i] = x[from + sources[i]];
      }
    };
  }

  private static double[] doubles(Schedule.Step step, float[][] inputs, int index) {
    double[] values = new double[step.inputShapes().get(index).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = inputs[index][i];
    }
    return values;
  }

  private static void store(double[] values, float[] y) {
    for (int i = 0; i < values.length; i++) {
      y[i] = (float) values[i];
    }
  }

  /** One thread's kernels and buffers. */
  private final class Worker {
    private final DenseBackend.@Nullable Kernel[] kernels =
        new DenseBackend.@Nullable Kernel[ann.nodes().size()];
    private float[][] buffers = {};

    void fit(Schedule schedule) {
      int[] sizes = schedule.bufferSizes();
      int had = buffers.length;
      buffers = Arrays.copyOf(buffers, Math.max(had, sizes.length));
      for (int b = 0; b < sizes.length; b++) {
        if (b >= had || buffers[b].length < sizes[b]) {
          buffers[b] = new float[sizes[b]];
        }
      }
    }

    void run(Schedule schedule, List<@Nullable Source> sources, int item, TapConsumer consumer) {
      for (int i = 0; i < schedule.steps().size(); i++) {
        Schedule.Step step = schedule.steps().get(i);
        Source source = sources.get(i);
        if (source == null) {
          compute(step);
        } else {
          source.read(item, buffers[step.output()]);
        }
        if (step.tapped()) {
          consumer.accept(item, step.node().name(), buffers[step.output()]);
        }
      }
    }

    private void compute(Schedule.Step step) {
      float[] y = buffers[step.output()];
      float[][] inputs = new float[step.inputs().length][];
      for (int k = 0; k < inputs.length; k++) {
        inputs[k] = buffers[step.inputs()[k]];
      }
      Shape shape = step.node().shape();
      switch (step.node().op()) {
        case Op.Input _ ->
            throw new IllegalArgumentException("no image is given to network " + ann.name());
        case Op.Conv conv -> kernel(step, conv).run(inputs[0], 0, y, 0);
        case Op.Linear linear -> kernel(step, linear).run(inputs[0], 0, y, 0);
        case Op.BatchNorm norm -> DenseOps.batchNorm(norm, shape, inputs[0], y);
        case Op.Relu relu -> DenseOps.relu(relu, shape.size(), inputs[0], y);
        case Op.MaxPool pool -> DenseOps.maxPool(pool, step.inputShapes().get(0), inputs[0], y);
        case Op.AveragePool pool ->
            DenseOps.averagePool(pool, step.inputShapes().get(0), inputs[0], y);
        case Op.Pad pad -> DenseOps.pad(pad, step.inputShapes().get(0), inputs[0], y);
        case Op.Add _ -> DenseOps.add(inputs, shape.size(), y);
        case Op.Concat _ ->
            DenseOps.concat(inputs, step.inputShapes().stream().mapToInt(Shape::size).toArray(), y);
        case Op.Constant constant ->
            System.arraycopy(constant.values().values(), 0, y, 0, shape.size());
        case Op.Reshape _, Op.Identity _ -> {
          // The schedule gave the node its input's buffer.
        }
        case Op.Transpose transpose -> kernel(step, transpose).run(inputs[0], 0, y, 0);
        case Op.Select select -> kernel(step, select).run(inputs[0], 0, y, 0);
        case Op.Resize resize ->
            store(Resizing.apply(resize, doubles(step, inputs, 0), step.inputShapes().get(0)), y);
        case Op.NonLinear op -> {
          List<double[]> values = new ArrayList<>();
          for (int k = 0; k < inputs.length; k++) {
            values.add(doubles(step, inputs, k));
          }
          store(NonLinearOps.apply(op, values, step.inputShapes().get(0)), y);
        }
        case Op.IntegrateFire _ -> refuseSpikes(step.node());
      }
    }

    private DenseBackend.Kernel kernel(Schedule.Step step, Op op) {
      DenseBackend.Kernel kernel = kernels[step.index()];
      if (kernel == null) {
        kernel =
            switch (op) {
              case Op.Conv conv -> backend.convolution(conv, step.inputShapes().get(0));
              case Op.Linear linear -> backend.linear(linear);
              case Op.Movement movement ->
                  moving(
                      Movements.sources(movement, step.inputShapes().get(0), step.node().shape()));
              default -> throw new IllegalArgumentException(op.label() + " needs no kernel");
            };
        kernels[step.index()] = kernel;
      }
      return kernel;
    }

    void close() {
      for (DenseBackend.Kernel kernel : kernels) {
        if (kernel != null) {
          kernel.close();
        }
      }
      Arrays.fill(kernels, null);
    }
  }
}
