package org.rheobase.graph;

/**
 * The verdict on one node.
 *
 * @param node its name: the one it has in the {@link Graph} where it becomes a node there
 * @param op the operator, by its name in the model file
 * @param reason why the verdict is not simply "exact", or how the node was read; may be empty
 */
public record NodeVerdict(String node, String op, Verdict verdict, String reason) {}
