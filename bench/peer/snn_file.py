"""Reads a spiking network saved by Rheobase (docs/formats.md) for the two opponents beside this file."""

import argparse
import json
import statistics
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


class Network:
    """One time step as a list of nodes between the image and the value that is averaged over time."""

    def __init__(self, path):
        graph = onnx.load(path)
        self.count_from = int({p.key: p.value for p in graph.metadata_props}["rheobase.countFrom"])
        graph = graph.graph
        self.constants = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
        self.image = next(i.name for i in graph.input if not i.name.startswith("state."))
        made_by = {output: node for node in graph.node for output in node.output}
        sums = [o.name for o in graph.output if o.name.startswith("next.") and o.name.endswith(".sum")]
        self.output = made_by[sums[0]].input[1]
        needed = {self.output}
        self.nodes = []
        for node in reversed(graph.node):
            if not needed.isdisjoint(node.output):
                needed.update(node.input)
                self.nodes.append(node)
        self.nodes.reverse()
        # Constants first: the first layer sees the same image at every step.
        constant = {self.image, *self.constants}
        self.once = []
        for node in self.nodes:
            if node.op_type != "IntegrateFire" and constant.issuperset(node.input):
                constant.update(node.output)
                self.once.append(node)
        self.per_step = [node for node in self.nodes if node not in self.once]
        self.last_reader = {name: i for i, node in enumerate(self.nodes) for name in node.input}
        self.operations = {id(node): self._operation(node) for node in self.nodes if node.op_type != "IntegrateFire"}

    def _operation(self, node):
        """A function of the tensors among the node's inputs."""
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        constants = [self.constants.get(name) for name in node.input]
        if node.op_type == "Conv":
            return self._convolution(attributes, constants)
        if node.op_type == "Gemm":
            weight = constants[1] if attributes.get("transB") else constants[1].T.contiguous()
            return lambda x: F.linear(x, weight, constants[2])
        if node.op_type == "Add":
            return lambda x, y: x + y
        if node.op_type in ("Reshape", "Flatten"):
            target = constants[1].tolist()[1:] if node.op_type == "Reshape" else [-1]
            return lambda x: x.reshape(x.shape[0], *target)
        if node.op_type == "Identity":
            return lambda x: x
        if node.op_type == "Concat":
            return lambda *x: torch.cat(x, 1)
        if node.op_type in ("AveragePool", "MaxPool"):
            kernel, stride, pads = (attributes[k] for k in ("kernel_shape", "strides", "pads"))
            if pads[:2] != pads[2:]:
                raise ValueError(f"{node.name}: uneven padding of a pool is not written here")
            if node.op_type == "MaxPool":
                return lambda x: F.max_pool2d(x, kernel, stride, pads[:2])
            return lambda x: F.avg_pool2d(x, kernel, stride, pads[:2], count_include_pad=bool(attributes.get("count_include_pad")))
        raise ValueError(f"{node.op_type} is not written here")

    @staticmethod
    def _convolution(attributes, constants):
        weight, bias = constants[1], constants[2]
        stride, dilation, groups = attributes["strides"], attributes["dilations"], attributes["group"]
        top, left, bottom, right = attributes["pads"]
        if groups == weight.shape[0] and weight.shape[1:] == (1, 1, 1) and stride == [1, 1]:
            # An identity shortcut: one multiplication per element is faster than a convolution.
            scale, shift = weight.reshape(-1, 1, 1), bias.reshape(-1, 1, 1)
            return (lambda x: x * scale) if not shift.any() else (lambda x: torch.addcmul(shift, x, scale))
        if (top, left) == (bottom, right):
            return lambda x: F.conv2d(x, weight, bias, stride, (top, left), dilation, groups)
        return lambda x: F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias, stride, 0, dilation, groups)

    def channels_last(self):
        """Weights in the layout of channels-last convolutions."""
        for name, value in self.constants.items():
            if value.dim() == 4:
                value.data = value.to(memory_format=torch.channels_last)
        return self

    def apply(self, node, values):
        values[node.output[0]] = self.operations[id(node)](*(values[n] for n in node.input if n in values))

    def neuron(self, node):
        """Threshold and bias current [C,1,1], initial potential [C,1,1] or [C,h,w]."""
        return tuple(self.constants[name] for name in node.input[2:5])


def measure(predict, name):
    """Runs `predict(images)` over all images in batches; prints accuracy and time as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("images", help="preprocessed images, .npy [n,c,h,w] float32")
    parser.add_argument("labels", help=".npy [n]")
    parser.add_argument("model")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    images = torch.from_numpy(np.load(options.images))
    labels = np.load(options.labels)
    network = Network(options.model)
    batches = images.split(options.batch)
    predict(network, batches[0], 2)
    seconds, processor = [], []
    for _ in range(options.repeat):
        start, used = time.perf_counter(), time.process_time()
        found = [predict(network, batch, options.steps).argmax(1) for batch in batches]
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    right = int((torch.cat(found).numpy() == labels).sum())
    per_step = 1000 / len(images) / options.steps
    print(json.dumps({
        "opponent": name, "images": len(images), "steps": options.steps, "threads": options.threads,
        "batch": options.batch, "accuracy": right / len(images),
        "msPerImageAndStep": statistics.median(seconds) * per_step,
        "processorMsPerImageAndStep": statistics.median(processor) * per_step}))
