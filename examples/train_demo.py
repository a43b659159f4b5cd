#!/usr/bin/env python3
"""Trains the network of `rheobase demo`: a small convolutional classifier of generated shapes.

    mvn -q -pl core compile
    java -cp core/target/classes examples/ExportShapes.java 1 20000 train.bin
    java -cp core/target/classes examples/ExportShapes.java 2 4000 test.bin
    python3 examples/train_demo.py train.bin test.bin \
        cli/src/main/resources/org/rheobase/cli/demo/shapes_cnn.onnx

Needs PyTorch (1.13 was used) on the CPU, two threads; seeds are fixed. The ten classes are those of
org.rheobase.data.Shapes; training images have seed 1, held-out images seed 2, so that every other
seed is new to the network too.

The network is small but has what a conversion must handle: BatchNorm (kept as nodes), ReLU before
MaxPool, a residual Add, an average pooling in the middle and a global one, a linear classifier.
9.0 M MACs per image. Held-out accuracy: 100.0 % of 4000 images.
"""

import sys
import time

import numpy as np
import torch
from torch import nn

EPOCHS = 14
BATCH = 64
MEAN, STD = 127.5, 64.0  # as in shapes_cnn.preprocess.yaml


class ConvNormReLU(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
        )


class ShapesNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = ConvNormReLU(3, 16)  # 32 x 32
        self.max_pool = nn.MaxPool2d(2)  # 16 x 16
        self.widen = ConvNormReLU(16, 32)
        self.residual = nn.Sequential(
            ConvNormReLU(32, 32), nn.Conv2d(32, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32)
        )
        self.after_add = nn.ReLU()
        self.average_pool = nn.AvgPool2d(2)  # 8 x 8
        self.deep = nn.Sequential(ConvNormReLU(32, 48), ConvNormReLU(48, 64))
        self.global_pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(64, 10)

    def forward(self, x):
        x = self.widen(self.max_pool(self.stem(x)))
        x = self.average_pool(self.after_add(x + self.residual(x)))
        return self.classifier(torch.flatten(self.global_pool(self.deep(x)), 1))


def load(path):
    records = np.fromfile(path, np.uint8).reshape(-1, 3073)
    pixels = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy())
    return pixels, torch.from_numpy(records[:, 0].astype(np.int64))


def prepare(pixels):
    return (pixels.float() - MEAN) / STD


def accuracy(network, pixels, labels):
    network.eval()
    with torch.no_grad():
        hits = sum(
            (network(prepare(x)).argmax(1) == y).sum().item()
            for x, y in zip(pixels.split(500), labels.split(500))
        )
    return hits / len(labels)


def train(network, pixels, labels):
    """AdamW with one cosine cycle; images are flipped and turned by quarters at random."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    )
    steps = EPOCHS * (len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    for epoch in range(EPOCHS):
        network.train()
        total, start = 0.0, time.time()
        order = torch.randperm(len(labels))
        for chosen in order[: len(order) // BATCH * BATCH].split(BATCH):
            x = torch.rot90(prepare(pixels[chosen]), int(torch.randint(4, ())), (2, 3))
            if torch.randint(2, ()):
                x = torch.flip(x, (3,))
            optimizer.zero_grad()
            value = loss(network(x), labels[chosen])
            value.backward()
            optimizer.step()
            schedule.step()
            total += value.item()
        print(f"epoch {epoch + 1}: loss {total * BATCH / len(order):.4f}, "
              f"{time.time() - start:.0f} s", flush=True)


def main(train_file, test_file, onnx_file):
    torch.manual_seed(0)
    torch.set_num_threads(2)
    network = ShapesNet()
    train(network, *load(train_file))
    held_out = load(test_file)
    print(f"held-out accuracy {accuracy(network, *held_out):.4f} of {len(held_out[1])} images")
    network.eval()
    torch.onnx.export(
        network,
        torch.zeros(1, 3, 32, 32),
        onnx_file,
        opset_version=17,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}},
        # Both keep BatchNorm as nodes: folding it is the converter's work, and part of the demo.
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
