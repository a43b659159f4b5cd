/**
 * The comparison of recipes: which cells it consists of, which of them are done, and the rest one
 * by one. Knows {@code report} and what a recipe is; what a cell measures is behind {@code
 * Experiment}.
 */
@NullMarked
package org.rheobase.cli.compare;

import org.jspecify.annotations.NullMarked;
