/**
 * Pictures of networks: a diagram of units and connections, its layout, and its text as SVG. Knows
 * what is drawn, and nothing of what it stands for. The layout library is seen here alone.
 */
@NullMarked
package org.rheobase.cli.report.drawing;

import org.jspecify.annotations.NullMarked;
