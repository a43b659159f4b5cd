#!/usr/bin/env python3
"""Exports the architectures of the two papers as ONNX files, with random weights.

    python3 examples/export_architectures.py DIR [NAME ...] [--opset N] [--dynamo]

Needs PyTorch 1.13 and torchvision 0.14 (Debian: python3-torch, python3-torchvision). For a trained
network, load its weights into the model and keep the call of torch.onnx.export as it is: the model in
eval mode, opset 13 (7 to 22 are read), constants folded, batch normalisation kept, a dynamic batch.
--dynamo uses the exporter of PyTorch 2.5 and newer instead of the one based on TorchScript.

BatchNorm statistics are drawn at random too, so that folding them is no trivial step. The heads of
detectors are exported without their post-processing.
"""

import argparse
from pathlib import Path

import torch
import torchvision
from torch import nn
from torchvision.models import detection, segmentation


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Sequential()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def norm_relu(*layers):
    """Every convolution with batch normalisation and ReLU behind it."""
    parts = []
    for conv in layers:
        parts += [conv, nn.BatchNorm2d(conv.out_channels), nn.ReLU()]
    return parts


def resnet20_four_stages():
    """The first paper's ResNet-20 for CIFAR: a deep stem, 64 to 512 channels."""
    layers = norm_relu(
        nn.Conv2d(3, 64, 3, 1, 1, bias=False),
        nn.Conv2d(64, 64, 3, 1, 1, bias=False),
        nn.Conv2d(64, 64, 3, 1, 1, bias=False),
    )
    channels = 64
    for stage, outputs in enumerate((64, 128, 256, 512)):
        for block in range(2):
            layers.append(BasicBlock(channels, outputs, 2 if stage and not block else 1))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def resnet34_deep_stem():
    net = torchvision.models.resnet34()
    net.conv1 = nn.Sequential(
        *norm_relu(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.Conv2d(32, 32, 3, 1, 1, bias=False)),
        nn.Conv2d(32, 64, 3, 1, 1, bias=False),
    )
    return net


def vgg16_average_pooling():
    net = torchvision.models.vgg16_bn(num_classes=10)
    layers = [nn.AvgPool2d(2) if isinstance(m, nn.MaxPool2d) else m for m in net.features]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


def mobilenet_v1(first_stride):
    def separable(inputs, outputs, stride):
        return norm_relu(
            nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        )

    layers = norm_relu(nn.Conv2d(3, 32, 3, first_stride, 1, bias=False))
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    plan += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    channels = 32
    for outputs, stride in plan:
        layers += separable(channels, outputs, stride)
        channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 10))


def regnet_x_4gf():
    params = torchvision.models.regnet.BlockParams.from_init_params(
        depth=23, w_0=96, w_a=38.65, w_m=2.43, group_width=40
    )
    return torchvision.models.RegNet(params)


class Outputs(nn.Module):
    """A segmenter's logits, or a detector's raw heads, as plain tensors."""

    def __init__(self, net, head):
        super().__init__()
        self.net = net
        self.head = head

    def forward(self, x):
        return self.head(self.net, x)


def segmenter(build, backbone):
    if backbone == "resnet50":
        net = build(weights=None, weights_backbone=None)
    else:
        # Basic blocks refuse dilation: the deeper stages keep their strides.
        trunk = torchvision.models._utils.IntermediateLayerGetter(
            getattr(torchvision.models, backbone)(), {"layer4": "out"}
        )
        head = (
            segmentation.fcn.FCNHead(512, 21)
            if build is segmentation.fcn_resnet50
            else segmentation.deeplabv3.DeepLabHead(512, 21)
        )
        net = segmentation.FCN(trunk, head, None)
    return Outputs(net, lambda n, x: n(x)["out"])


def detector(net):
    def heads(n, x):
        features = list(n.backbone(x).values())
        return tuple(n.head(features).values())

    return Outputs(net, heads)


ARCHITECTURES = {
    "resnet18": (torchvision.models.resnet18, 64),
    "resnet34": (torchvision.models.resnet34, 64),
    "resnet50": (torchvision.models.resnet50, 64),
    "resnet34_deep_stem": (resnet34_deep_stem, 64),
    "resnet20_four_stages": (resnet20_four_stages, 32),
    "vgg16": (torchvision.models.vgg16, 224),
    "vgg16_bn": (torchvision.models.vgg16_bn, 224),
    "vgg16_average_pooling": (vgg16_average_pooling, 32),
    "mobilenet": (lambda: mobilenet_v1(2), 64),
    "mobilenet_cifar": (lambda: mobilenet_v1(1), 32),
    "mobilenet_v2": (torchvision.models.mobilenet_v2, 64),
    "regnet_x_4gf": (regnet_x_4gf, 64),
    "fcn_resnet18": (lambda: segmenter(segmentation.fcn_resnet50, "resnet18"), 64),
    "fcn_resnet34": (lambda: segmenter(segmentation.fcn_resnet50, "resnet34"), 64),
    "fcn_resnet50": (lambda: segmenter(segmentation.fcn_resnet50, "resnet50"), 64),
    "deeplabv3_resnet18": (lambda: segmenter(segmentation.deeplabv3_resnet50, "resnet18"), 64),
    "deeplabv3_resnet34": (lambda: segmenter(segmentation.deeplabv3_resnet50, "resnet34"), 64),
    "deeplabv3_resnet50": (lambda: segmenter(segmentation.deeplabv3_resnet50, "resnet50"), 64),
    "retinanet_resnet50": (
        lambda: detector(detection.retinanet_resnet50_fpn(weights=None, weights_backbone=None)),
        128,
    ),
    "fcos_resnet50": (
        lambda: detector(detection.fcos_resnet50_fpn(weights=None, weights_backbone=None)),
        128,
    ),
}


def export(name, folder, opset, dynamo):
    build, size = ARCHITECTURES[name]
    torch.manual_seed(0)
    net = build().eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.2, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.0)
            nn.init.uniform_(module.bias, -0.2, 0.2)
    file = Path(folder) / (name + ".onnx")
    image = torch.randn(1, 3, size, size)
    if dynamo:
        shapes = ({0: torch.export.Dim("n")},)
        torch.onnx.export(
            net, (image,), str(file), dynamo=True, dynamic_shapes=shapes, opset_version=opset
        )
    else:
        torch.onnx.export(
            net,
            image,
            str(file),
            input_names=["image"],
            dynamic_axes={"image": {0: "n"}},
            opset_version=opset,
            do_constant_folding=True,
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    print(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Exports architectures as ONNX files.")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(ARCHITECTURES))
    parser.add_argument("--opset", type=int, metavar="N")
    parser.add_argument("--dynamo", action="store_true")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(ARCHITECTURES)
    if unknown:
        parser.error("unknown: %s; known: %s" % (", ".join(unknown), ", ".join(ARCHITECTURES)))
    Path(arguments.folder).mkdir(parents=True, exist_ok=True)
    opset = arguments.opset or (18 if arguments.dynamo else 13)
    for wanted in arguments.names or ARCHITECTURES:
        export(wanted, arguments.folder, opset, arguments.dynamo)
