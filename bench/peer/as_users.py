"""A converted network as users run it: a dense float32 forward per time step, an update of potentials per layer."""

import torch

from snn_file import measure


def predict(network, images, steps):
    potentials = {}
    total = 0
    for t in range(1, steps + 1):
        values = {network.image: images}
        for node in network.nodes:
            if node.op_type != "IntegrateFire":
                network.apply(node, values)
                continue
            threshold, bias, initial = network.neuron(node)
            v = potentials.get(node.output[0])
            v = (initial if v is None else v) + values[node.input[0]] + bias
            spikes = (v >= threshold).to(v) * (threshold > 0)
            potentials[node.output[0]] = v - spikes * threshold
            values[node.output[0]] = spikes * threshold
        total = values[network.output] if t in (1, network.count_from) else total + values[network.output]
    return total


if __name__ == "__main__":
    measure(predict, "as users run it")
