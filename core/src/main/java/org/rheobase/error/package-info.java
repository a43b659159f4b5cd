/**
 * The kinds of failure that a user meets, each with its exit code: a message is one sentence that
 * names the file or node, what was expected, what was found and what to do. Knows nobody.
 */
@NullMarked
package org.rheobase.error;

import org.jspecify.annotations.NullMarked;
