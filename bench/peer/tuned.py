"""The same network tuned: time folded into the batch layer by layer, channels-last, spikes of 0 and 1, constants once."""

import torch

from snn_file import measure


def predict(network, images, steps):
    count = len(images)
    values = {network.image: images.to(memory_format=torch.channels_last)}
    for node in network.once:
        network.apply(node, values)
    for i, node in enumerate(network.nodes):
        if node in network.once:
            continue
        if node.op_type == "IntegrateFire":
            values[node.output[0]] = fire(network.neuron(node), values[node.input[0]], count, steps)
        else:
            network.apply(node, values)
        for name in node.input:
            if network.last_reader.get(name) == i:
                values.pop(name, None)
    outputs = values[network.output].reshape(steps, count, -1)
    return outputs[network.count_from - 1:].sum(0)


def fire(neuron, current, count, steps):
    """Spikes [steps * count, c, h, w] of currents of that shape, or of one constant current [count, c, h, w]."""
    threshold, bias, initial = neuron
    threshold = torch.where(threshold > 0, threshold, torch.full_like(threshold, float("inf")))
    constant = len(current) == count
    shape = (steps * count, *current.shape[1:])
    layout = torch.channels_last if current.dim() == 4 else torch.contiguous_format
    spikes = torch.empty(shape, memory_format=layout)
    if current.dim() == 2:
        threshold, bias, initial = (x.reshape(-1) for x in (threshold, bias, initial))
    v = torch.empty(current.shape if constant else (count, *current.shape[1:]), memory_format=layout)
    v.copy_(initial.expand_as(v))
    has_bias = bool(bias.any())
    for t in range(steps):
        v += current if constant else current[t * count:(t + 1) * count]
        if has_bias:
            v += bias
        emitted = spikes[t * count:(t + 1) * count]
        torch.ge(v, threshold, out=emitted)
        v -= emitted
    return spikes


def prepared(network, images, steps):
    network.channels_last()
    return predict(network, images, steps)


if __name__ == "__main__":
    measure(prepared, "tuned")
