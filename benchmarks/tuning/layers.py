"""The layers file: the tensors that take the place of those of the weights file, and the head over its vectors.

    python3 -m benchmarks.tuning.layers CHECKPOINT OUT --name NAME [--scale 4] [--over FILE] [--note TEXT] [--base FILE]

writes one of what training saved, for which it needs torch. The file: `E5LAYER1`, the length of the header (uint32,
little-endian), the header (JSON), and the bytes of the tensors one after another, matrices in 4 bits, vectors as
float32. The head is `weights @ (scale * vector) + bias`, of the vector that the library makes, which has the length 1.
"""

import argparse
import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.tuning.weights import MATRICES, VECTORS, Floats, WeightsFile, installed_weights, quantise

MAGIC = b"E5LAYER1"
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Head:
    """What is said of a vector: an output a row of `weights`."""

    weights: Floats
    bias: list[float]
    scale: float


@dataclass(frozen=True)
class Layers:
    """What is in a layers file; `tensors` are bytes as the weights file has them."""

    name: str
    base_sha256: str
    tensors: Mapping[str, bytes]
    head: Head
    note: str = ""


def encode_layers(layers: Layers) -> bytes:
    """Return the bytes of a layers file."""
    header = {
        "base_sha256": layers.base_sha256,
        "name": layers.name,
        "tensors": [[name, len(content)] for name, content in layers.tensors.items()],
        "head": {
            "bias": layers.head.bias,
            "weights": base64.b64encode(layers.head.weights.astype("<f4").tobytes()).decode(),
            "scale": layers.head.scale,
        },
        "note": layers.note,
    }
    written = json.dumps(header, ensure_ascii=False).encode()
    return b"".join([MAGIC, _LENGTH.pack(len(written)), written, *layers.tensors.values()])


def decode_layers(data: bytes) -> Layers:
    """Return what is in a layers file.

    Raises:
        ValueError: it is none, or is cut off.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("This is not a layers file.")
    at = len(MAGIC) + _LENGTH.size
    (length,) = _LENGTH.unpack_from(data, len(MAGIC))
    header, at = json.loads(data[at : at + length]), at + length
    tensors = {}
    for name, size_bytes in header["tensors"]:
        tensors[name], at = data[at : at + size_bytes], at + size_bytes
    if at != len(data):
        raise ValueError(f"The layers file has {len(data)} bytes where its header tells of {at}.")
    head = header["head"]
    weights = np.frombuffer(base64.b64decode(head["weights"]), "<f4").reshape(len(head["bias"]), -1)
    return Layers(
        header["name"], header["base_sha256"], tensors, Head(weights, head["bias"], head["scale"]), header["note"]
    )


def with_layers(base: WeightsFile, layers: Layers) -> bytes:
    """Return the weights file with the tensors replaced.

    Raises:
        ValueError: the layers are of another weights file, or a tensor does not fit.
    """
    if base.sha256 != layers.base_sha256:
        raise ValueError("The layers were trained for other weights.")
    data, places = bytearray(base.data), base.places
    for name, content in layers.tensors.items():
        place = places[name]
        if len(content) != place.size_bytes:
            raise ValueError(f"{name} has {len(content)} bytes, and {place.size_bytes} in the weights.")
        data[place.start : place.start + place.size_bytes] = content
    return bytes(data)


def tensors_of(values: Mapping[str, Floats], base: WeightsFile) -> dict[str, bytes]:
    """Return trained layers as tensors of the weights file, in its order.

    Args:
        values: by number of the layer among the trained ones and name of the tensor: `0.p.q_w` and so on.
        base: what they were trained from; they are its last layers.

    Raises:
        ValueError: a tensor of a layer is missing, or has another size.
    """
    count = len({name.partition(".")[0] for name in values})
    found = {}
    for place in range(count):
        for name in (*MATRICES, *VECTORS):
            value = values.get(f"{place}.p.{name.replace('.', '_')}")
            if value is None:
                raise ValueError(f"Layer {place} of the trained ones has no {name}.")
            written = quantise(value) if name in MATRICES else value.astype("<f4").tobytes()
            found[f"l{base.layers - count + place}.{name}"] = written
    places = base.places
    if wrong := [name for name, content in found.items() if len(content) != places[name].size_bytes]:
        raise ValueError(f"Of another size than in the weights: {', '.join(wrong)}.")
    return {name: found[name] for name in places if name in found}


def write_layers(asked: argparse.Namespace, base: WeightsFile) -> Layers:
    """Write what training saved (`layers` and `head`, by torch) as a layers file, and return it."""
    import torch

    saved = torch.load(asked.checkpoint, map_location="cpu", weights_only=True)
    values = {key: np.asarray(value.float().numpy(), np.float32) for key, value in saved["layers"].items()}
    head = Head(saved["head"]["weight"].float().numpy(), saved["head"]["bias"].tolist(), asked.scale)
    tensors = tensors_of(values, base)
    if asked.over:
        tensors = {**decode_layers(asked.over.read_bytes()).tensors, **tensors}
    layers = Layers(asked.name, base.sha256, tensors, head, asked.note)
    asked.out.write_bytes(encode_layers(layers))
    return layers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", required=True, help="what the product calls it")
    parser.add_argument("--scale", type=float, required=True, help="4 of labels, 8 of lists")
    parser.add_argument("--over", type=Path, help="the layers file that training began with")
    parser.add_argument("--note", default="", help="how it was trained")
    parser.add_argument("--base", type=Path, help="the weights file; else that of the product's environment")
    asked = parser.parse_args()
    base = WeightsFile((asked.base or installed_weights()).read_bytes())
    found = write_layers(asked, base)
    print(f"{len(found.tensors)} tensors, {asked.out.stat().st_size} bytes, {len(found.head.bias)} outputs")


if __name__ == "__main__":
    main()
