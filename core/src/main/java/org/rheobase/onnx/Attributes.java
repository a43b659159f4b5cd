package org.rheobase.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of one node, by name, with the operator's defaults. */
final class Attributes {
  /** Larger windows do not occur; with this bound no shape computation overflows. */
  static final int LARGEST = 32767;

  private final Map<String, AttributeProto> byName = new LinkedHashMap<>();

  Attributes(NodeProto node) {
    node.getAttributeList().forEach(a -> byName.put(a.getName(), a));
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  @Nullable AttributeProto get(String name) {
    return byName.get(name);
  }

  long integer(String name, long otherwise) {
    AttributeProto a = typed(name, AttributeType.INT);
    return a == null ? otherwise : a.getI();
  }

  boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  float number(String name, float otherwise) {
    AttributeProto a = typed(name, AttributeType.FLOAT);
    return a == null ? otherwise : a.getF();
  }

  String string(String name, String otherwise) {
    AttributeProto a = typed(name, AttributeType.STRING);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  /** A list of integers, or null where the node has none. */
  @Nullable List<Long> integers(String name) {
    AttributeProto a = typed(name, AttributeType.INTS);
    return a == null ? null : a.getIntsList();
  }

  /**
   * Sizes of a window.
   *
   * @param count how many are expected
   * @param least the smallest that has a meaning
   * @param otherwise each, where the node has none
   */
  List<Integer> sizes(String name, int count, int least, int otherwise) {
    List<Long> given = integers(name);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sizes.add(given == null ? otherwise : size(name, given, count, least, i));
    }
    return sizes;
  }

  private static int size(String name, List<Long> given, int count, int least, int index) {
    Refusal.unless(
        given.size() == count,
        name
            + " "
            + given
            + " has "
            + given.size()
            + " values; expected "
            + count
            + ", for two spatial dimensions");
    long value = given.get(index);
    Refusal.unless(
        value >= least && value <= LARGEST,
        name + " " + given + "; expected " + least + " to " + LARGEST);
    return (int) value;
  }

  private @Nullable AttributeProto typed(String name, AttributeType type) {
    AttributeProto a = byName.get(name);
    // Files before IR version 2 leave the type out.
    Refusal.unless(
        a == null || a.getType() == type || !a.hasType(),
        "attribute " + name + " is of another type than " + type);
    return a;
  }
}
