package org.rheobase.threshold;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** One threshold for all neurons of a site, or one per channel. */
public enum Granularity {
  @JsonProperty("layer")
  LAYER,
  @JsonProperty("channel")
  CHANNEL;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
