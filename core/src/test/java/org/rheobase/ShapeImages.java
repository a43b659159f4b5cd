package org.rheobase;

import java.util.List;
import org.rheobase.data.Preprocessing;

/** How the generated images of {@code shapes:N} enter small networks in tests. */
public final class ShapeImages {
  private ShapeImages() {}

  /** Stretched to {@code size x size}, values from -2 to 2. */
  public static Preprocessing stretchedTo(int size) {
    return new Preprocessing(
        Preprocessing.Channels.RGB,
        List.of(size, size),
        new Preprocessing.Resize.Stretch(),
        false,
        null,
        1 / 64.0,
        List.of(2.0, 2.0, 2.0),
        List.of(1.0, 1.0, 1.0),
        0);
  }
}
