/**
 * Reads ONNX files into graphs and writes spiking graphs as runnable ONNX files; the only home of
 * protobuf. Knows {@code graph} and {@code error}.
 */
@NullMarked
package org.rheobase.onnx;

import org.jspecify.annotations.NullMarked;
