/**
 * What a user sees: text tables, units, a progress bar, JSON, plots, and output files that are
 * either whole or absent. Knows {@code error}; knows nothing of networks.
 */
@NullMarked
package org.rheobase.cli.report;

import org.jspecify.annotations.NullMarked;
