package org.rheobase.data;

/**
 * One image of a data set.
 *
 * @param name what messages and reports call it: a file name, or a file name and a record
 * @param label the class from 0, or {@link #UNLABELLED}
 */
public record Sample(String name, Picture picture, int label) {
  public static final int UNLABELLED = -1;

  public Sample {
    if (label < UNLABELLED) {
      throw new IllegalArgumentException("label " + label + " of " + name + " is below -1");
    }
  }
}
