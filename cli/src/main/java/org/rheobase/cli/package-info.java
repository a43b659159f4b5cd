/**
 * The command line: commands, their options, and failures as one sentence. Knows everybody; nobody
 * knows it. The library is behind {@code Engine}, what a user sees is in {@code report}.
 */
@NullMarked
package org.rheobase.cli;

import org.jspecify.annotations.NullMarked;
