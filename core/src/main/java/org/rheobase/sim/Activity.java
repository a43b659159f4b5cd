package org.rheobase.sim;

/**
 * Spikes and operations of one image.
 *
 * @param spikes {@code [site][step]}: spikes that the site's neurons emitted in that step
 * @param sops {@code [step]}: synaptic operations in that step, one per weight that a spike
 *     reached, borders included
 * @param macs multiply-accumulates of the whole run: the direct-coded input once, linear islands at
 *     every step
 */
public record Activity(long[][] spikes, long[] sops, long macs) {}
