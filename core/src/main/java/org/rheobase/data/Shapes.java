package org.rheobase.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Draws labelled scenes, so that every command works without a download: coloured shapes of random
 * place, size, rotation and shading on a textured background with clutter and noise. Scene {@code
 * i} of a seed is the same on every machine and does not depend on the other scenes: random numbers
 * are integers and the geometry uses {@link StrictMath}.
 *
 * @param seed the series of scenes
 * @param side height and width of a scene in pixels, at least 16
 * @param objects 1 draws exactly one large shape per scene (classification); more draws one to that
 *     many smaller shapes that do not overlap (segmentation, detection)
 */
@SuppressWarnings("EnumOrdinal") // the order of the figures is the order of the classes
public record Shapes(long seed, int side, int objects) {
  /** Height and width, in pixels, of the scenes for classification. */
  public static final int SIDE = 32;

  /** Samples per pixel and axis at the edges of shapes. */
  private static final int SUPERSAMPLING = 4;

  /** Shapes differ from the background under them by at least this, in their clearest channel. */
  private static final double CONTRAST = 70;

  public Shapes {
    if (side < 16 || side > 4096 || objects < 1) {
      throw new IllegalArgumentException(
          "scenes need a side of 16 to 4096 pixels and at least one object, not "
              + side
              + " and "
              + objects);
    }
  }

  /** The names of the classes; the index is the label. */
  public static List<String> classNames() {
    return Arrays.stream(Figure.values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * A scene and everything a task asks about it.
   *
   * @param label the class of the first box
   * @param mask per pixel, row by row, 0 for background or the shape's label + 1
   * @param boxes the shapes, in the order in which they were drawn
   */
  public record Scene(RgbImage image, int label, byte[] mask, List<Box> boxes) {
    public Scene {
      boxes = List.copyOf(boxes);
    }
  }

  /** The pixels that a shape covers lie in columns left … right-1 and rows top … bottom-1. */
  public record Box(int label, int left, int top, int right, int bottom) {}

  /** The first {@code count} scenes as a data set for classification. */
  public Dataset dataset(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a data set needs at least one image, not " + count);
    }
    Shapes shapes = this;
    return new Dataset() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public Sample get(int index) {
        Scene scene = shapes.scene(Objects.checkIndex(index, count));
        return new Sample("shapes-" + seed + "-" + index, scene.image(), scene.label());
      }

      @Override
      public String description() {
        return "generated shapes, seed " + seed + ", " + count + " images";
      }
    };
  }

  /** Draws scene {@code index}, from 0. */
  public Scene scene(int index) {
    SplitMix random = new SplitMix(seed, index);
    double[][] ends = {colour(random), colour(random)};
    double[] canvas = background(ends, random);
    clutter(canvas, random);
    byte[] mask = new byte[side * side];
    List<Box> boxes = new ArrayList<>();
    List<Placement> placed = new ArrayList<>();
    int wanted = objects == 1 ? 1 : 1 + random.below(objects);
    // A crowded scene stops trying; the first shape always finds its place.
    for (int attempt = 0; attempt < 20 * wanted && placed.size() < wanted; attempt++) {
      Placement candidate = place(random);
      if (placed.stream().noneMatch(candidate::touches)) {
        placed.add(candidate);
        boxes.add(draw(candidate, shapeColour(ends, random), canvas, mask, random));
      }
    }
    return new Scene(developed(canvas, random), boxes.getFirst().label(), mask, boxes);
  }

  /** Where a shape stands: centre and radius in pixels, rotation as cosine and sine, stretch. */
  private record Placement(
      Figure figure,
      double x,
      double y,
      double radius,
      double cosine,
      double sine,
      double stretch) {
    boolean touches(Placement other) {
      double dx = x - other.x;
      double dy = y - other.y;
      double apart = radius + other.radius + 1;
      return dx * dx + dy * dy < apart * apart;
    }

    boolean covers(double px, double py) {
      double dx = (px - x) / radius;
      double dy = (py - y) / radius;
      return figure.contains(
          (dx * cosine + dy * sine) * stretch, (dy * cosine - dx * sine) / stretch);
    }
  }

  private Placement place(SplitMix random) {
    Figure figure = Figure.values()[random.below(Figure.values().length)];
    double radius =
        objects == 1 ? random.uniform(0.23, 0.40) * side : random.uniform(0.12, 0.22) * side;
    double angle = random.uniform(0, 2 * StrictMath.PI);
    // A stretch lets the shape leave the unit circle by a tenth.
    double margin = Math.min(1.1 * radius, side / 2.0);
    return new Placement(
        figure,
        random.uniform(margin, side - margin),
        random.uniform(margin, side - margin),
        radius,
        StrictMath.cos(angle),
        StrictMath.sin(angle),
        random.uniform(0.92, 1.08));
  }

  private Box draw(
      Placement shape, double[] colour, double[] canvas, byte[] mask, SplitMix random) {
    double shadeX = random.uniform(-0.2, 0.2) / shape.radius;
    double shadeY = random.uniform(-0.2, 0.2) / shape.radius;
    int reach = (int) (1.1 * shape.radius) + 2;
    int fromX = Math.max(0, (int) shape.x - reach);
    int toX = Math.min(side, (int) shape.x + reach + 1);
    int fromY = Math.max(0, (int) shape.y - reach);
    int toY = Math.min(side, (int) shape.y + reach + 1);
    int left = side;
    int top = side;
    int right = 0;
    int bottom = 0;
    for (int y = fromY; y < toY; y++) {
      for (int x = fromX; x < toX; x++) {
        double cover = coverage(shape, x, y);
        double shade = 1 + shadeX * (x - shape.x) + shadeY * (y - shape.y);
        blend(canvas, x, y, colour, shade, cover);
        if (cover >= 0.5) {
          mask[y * side + x] = (byte) (shape.figure.ordinal() + 1);
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return new Box(shape.figure.ordinal(), left, top, right, bottom);
  }

  /** The part of a pixel that a shape covers, 0…1. */
  private static double coverage(Placement shape, int x, int y) {
    int hits = 0;
    for (int i = 0; i < SUPERSAMPLING; i++) {
      for (int j = 0; j < SUPERSAMPLING; j++) {
        if (shape.covers(x + (j + 0.5) / SUPERSAMPLING, y + (i + 0.5) / SUPERSAMPLING)) {
          hits++;
        }
      }
    }
    return hits / (double) (SUPERSAMPLING * SUPERSAMPLING);
  }

  /** A gradient from one colour to another, with smooth noise on it. */
  private double[] background(double[][] ends, SplitMix random) {
    double angle = random.uniform(0, 2 * StrictMath.PI);
    double alongX = StrictMath.cos(angle) / side;
    double alongY = StrictMath.sin(angle) / side;
    int cell = 4 + random.below(6);
    int knots = side / cell + 2;
    double strength = random.uniform(0, 25);
    double[] lattice = new double[knots * knots];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = random.uniform(-strength, strength);
    }
    double[] canvas = new double[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double t =
            Math.clamp(0.5 + alongX * (x - side / 2.0) + alongY * (y - side / 2.0), 0.0, 1.0);
        double noise = smooth(lattice, knots, (double) x / cell, (double) y / cell);
        for (int c = 0; c < 3; c++) {
          canvas[3 * (y * side + x) + c] = ends[0][c] + t * (ends[1][c] - ends[0][c]) + noise;
        }
      }
    }
    return canvas;
  }

  private static double smooth(double[] lattice, int knots, double x, double y) {
    int i = (int) y;
    int j = (int) x;
    double v = y - i;
    double u = x - j;
    int at = i * knots + j;
    return (1 - v) * ((1 - u) * lattice[at] + u * lattice[at + 1])
        + v * ((1 - u) * lattice[at + knots] + u * lattice[at + knots + 1]);
  }

  /** Small soft blobs behind the shapes: detail that means nothing. */
  private void clutter(double[] canvas, SplitMix random) {
    int blobs = random.below(2 + side * side / 200);
    for (int b = 0; b < blobs; b++) {
      double[] colour = colour(random);
      double cx = random.uniform(0, side);
      double cy = random.uniform(0, side);
      double radius = random.uniform(0.7, 2.0);
      for (int y = Math.max(0, (int) cy - 3); y < Math.min(side, (int) cy + 4); y++) {
        for (int x = Math.max(0, (int) cx - 3); x < Math.min(side, (int) cx + 4); x++) {
          double dx = x + 0.5 - cx;
          double dy = y + 0.5 - cy;
          double distance = Math.sqrt(dx * dx + dy * dy);
          blend(canvas, x, y, colour, 1, Math.clamp(radius + 0.5 - distance, 0.0, 0.8));
        }
      }
    }
  }

  private void blend(double[] canvas, int x, int y, double[] colour, double shade, double opacity) {
    for (int c = 0; c < 3; c++) {
      int at = 3 * (y * side + x) + c;
      canvas[at] += opacity * (shade * colour[c] - canvas[at]);
    }
  }

  private static double[] colour(SplitMix random) {
    return new double[] {random.uniform(20, 235), random.uniform(20, 235), random.uniform(20, 235)};
  }

  /** A colour that stands out from both ends of the background's gradient and from its middle. */
  private static double[] shapeColour(double[][] ends, SplitMix random) {
    double[] best = colour(random);
    double clearest = contrast(best, ends);
    for (int attempt = 0; attempt < 30 && clearest < CONTRAST; attempt++) {
      double[] other = colour(random);
      double contrast = contrast(other, ends);
      if (contrast > clearest) {
        best = other;
        clearest = contrast;
      }
    }
    return best;
  }

  private static double contrast(double[] colour, double[][] ends) {
    double[] smallest = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int c = 0; c < 3; c++) {
        double under = ends[0][c] + (ends[1][c] - ends[0][c]) * i / 2;
        smallest[i] = Math.max(smallest[i], Math.abs(colour[c] - under));
      }
    }
    return Math.min(smallest[0], Math.min(smallest[1], smallest[2]));
  }

  /** Adds the noise of a camera and rounds to bytes. */
  private RgbImage developed(double[] canvas, SplitMix random) {
    double strength = random.uniform(2, 14);
    byte[] rgb = new byte[canvas.length];
    for (int i = 0; i < rgb.length; i++) {
      // The sum of three uniforms is close enough to a normal of the same variance.
      double noise = random.uniform() + random.uniform() + random.uniform() - 1.5;
      rgb[i] = (byte) Math.clamp((long) (canvas[i] + 2 * strength * noise + 0.5), 0, 255);
    }
    return new RgbImage(side, side, rgb);
  }
}
