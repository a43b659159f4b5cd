package org.rheobase.data;

/** What a sample shows. */
public sealed interface Picture permits RgbImage, Planes {}
