"""A Llama-shaped model with a byte-level BPE tokenizer as GGUF, in 32-bit floats."""

import json
from pathlib import Path
from typing import Any

import gguf


def write_gguf(model: Any, tokenizer: Any, path: Path) -> None:
    """Write the model of `transformers` to the path.

    Names and the order within attention heads are llama.cpp's (its convert_hf_to_gguf.py for LlamaForCausalLM).
    """
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    head = config.hidden_size // config.num_attention_heads
    writer.add_name("inlaid-lora")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(float((getattr(config, "rope_parameters", None) or {}).get("rope_theta", 10000.0)))
    writer.add_vocab_size(config.vocab_size)
    _add_tokenizer(writer, tokenizer, config.vocab_size)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        data = tensor.detach().float()
        if name.endswith("q_proj.weight"):
            data = _interleaved(data, config.num_attention_heads)
        elif name.endswith("k_proj.weight"):
            data = _interleaved(data, config.num_key_value_heads)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), data.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _interleaved(data: Any, heads: int) -> Any:
    """Return a projection with the halves of each head interleaved, as llama.cpp rotates them."""
    rows = data.shape[0] // heads // 2
    return data.reshape(heads, 2, rows, *data.shape[1:]).swapaxes(1, 2).reshape(data.shape)


def _add_tokenizer(writer: Any, tokenizer: Any, size: int) -> None:
    parts = json.loads(tokenizer.backend_tokenizer.to_str())
    special = {one["id"] for one in parts["added_tokens"] if one["special"]}
    by_id = {number: token for token, number in tokenizer.get_vocab().items()}
    merges = [one if isinstance(one, str) else " ".join(one) for one in parts["model"]["merges"]]
    kinds = gguf.TokenType
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([by_id.get(number, f"[PAD{number}]") for number in range(size)])
    writer.add_token_types(
        [kinds.CONTROL if n in special else kinds.NORMAL if n in by_id else kinds.UNUSED for n in range(size)]
    )
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_add_bos_token(False)
    writer.add_chat_template(tokenizer.chat_template)
