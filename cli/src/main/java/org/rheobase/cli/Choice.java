package org.rheobase.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.rheobase.cli.Engine.Backend;
import org.rheobase.convert.Recipe;
import org.rheobase.sim.Kernel;
import org.rheobase.threshold.Granularity;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option that is one of a few words, spelt as the constants' {@code toString}. */
record Choice<E extends Enum<E>>(List<E> values) implements ITypeConverter<E> {

  /** Makes every option of such a type read, and refused, in the same words. */
  static void register(CommandLine commandLine) {
    register(commandLine, Backend.class);
    register(commandLine, Kernel.class);
    register(commandLine, Granularity.class);
    register(commandLine, Recipe.InitialPotential.class);
    register(commandLine, Recipe.AveragePooling.class);
    register(commandLine, Recipe.WeightFormat.class);
  }

  private static <E extends Enum<E>> void register(CommandLine commandLine, Class<E> type) {
    commandLine.registerConverter(type, new Choice<>(Arrays.asList(type.getEnumConstants())));
  }

  @Override
  public E convert(String word) {
    for (E value : values) {
      if (value.toString().equals(word)) {
        return value;
      }
    }
    throw new TypeConversionException(
        "expected "
            + values.stream().map(Enum::toString).collect(Collectors.joining(" or "))
            + ", found "
            + word);
  }
}
