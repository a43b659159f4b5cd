import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.ImportOrderer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks ({@code check DIR}) or rewrites ({@code apply DIR}) every Java source in google-java-format style. */
public final class Format {
  public static void main(String[] args) throws Exception {
    boolean apply = args[0].equals("apply");
    Formatter formatter =
        new Formatter(
            JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.GOOGLE).build());
    List<Path> sources;
    try (var walk = Files.walk(Path.of(args[1]))) {
      sources =
          walk.filter(p -> p.toString().endsWith(".java") && p.toString().contains("/src/")).sorted().toList();
    }
    List<Path> unformatted = new ArrayList<>();
    for (Path source : sources) {
      String text = Files.readString(source);
      String formatted =
          formatter.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE));
      if (!text.equals(formatted)) {
        unformatted.add(source);
        if (apply) {
          Files.writeString(source, formatted);
        }
      }
    }
    if (apply) {
      System.out.println("formatted " + unformatted.size() + " of " + sources.size() + " files");
    } else if (!unformatted.isEmpty()) {
      System.err.println(
          "not in google-java-format style (run dev/format): " + unformatted);
      System.exit(1);
    }
  }
}
