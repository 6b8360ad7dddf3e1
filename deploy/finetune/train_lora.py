"""Train a LoRA adapter on exported work, merge it, and write the model as GGUF for llama.cpp.

python train_lora.py data/training.jsonl --base FOLDER --out OUT   a Llama-shaped model with a byte-level BPE tokenizer
python train_lora.py data/training.jsonl --tiny --out OUT          a random tiny model, to try the path on a CPU
"""

# ruff: noqa: T201, S106 - a script that reports to whoever runs it; tokens of a vocabulary are no passwords
import argparse
import json
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from write_gguf import write_gguf

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
IGNORED = -100
SEED = 7


def tiny_model(texts: list[str]) -> tuple[Any, Any]:
    """Return a random Llama of about 0.3 million parameters, with a tokenizer made from the texts."""
    from tokenizers import ByteLevelBPETokenizer

    trained = ByteLevelBPETokenizer()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trained.train_from_iterator(texts, vocab_size=800, special_tokens=special)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer,
        bos_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
    )
    tokenizer.chat_template = CHATML
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=192, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=2048, bos_token_id=0, eos_token_id=2, tie_word_embeddings=False,
    )  # fmt: skip
    return LlamaForCausalLM(config), tokenizer


def encode(tokenizer: Any, messages: list[dict[str, str]], most_tokens: int) -> dict[str, torch.Tensor]:
    """Return one pair as a batch; only the answer's tokens count for the loss."""
    asked = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    answer = messages[-1]["content"] + tokenizer.eos_token
    before, after = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (asked, answer))
    before = before[-max(1, most_tokens - len(after)) :]
    ids = torch.tensor([(before + after)[:most_tokens]])
    labels = torch.tensor([([IGNORED] * len(before) + after)[:most_tokens]])
    return {"input_ids": ids, "labels": labels}


def train(model: Any, pairs: list[dict[str, torch.Tensor]], steps: int, rate: float, *, whole: list[str]) -> Any:
    """Train an adapter, and the layers in `whole` entirely, and return the model with it merged."""
    parts = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    config = LoraConfig(r=8, lora_alpha=16, target_modules=parts, modules_to_save=whole, task_type="CAUSAL_LM")
    adapted = get_peft_model(model, config)
    adapted.print_trainable_parameters()
    optimizer = torch.optim.AdamW((one for one in adapted.parameters() if one.requires_grad), lr=rate)
    losses = []
    for step in range(steps):
        loss = adapted(**pairs[step % len(pairs)]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    tenth = max(1, steps // 10)
    print(f"loss: {sum(losses[:tenth]) / tenth:.3f} -> {sum(losses[-tenth:]) / tenth:.3f} in {steps} steps")
    return adapted.merge_and_unload()


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--most-tokens", type=int, default=1024)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--base", type=Path, help="folder of a model in the form of transformers; nothing is fetched")
    source.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    torch.manual_seed(SEED)
    chats = [json.loads(line)["messages"] for line in given.data.read_text(encoding="utf-8").splitlines()]
    if not chats:
        parser.error("the data holds no pair")
    if given.tiny:
        model, tokenizer = tiny_model([message["content"] for chat in chats for message in chat])
    else:
        model = AutoModelForCausalLM.from_pretrained(given.base, local_files_only=True, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(given.base, local_files_only=True)
    pairs = [encode(tokenizer, chat, given.most_tokens) for chat in chats]
    # Random words have no meaning that an adapter could build on.
    whole = ["embed_tokens", "lm_head"] if given.tiny else []
    merged = train(model, pairs, given.steps, given.rate, whole=whole)
    given.out.mkdir(parents=True, exist_ok=True)
    merged.save_pretrained(given.out)
    tokenizer.save_pretrained(given.out)
    write_gguf(merged, tokenizer, given.out / "model.gguf")
    print(f"written: {given.out / 'model.gguf'}")


if __name__ == "__main__":
    main()
