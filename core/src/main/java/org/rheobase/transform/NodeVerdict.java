package org.rheobase.transform;

import org.rheobase.graph.Node;
import org.rheobase.graph.Verdict;

/**
 * What conversion does to one node.
 *
 * @param reason one clause for the reader of {@code rheobase inspect}
 */
public record NodeVerdict(Node node, Verdict verdict, String reason) {}
