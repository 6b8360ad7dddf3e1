"""What a chat completion request may hold: OpenAI's documented fields, and those that llama.cpp's server adds."""

from functools import cache
from typing import Any

# https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md, options of /completion that chat accepts too
LLAMA_CPP_FIELDS = frozenset(
    {
        "cache_prompt", "chat_template_kwargs", "dry_allowed_length", "dry_base", "dry_multiplier",
        "dry_penalty_last_n", "dynatemp_exponent", "dynatemp_range", "grammar", "id_slot", "ignore_eos",
        "json_schema", "min_keep", "min_p", "mirostat", "mirostat_eta", "mirostat_tau", "n_keep",
        "n_predict", "n_probs", "post_sampling_probs", "repeat_last_n", "repeat_penalty", "return_progress",
        "return_tokens", "samplers", "t_max_predict_ms", "timings_per_token", "top_k", "typical_p",
        "xtc_probability", "xtc_threshold",
    }
)  # fmt: skip
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
RESPONSE_FORMATS = frozenset({"text", "json_object", "json_schema"})
NUMBER_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "top_logprobs": (0, 20),
    "n": (1, 128),
    "max_tokens": (1, 1_000_000),
    "max_completion_tokens": (1, 1_000_000),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}


@cache
def openai_fields() -> frozenset[str]:
    """Return the fields that OpenAI documents; reading them imports all its types, which most tests do without."""
    from openai.types.chat.completion_create_params import CompletionCreateParamsBase

    return frozenset(CompletionCreateParamsBase.__annotations__) | {"stream"}


def refusal(body: object) -> str:
    """Return why the request is refused with 400, or "" when it is in order."""
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    unknown = sorted(set(body) - openai_fields() - LLAMA_CPP_FIELDS)
    if unknown:
        return f"unknown field: {', '.join(unknown)}"
    if not isinstance(body.get("model"), str):
        return "model must be a string"
    return _wrong_messages(body.get("messages")) or _wrong_number(body) or _wrong_options(body)


def _wrong_messages(messages: object) -> str:
    if not isinstance(messages, list) or not messages:
        return "messages must be a list with at least one message"
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            return "each message needs a role"
        if not isinstance(message.get("content"), str | list):
            return "each message needs content"
    return ""


def _wrong_number(body: dict[str, Any]) -> str:
    for name, (least, most) in NUMBER_RANGES.items():
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            return f"{name} must be a number from {least} to {most}"
    return ""


def _wrong_options(body: dict[str, Any]) -> str:
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        return "top_logprobs needs logprobs"
    if body.get("stream_options") is not None and not body.get("stream"):
        return "stream_options needs stream"
    chosen = body.get("response_format")
    if chosen is None:
        return ""
    if not isinstance(chosen, dict) or chosen.get("type") not in RESPONSE_FORMATS:
        return "response_format needs a known type"
    if chosen["type"] == "json_schema" and not isinstance(chosen.get("json_schema", {}).get("schema"), dict):
        return "response_format.json_schema needs a schema"
    return ""
