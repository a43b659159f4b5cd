package org.rheobase.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Turns one site's current into integer accumulations, and proves that the sum of a step fits 32
 * bits: all that can arrive in one step stays below 2^30 units, and so does the potential.
 */
final class CurrentCompiler {
  private final SpikingStructure structure;
  private final Requirements needed;
  private final Map<String, Integer> indices;
  private final Node site;
  private final int[] exponents;
  private final List<Plan.Drive> drives;
  private final SynapseForms forms;

  /** {@code [c]}: the largest sum of absolute values that one step can bring, in units. */
  private final double[] bound;

  /**
   * @param needed which nodes have values of their own
   * @param indices of the nodes
   * @param drives the plan's constant currents, to append to
   * @param forms of convolutions
   */
  CurrentCompiler(
      SpikingStructure structure,
      Requirements needed,
      Map<String, Integer> indices,
      Node site,
      List<Plan.Drive> drives,
      SynapseForms forms) {
    this.structure = structure;
    this.needed = needed;
    this.indices = indices;
    this.site = site;
    this.exponents = structure.units().of(site.name());
    this.drives = drives;
    this.forms = forms;
    this.bound = new double[exponents.length];
  }

  Stages.Site compile(int node, int siteIndex, Op.IntegrateFire op) {
    Shape shape = site.shape();
    int channels = shape.channels();
    Target target = new Target(shape);
    compile(structure.current(site.name()), View.whole(shape), target);
    int[] theta = new int[channels];
    for (int c = 0; c < channels; c++) {
      theta[c] = op.isDead(c) ? Integer.MAX_VALUE : 1 << -exponents[c];
      int bias = units(op.biasCurrent().get(c), c);
      bound[c] += Math.abs((double) bias);
      for (int i = c; i < target.base.length; i += channels) {
        target.base[i] += bias;
      }
    }
    checkBound(op);
    return new Stages.Site(
        node,
        siteIndex,
        target.finish(),
        theta,
        op.neuron() instanceof Neuron.HardReset,
        target.parts);
  }

  /** {@code [h,w,c]}, in units. */
  int[] initialPotentials(Op.IntegrateFire op) {
    Shape shape = site.shape();
    int channels = shape.channels();
    boolean isPerNeuron = op.initialPotential().size() == shape.size();
    int[] outside = Layout.toOutside(shape);
    int[] v = new int[shape.size()];
    for (int i = 0; i < v.length; i++) {
      int c = i % channels;
      v[i] =
          SiteUnits.round(
              op.initialPotential().get(isPerNeuron ? outside[i] : c),
              exponents[c],
              SiteUnits.POTENTIAL_LIMIT);
    }
    return v;
  }

  /** A map under construction: what is constant, and what is added at every step. */
  private final class Target {
    final int[] base;
    final List<Accumulation> constants = new ArrayList<>();
    final List<Accumulation> parts = new ArrayList<>();
    private final int channels;

    Target(Shape shape) {
      base = new int[shape.size()];
      channels = shape.channels();
    }

    /** Registers the constant part, per channel when it is the same at all positions. */
    int finish() {
      boolean isUniform = constants.isEmpty();
      for (int i = channels; isUniform && i < base.length; i++) {
        isUniform = base[i] == base[i - channels];
      }
      return register(isUniform ? Arrays.copyOf(base, channels) : base);
    }

    int register(int[] finished) {
      drives.add(new Plan.Drive(finished, constants));
      return drives.size() - 1;
    }
  }

  private void compile(Current current, View view, Target target) {
    switch (current) {
      case Current.Synapses synapses -> synapses(synapses, view, target);
      case Current.Direct direct -> {
        Shape shape = direct.shape();
        int[] one = new int[shape.channels()];
        double most = structure.largestCount(direct.node().name());
        for (int c = 0; c < one.length; c++) {
          one[c] = 1 << -exponents[view.channelOffset() + c];
          bound[view.channelOffset() + c] += most * one[c];
        }
        target.parts.add(
            new Accumulation.Direct(
                index(direct.node()),
                ScatterTable.of(Window.of(1, 1), shape, shape, view, 0, false),
                one));
      }
      case Current.Value value -> {
        int from = view.channelOffset();
        int to = from + value.shape().channels();
        for (int c = from; c < to; c++) {
          bound[c] += SiteUnits.ENTRY_LIMIT;
        }
        double[] scale = new double[to - from];
        for (int c = from; c < to; c++) {
          scale[c - from] = Math.scalb(1.0, -exponents[c]);
        }
        if (needed.isTakenUp(value.node())) {
          Node input = structure.graph().node(value.node().input());
          target.parts.add(
              new Pointwise(
                  index(input),
                  new SingleConvolution(value.node(), input.shape(), forms.loops()),
                  view,
                  Layout.toFloat(scale)));
          return;
        }
        (value.isConstant() ? target.constants : target.parts)
            .add(new Accumulation.Rounded(index(value.node()), value.shape(), view, scale));
      }
      case Current.Sum sum -> sum.terms().forEach(term -> compile(term, view, target));
      case Current.Concatenation cat -> {
        View next = view;
        for (Current part : cat.parts()) {
          compile(part, next, target);
          next = next.shifted(0, 0, part.shape().channels());
        }
      }
      case Current.Padded padded ->
          compile(
              padded.of(),
              view.shifted(padded.pad().top(), padded.pad().left(), padded.pad().channelsBefore()),
              target);
      case Current.Maximum max -> {
        Shape in = max.of().shape();
        View whole = View.whole(in);
        Target inner = new Target(in);
        compile(
            max.of(),
            new View(0, whole.rowStride(), whole.columnStride(), view.channelOffset()),
            inner);
        target.parts.add(
            new Accumulation.Maximum(
                forms.buffer(in.size()),
                inner.register(inner.base),
                inner.parts,
                max.window(),
                in,
                max.shape(),
                view));
      }
    }
  }

  private void synapses(Current.Synapses synapses, View view, Target target) {
    Op.Conv conv = synapses.conv();
    Shape out = synapses.shape();
    float[] weight = conv.weight().values();
    int[] integers = new int[weight.length];
    int row = weight.length / conv.outChannels();
    double most = structure.largestCount(synapses.input().name());
    int[] bias = new int[conv.outChannels()];
    for (int o = 0; o < conv.outChannels(); o++) {
      int channel = view.channelOffset() + o;
      if (isDead(channel)) {
        continue;
      }
      for (int i = o * row; i < (o + 1) * row; i++) {
        double units = Math.scalb((double) weight[i], -exponents[channel]);
        integers[i] = (int) units;
        bound[channel] += most * Math.abs(units);
      }
      bias[o] = units(conv.bias().get(o), channel);
      bound[channel] += Math.abs((double) bias[o]);
    }
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        for (int o = 0; o < bias.length; o++) {
          target.base[view.at(y, x) + o] += bias[o];
        }
      }
    }
    target.parts.add(
        forms.of(
            index(synapses.input()),
            structure.largestEvent(synapses.input().name()),
            conv,
            integers,
            synapses.inShape(),
            out,
            view));
  }

  private boolean isDead(int channel) {
    return site.op() instanceof Op.IntegrateFire op && op.isDead(channel);
  }

  private int units(float x, int channel) {
    return SiteUnits.round(x, exponents[channel], SiteUnits.ENTRY_LIMIT);
  }

  private int index(Node node) {
    Integer index = indices.get(node.name());
    if (index == null) {
      throw new IllegalArgumentException("no node " + node.name());
    }
    return index;
  }

  private void checkBound(Op.IntegrateFire op) {
    for (int c = 0; c < bound.length; c++) {
      if (!op.isDead(c) && bound[c] >= SiteUnits.POTENTIAL_LIMIT) {
        throw new MisuseException(
            "site "
                + site.name()
                + ", channel "
                + c
                + ": one step may bring a current of "
                + (long) bound[c]
                + " units of 2^"
                + exponents[c]
                + ", more than the 2^30 that the event-driven simulator holds: convert with"
                + " --weights int8 or use --kernel scalar");
      }
    }
  }
}
