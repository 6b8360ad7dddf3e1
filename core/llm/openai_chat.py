"""The one client: OpenAI's chat completions protocol, streamed.

Protocol: https://platform.openai.com/docs/api-reference/chat, spoken by OpenAI, Azure OpenAI, Anthropic's and Gemini's
compatible endpoints, vLLM, Ollama and llama.cpp. The answer is read as a stream where the server streams: silence is
noticed, a person can stop it, tokens can be shown. What a server does not take is learned from its refusals.
"""

import functools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx2

from core.cached_property import cached_property
from core.drafts import ChatMessage, JsonObject
from core.errors import InlaidError, ModelAnswerError, ModelOutage, ModelUnreachable, NotFoundError
from core.llm.answer import Answer
from core.llm.connections import Connections, looking_up
from core.llm.credentials import Credentials, credentials_of
from core.llm.models_file import EndpointEntry
from core.llm.ports import ChatOptions, Completion
from core.llm.responses import Refused, read_chunks, refusal_of, shown_names
from core.llm.sizes import is_small_by_name, usual_window_tokens
from core.logs import logger

log = logger(__name__)

Body = JsonObject
# So many words of a larger model's answer that say nothing new are a loop.
LOOP_WORDS = 40
# Under these names servers tell the context window in their list of models, or in `meta` there (vLLM, llama.cpp, ...).
_WINDOW_KEYS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")


def _without(key: str) -> Callable[[Body], Body]:
    return lambda body: {name: value for name, value in body.items() if name != key}


def _json_object(body: Body) -> Body:
    return {**body, "response_format": {"type": "json_object"}}


def _renamed_limit(body: Body) -> Body:
    return {**_without("max_tokens")(body), "max_completion_tokens": body["max_tokens"]}


def _without_prefill(body: Body) -> Body:
    return {**body, "messages": body["messages"][:-1]}


def _is_begun(body: Mapping[str, Any]) -> bool:
    return bool(body["messages"]) and body["messages"][-1]["role"] == "assistant"


def _format_is(kind: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda body: (body.get("response_format") or {}).get("type") == kind


# Name: (whether the request uses it, what the request is without it, how a refusal names it). The least needed first.
_FEATURES: dict[str, tuple[Callable[[Mapping[str, Any]], bool], Callable[[Body], Body], str]] = {
    "stream_options": (lambda body: "stream_options" in body, _without("stream_options"), r"stream_options"),
    "seed": (lambda body: "seed" in body, _without("seed"), r"\bseed\b"),
    "json_schema": (_format_is("json_schema"), _json_object, r"response_format|json_schema|\bschema\b"),
    "json_object": (_format_is("json_object"), _without("response_format"), r"response_format|json_object"),
    "stop": (lambda body: "stop" in body, _without("stop"), r"\bstop\b"),
    "temperature": (lambda body: "temperature" in body, _without("temperature"), r"temperature"),
    "max_tokens": (lambda body: "max_tokens" in body, _renamed_limit, r"max_tokens|max_completion_tokens"),
    "prefill": (_is_begun, _without_prefill, r"prefill|assistant message|last message|final message|add_generation"),
}


class Features:
    """What one endpoint was found not to take. Safe for several threads."""

    def __init__(self) -> None:
        self._missing: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def missing(self) -> frozenset[str]:
        """The names of what is left out."""
        return self._missing

    def fit(self, body: Body) -> Body:
        """Return the request without what is known to be refused."""
        return reduced(body, self._missing)

    def learn(self, more: frozenset[str]) -> None:
        """Leave these out from now on."""
        with self._lock:
            self._missing |= more


def named_in(refusal: str, body: Body) -> frozenset[str]:
    """Return the first feature of the request that a refusal names; empty when it names none."""
    for name, (is_used, _, pattern) in _FEATURES.items():
        if is_used(body) and re.search(pattern, refusal, re.IGNORECASE):
            return frozenset({name})
    return frozenset()


def guesses(body: Body) -> Iterator[frozenset[str]]:
    """Yield what to leave out when a refusal names nothing: each feature of the request alone, then all of them."""
    used = [name for name, (is_used, _, _) in _FEATURES.items() if is_used(body)]
    yield from (frozenset({name}) for name in used)
    if len(used) > 1:
        yield frozenset(used)


def reduced(body: Body, left_out: frozenset[str]) -> Body:
    """Return the request without these features, each in the form that servers without it take."""
    for name, (is_used, reduce, _) in _FEATURES.items():
        if name in left_out and is_used(body):
            body = reduce(body)
    return body


class OpenAIChat:
    """One model behind an OpenAI-compatible server.

    Args:
        entry: the endpoint.
        credentials: gives the headers that prove who asks; by default what the entry names.
    """

    def __init__(self, entry: EndpointEntry, credentials: Credentials | None = None) -> None:
        self._entry = entry
        self._credentials = credentials or credentials_of(entry)
        self._features = Features()
        self._server = Connections(entry.url, timeout_seconds=entry.timeout_seconds)
        self._url = self._server.url

    @cached_property
    def _listed(self) -> list[JsonObject]:
        """The models that the server lists."""
        with self._translated(), self._server.get("models", self._credentials()) as response:
            self._require_taken(response)
            listed = json.loads(self._server.whole(response)).get("data") or ()
            return [dict(model) for model in listed if "id" in model]

    @cached_property
    def name(self) -> str:
        """The model's name; without one in the settings the first that the server lists."""
        if self._entry.model:
            return self._entry.model
        if not self._listed:
            raise ModelAnswerError(
                f"{self._url} lists no model.", fix=f"Set {self._entry.setting('model')}.", of_server=True
            )
        return str(self._listed[0]["id"]).rpartition("/")[2]

    @property
    def window_tokens(self) -> int:
        """The context window: as set, else as the server tells it, else the usual one of its size."""
        if self._entry.window_tokens:
            return self._entry.window_tokens
        try:
            mine = [model for model in self._listed if str(model.get("id", "")).endswith(self.name)] or self._listed[:1]
        except InlaidError:
            mine = []
        details = [part for model in mine for part in (model, model.get("meta")) if isinstance(part, dict)]
        told = [part[key] for part in details for key in _WINDOW_KEYS if isinstance(part.get(key), int)]
        return next((tokens for tokens in told if tokens > 0), usual_window_tokens(is_small=self.is_small))

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models: as set, else below a billion parameters by its name."""
        return self._entry.size == "small" if self._entry.size else is_small_by_name(self.name)

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer; see `core.llm.ports.Chat.complete`.

        While the server is silent `on_token` is called with "" every second, so that a person can stop it.
        """
        started = time.monotonic()
        prompt = functools.cache(lambda: "\n".join(message.content for message in messages))
        answer = Answer(options, prompt, patience_words=1 if self.is_small else LOOP_WORDS)
        with self._translated(), looking_up(lambda: on_token("") if on_token else None), ExitStack() as stack:
            response = self._accepted(self._features.fit(self._body(messages, options)), stack)
            kind, blocks = response.headers.get("content-type", ""), response.iter_bytes()
            for chunks in read_chunks(blocks, kind, silence_seconds=self._entry.timeout_seconds):
                piece = answer.add(chunks)
                if on_token and any(chunk.choices for chunk in chunks):
                    on_token(piece)  # also "" while the model thinks: the person may stop it
                if answer.loops:
                    break
            else:
                self._server.keep(response)
        return answer.completion(self.name, seconds=time.monotonic() - started)

    def _body(self, messages: Sequence[ChatMessage], options: ChatOptions) -> Body:
        sent = [message.model_dump() for message in messages]
        can_begin = self.is_small if self._entry.prefill is None else self._entry.prefill
        if options.prefill and can_begin:
            sent.append({"role": "assistant", "content": options.prefill})
        optional: Body = {}
        if options.stop:
            optional["stop"] = list(options.stop)
        if options.seed is not None:
            optional["seed"] = options.seed
        if options.json_schema is not None:
            schema = {"name": "answer", "schema": options.json_schema, "strict": True}
            optional["response_format"] = {"type": "json_schema", "json_schema": schema}
        return {
            "model": self.name,
            "messages": sent,
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            **optional,
        }

    def _accepted(self, body: Body, stack: ExitStack) -> httpx2.Response:
        """Send the request, without what the server turns out not to take; the response stays open for the stack."""
        left_out: frozenset[str] = frozenset()
        first: Refused | None = None
        while True:
            try:
                return self._sent(body, left_out, stack)
            except Refused as refusal:
                first = first or refusal
                named = named_in(refusal.words, reduced(body, left_out))
                if not named:
                    break
                left_out |= named
        for guess in guesses(reduced(body, left_out)):
            with suppress(Refused):
                return self._sent(body, left_out | guess, stack)
        raise first.error from first

    def _sent(self, body: Body, left_out: frozenset[str], stack: ExitStack) -> httpx2.Response:
        sent = json.dumps(reduced(body, left_out), ensure_ascii=False).encode("utf-8", "replace")
        response = stack.enter_context(self._server.post("chat/completions", sent, self._credentials()))
        self._require_taken(response, self._names)
        if left_out:
            self._features.learn(left_out)
            log.info("endpoint takes less", endpoint=self._entry.name, without=sorted(left_out))
        return response

    def require_listed(self) -> None:
        """Refuse a model that the server does not list: many servers take any name, and answer with what they have.

        Raises:
            NotFoundError: the fix lists what there is. A server without a list tells by itself.
        """
        listed, asked = self._names(), self._entry.model
        if listed and not any(asked in {name, name.rpartition("/")[2], name.partition(":")[0]} for name in listed):
            raise NotFoundError(
                f"The model server has no model {asked[:80]}.", fix=f"Take one of: {shown_names(listed)}."
            )

    def _names(self) -> list[str]:
        """The models that the server lists, none where it does not answer."""
        try:
            return [str(model["id"]) for model in self._listed]
        except InlaidError:
            return []

    def _require_taken(self, response: httpx2.Response, listed: Callable[[], Sequence[str]] = tuple) -> None:
        """Raise what a refusal means; see `core.llm.responses.refusal_of`."""
        if response.is_success:
            return
        text = self._server.whole(response).decode(errors="replace")
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = text
        raise refusal_of(self._entry, response.status_code, said, response.headers, listed)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what goes wrong into our errors; texts from the server are not passed on."""
        try:
            yield
        except Refused as refusal:
            raise refusal.error from refusal
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise ModelUnreachable(
                f"The model server at {self._url} cannot be reached.",
                fix=f"Check {self._entry.setting('url')} and that the server is up.",
            ) from error
        except httpx2.TimeoutException as error:
            raise ModelOutage(
                f"The model server at {self._url} did not answer in time.",
                fix=f"Try again, or raise {self._entry.setting('timeout_seconds')}.",
            ) from error
        except httpx2.TransportError as error:
            raise ModelOutage(
                f"The model server at {self._url} cannot be reached or cut the answer short.",
                fix=f"Check {self._entry.setting('url')} and that the server is up.",
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, AttributeError, TypeError, RecursionError) as error:
            # What was read is of no known form: a wrong shape shows as the last three.
            raise ModelAnswerError(
                f"The model server at {self._url} answered something that is not a chat completion.",
                fix=f"Check that {self._entry.setting('url')} ends in /v1 and is OpenAI-compatible.",
                of_server=True,
            ) from error
