"""The one client: OpenAI's chat completions protocol, streamed.

Protocol: https://platform.openai.com/docs/api-reference/chat, spoken by OpenAI, Azure OpenAI, vLLM, Ollama and
llama.cpp. The answer is always read as a stream: a silent server is noticed, a person can stop it, tokens can be shown.
"""

import functools
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx2
import openai

from core.drafts import ChatMessage, Usage
from core.errors import CredentialError, InlaidError, InputError, ModelAnswerError, ModelOutage
from core.ports import ChatOptions, Completion

if TYPE_CHECKING:
    from openai import Stream
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

CONNECT_TIMEOUT_SECONDS = 5.0
CHARS_PER_TOKEN_AT_MOST = 24
SMALL_BILLIONS = 1.5
_PARAMETERS = re.compile(r"(?i)(?<![\w.])(\d{1,4}(?:\.\d+)?)([mb])(?![a-z])")
OVERLOADED_STATUS = frozenset({408, 409, 425, 429})


class OpenAIChat:
    """One model behind an OpenAI-compatible server.

    Args:
        url: base address with its `/v1`.
        name: model to ask for; empty asks the server for its first.
        key: API key; empty for servers without one.
        window_tokens: context window of the model.
        timeout_seconds: longest silence before the call counts as an outage.
        size: `small` or `large`; empty takes it from the number of parameters in the model's name.
    """

    def __init__(
        self, url: str, *, name: str, key: str, window_tokens: int, timeout_seconds: float, size: str = ""
    ) -> None:
        self._url = url
        self._asked_name = name
        self._size = size
        self.window_tokens = window_tokens
        timeout = openai.Timeout(timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS)
        self._client = openai.OpenAI(base_url=url, api_key=key or "none", timeout=timeout, max_retries=0)

    @functools.cached_property
    def name(self) -> str:
        """The model's name; without one in the settings the first that the server lists."""
        if self._asked_name:
            return self._asked_name
        with self._translated():
            listed = self._client.models.list().data
        if not listed:
            raise ModelAnswerError(f"{self._url} lists no model.", fix="Set INLAID_MODEL_NAME.")
        return listed[0].id.rpartition("/")[2]

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models: as set, else up to 1.5 billion parameters by its name."""
        return self._size == "small" if self._size else is_small_by_name(self.name)

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer; see `core.ports.Chat.complete`."""
        started = time.monotonic()
        answer = _Answer(options)
        with self._translated():
            stream = self._open(messages, options)
            try:
                for chunk in stream:
                    piece = answer.add(chunk)
                    if piece and on_token:
                        on_token(piece)
            finally:
                stream.close()
        return answer.completion(self.name, seconds=time.monotonic() - started)

    def _open(self, messages: Sequence[ChatMessage], options: ChatOptions) -> "Stream[ChatCompletionChunk]":
        sent = [message.model_dump() for message in messages]
        if options.prefill:
            sent.append({"role": "assistant", "content": options.prefill})
        optional: dict[str, Any] = {}
        if options.stop:
            optional["stop"] = list(options.stop)
        if options.seed is not None:
            optional["seed"] = options.seed
        if options.json_schema is not None:
            schema = {"name": "answer", "schema": options.json_schema, "strict": True}
            optional["response_format"] = {"type": "json_schema", "json_schema": schema}
        stream = self._client.chat.completions.create(
            model=self.name,
            messages=cast("list[ChatCompletionMessageParam]", sent),
            max_tokens=options.max_tokens,
            temperature=options.temperature,
            stream=True,
            stream_options={"include_usage": True},
            **optional,
        )
        return cast("Stream[ChatCompletionChunk]", stream)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what the SDK raises into our errors; texts from the server are not passed on."""
        try:
            yield
        except openai.APIStatusError as error:
            raise self._status_error(error.status_code) from error
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise ModelOutage(
                f"The model server at {self._url} did not answer in time.",
                fix="Try again, or raise INLAID_MODEL_TIMEOUT_SECONDS.",
            ) from error
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            raise ModelOutage(
                f"The model server at {self._url} cannot be reached or cut the answer short.",
                fix="Check INLAID_MODEL_URL and that the server is up.",
            ) from error
        except (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError) as error:
            # The SDK does not validate streamed chunks: a wrong shape shows as the last two.
            raise ModelAnswerError(
                f"The model server at {self._url} answered something that is not a chat completion.",
                fix="Check that INLAID_MODEL_URL ends in /v1 and is OpenAI-compatible.",
            ) from error

    def _status_error(self, status: int) -> InlaidError:
        if status in {401, 403}:
            return CredentialError(f"The model server at {self._url} refused the key.", fix="Check INLAID_MODEL_KEY.")
        if status == 404:
            return CredentialError(
                f"The model server at {self._url} does not know the model or the path.",
                fix="Check INLAID_MODEL_NAME and that INLAID_MODEL_URL ends in /v1.",
            )
        if status in OVERLOADED_STATUS or status >= 500:
            return ModelOutage(
                f"The model server at {self._url} is overloaded or failing ({status}).", fix="Try later."
            )
        return InputError(
            f"The model server at {self._url} refused the request ({status}).",
            fix="The text may be too long for the model: check INLAID_MODEL_WINDOW_TOKENS.",
        )


def is_small_by_name(name: str) -> bool:
    """Tell from names such as `SmolLM2-135M-Instruct` or `qwen2.5:0.5b`; a name without a size counts as large."""
    match = _PARAMETERS.search(name)
    if not match:
        return False
    billions = float(match[1]) / (1000 if match[2].lower() == "m" else 1)
    return billions <= SMALL_BILLIONS


class _Answer:
    """Collects the pieces of one streamed answer."""

    def __init__(self, options: ChatOptions) -> None:
        self._pieces: list[str] = []
        self._left_chars = options.max_tokens * CHARS_PER_TOKEN_AT_MOST
        self._finish_reason = ""
        self._usage = Usage(calls=1)

    def add(self, chunk: "ChatCompletionChunk") -> str:
        """Take one chunk and return its text.

        Raises:
            ModelAnswerError: far more text than was asked for.
        """
        if chunk.usage:
            self._usage = Usage(
                input_tokens=chunk.usage.prompt_tokens or 0, output_tokens=chunk.usage.completion_tokens or 0, calls=1
            )
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self._finish_reason = choice.finish_reason or self._finish_reason
        piece = choice.delta.content or ""
        self._left_chars -= len(piece)
        if self._left_chars < 0:
            raise ModelAnswerError("The model server sent far more text than was asked for.", fix="Try again.")
        self._pieces.append(piece)
        return piece

    def completion(self, model: str, *, seconds: float) -> Completion:
        """Return the whole.

        Raises:
            ModelOutage: the stream ended before the server said that it was done.
        """
        if not self._finish_reason:
            raise ModelOutage("The model server cut the answer short.", fix="Try again.")
        usage = self._usage.model_copy(update={"seconds": seconds})
        return Completion("".join(self._pieces), model, self._finish_reason, usage)
