/**
 * The fast dense backend on oneDNN; the only home of JavaCPP. Knows {@code dense} and {@code graph}
 * of the core.
 */
@NullMarked
package org.rheobase.onednn;

import org.jspecify.annotations.NullMarked;
