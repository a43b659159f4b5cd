/**
 * The command line: commands, progress, tables, JSON and plots. Knows everybody; nobody knows it.
 */
@NullMarked
package org.rheobase.cli;

import org.jspecify.annotations.NullMarked;
