package org.rheobase.data;

/** The ten kinds of shape, each a set of points inside the unit circle; the order is the label. */
enum Figure {
  CIRCLE {
    @Override
    boolean contains(double x, double y) {
      return x * x + y * y <= 0.85 * 0.85;
    }
  },
  RING {
    @Override
    boolean contains(double x, double y) {
      double square = x * x + y * y;
      return square <= 0.95 * 0.95 && square >= 0.52 * 0.52;
    }
  },
  SQUARE {
    @Override
    boolean contains(double x, double y) {
      return Math.max(Math.abs(x), Math.abs(y)) <= 0.7;
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double x, double y) {
      return inside(TRIANGLE_OUTLINE, x, y);
    }
  },
  CROSS {
    @Override
    boolean contains(double x, double y) {
      double a = Math.abs(x);
      double b = Math.abs(y);
      return Math.min(a, b) <= 0.26 && Math.max(a, b) <= 0.92;
    }
  },
  STAR {
    @Override
    boolean contains(double x, double y) {
      return inside(STAR_OUTLINE, x, y);
    }
  },
  CRESCENT {
    @Override
    boolean contains(double x, double y) {
      double dx = x - 0.48;
      return x * x + y * y <= 0.95 * 0.95 && dx * dx + y * y >= 0.78 * 0.78;
    }
  },
  BAR {
    @Override
    boolean contains(double x, double y) {
      return Math.abs(x) <= 0.95 && Math.abs(y) <= 0.27;
    }
  },
  HEART {
    @Override
    boolean contains(double x, double y) {
      double a = 1.28 * x;
      double b = 1.28 * y + 0.12;
      double s = a * a + b * b - 1;
      return s * s * s - a * a * b * b * b <= 0;
    }
  },
  ARROW {
    @Override
    boolean contains(double x, double y) {
      return (x >= -0.95 && x <= 0.1 && Math.abs(y) <= 0.19)
          || (x >= 0.05 && x <= 0.95 && Math.abs(y) <= 0.78 * (0.95 - x) / 0.9);
    }
  };

  private static final double[] TRIANGLE_OUTLINE = starOutline(3, 1, 0.5);
  private static final double[] STAR_OUTLINE = starOutline(5, 1, 0.4);

  /** Whether the shape covers a point of the plane. */
  abstract boolean contains(double x, double y);

  /** Corners x, y, x, y, … that alternate between the outer and the inner radius. */
  private static double[] starOutline(int points, double outer, double inner) {
    double[] corners = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double angle = StrictMath.PI * i / points;
      double radius = i % 2 == 0 ? outer : inner;
      corners[2 * i] = radius * StrictMath.cos(angle);
      corners[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    return corners;
  }

  /** The even-odd rule: a ray to the right crosses the outline an odd number of times. */
  private static boolean inside(double[] corners, double x, double y) {
    boolean odd = false;
    int last = corners.length - 2;
    for (int i = 0; i < corners.length; i += 2) {
      double ax = corners[i];
      double ay = corners[i + 1];
      double bx = corners[last];
      double by = corners[last + 1];
      if ((ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay)) {
        odd = !odd;
      }
      last = i;
    }
    return odd;
  }
}
