import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rheobase.data.Dataset;
import org.rheobase.data.RgbImage;
import org.rheobase.data.Sample;
import org.rheobase.data.Shapes;

/**
 * Writes generated shapes as CIFAR-10 records (label byte, then the red, green and blue planes of
 * 32 x 32), for training elsewhere and for the `cifar10:` data specification:
 *
 * <pre>java -cp core/target/classes examples/ExportShapes.java SEED COUNT FILE.bin</pre>
 */
public final class ExportShapes {
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: ExportShapes SEED COUNT FILE.bin");
      System.exit(2);
    }
    Dataset shapes =
        new Shapes(Long.parseLong(arguments[0]), Shapes.SIDE, 1)
            .dataset(Integer.parseInt(arguments[1]));
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
      for (int i = 0; i < shapes.size(); i++) {
        Sample sample = shapes.get(i);
        RgbImage image = sample.image();
        out.write(sample.label());
        for (int channel = 0; channel < 3; channel++) {
          for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
              out.write(image.value(x, y, channel));
            }
          }
        }
      }
    }
    System.out.println("wrote " + shapes.size() + " images to " + arguments[2]);
  }
}
