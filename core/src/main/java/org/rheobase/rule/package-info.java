/**
 * Methods and their options as one short text, as recipes and the command line write them. Knows
 * {@code error}.
 */
@NullMarked
package org.rheobase.rule;

import org.jspecify.annotations.NullMarked;
