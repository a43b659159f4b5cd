package org.rheobase.cli.compare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.RecipeFile;
import tools.jackson.databind.json.JsonMapper;

/** Names for results: equal for equal inputs, and for no others. SHA-256 in hexadecimal. */
record Keys(Experiment.Subject subject) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Of a cell: of everything, the recipe with its T, seed and numbers of images included. */
  String of(Recipe recipe) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("recipe", RecipeFile.toJson(recipe));
    inputs.put("calibrationData", subject.calibrationData());
    return sha256(inputs);
  }

  /** Of the artificial network's score, which calibration has no part in. */
  String ofAnn() {
    return sha256(new LinkedHashMap<>());
  }

  private String sha256(Map<String, Object> inputs) {
    inputs.put("program", subject.program());
    inputs.put("model", subject.modelSha256());
    inputs.put("outputs", subject.outputs());
    inputs.put("preprocessing", subject.preprocessing());
    inputs.put("testData", subject.testData());
    inputs.put("testImages", subject.testImages());
    inputs.put("backend", subject.backend());
    byte[] text = MAPPER.writeValueAsString(inputs).getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
