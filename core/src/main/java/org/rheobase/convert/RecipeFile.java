package org.rheobase.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rheobase.data.SettingsProblem;
import org.rheobase.error.MisuseException;
import org.rheobase.error.UnreadableDataException;
import org.rheobase.graph.Neuron;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Recipes as YAML or JSON. Keys that a file leaves out keep their values from {@link
 * Recipe#DEFAULT}.
 */
public final class RecipeFile {
  /** The graph's own types know nothing of JSON. */
  private static final SimpleModule NEURONS =
      new SimpleModule()
          .addSerializer(Neuron.class, new NeuronWriter())
          .addDeserializer(Neuron.class, new NeuronReader());

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(NEURONS)
          .build();
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(NEURONS)
          .build();
  private static final long LARGEST_FILE_BYTES = 1 << 20;

  private RecipeFile() {}

  /**
   * Reads a recipe file.
   *
   * @throws UnreadableDataException naming the file and the key
   */
  public static Recipe read(Path file) {
    String text;
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw new UnreadableDataException(file + " is larger than 1 MiB, which no recipe is");
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UnreadableDataException(
          "cannot read the recipe " + file + ": " + e.getMessage() + "; check the path", e);
    }
    return parse(YAML, text, file.toString());
  }

  /** The recipe as one line of JSON, the form that a saved SNN carries. */
  public static String toJson(Recipe recipe) {
    return JSON.writeValueAsString(recipe);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @param source named in errors
   */
  public static Recipe fromJson(String json, String source) {
    return parse(JSON, json, source);
  }

  private static Recipe parse(ObjectMapper mapper, String text, String source) {
    try {
      ObjectNode tree = mapper.valueToTree(Recipe.DEFAULT);
      var given = mapper.readTree(text);
      if (given == null || !given.isObject()) {
        throw new UnreadableDataException(
            source + ": expected a recipe, that is keys with values such as 'threshold: p99.9'");
      }
      merge((ObjectNode) given, tree, source);
      return mapper.treeToValue(tree, Recipe.class);
    } catch (JacksonException e) {
      if (e.getCause() instanceof MisuseException misuse) {
        throw new UnreadableDataException(source + ": " + misuse.getMessage(), e);
      }
      throw SettingsProblem.of(source, "a recipe", e);
    }
  }

  /** Keys within keys that a file leaves out keep their values too. */
  private static void merge(ObjectNode given, ObjectNode into, String source) {
    given
        .properties()
        .forEach(entry -> {
          if (entry.getValue().isNull()) {
            throw new UnreadableDataException(
                source
                    + ": key '"
                    + entry.getKey()
                    + "': expected a value, found none; leave the key out for its default");
          } else if (entry.getValue() instanceof ObjectNode inner
              && into.get(entry.getKey()) instanceof ObjectNode defaults) {
            merge(inner, defaults, source);
          } else {
            into.set(entry.getKey(), entry.getValue());
          }
        });
  }

  private static final class NeuronWriter extends ValueSerializer<Neuron> {
    @Override
    public void serialize(Neuron neuron, JsonGenerator out, SerializationContext context) {
      out.writeString(NeuronRule.text(neuron));
    }
  }

  private static final class NeuronReader extends ValueDeserializer<Neuron> {
    @Override
    public Neuron deserialize(JsonParser in, DeserializationContext context) {
      return NeuronRule.parse(context.readValue(in, String.class));
    }
  }
}
