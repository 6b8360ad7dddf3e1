"""Vectors from a server that speaks OpenAI's embeddings protocol.

Protocol: https://platform.openai.com/docs/api-reference/embeddings, spoken by OpenAI, Azure OpenAI, vLLM, Ollama, text
embeddings inference and llama.cpp. A server on another machine gets placeholders for personal data, as models do.
"""

import math
from array import array
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.errors import ModelAnswerError, ModelOutage
from core.llm.credentials import key_headers
from core.llm.models_file import EndpointEntry
from core.llm.responses import Refused, refusal_of
from core.settings import Settings

MAX_CHARS = 2000
MAX_TEXTS = 64


class EmbeddingsEntry(EndpointEntry):
    """The endpoint that the settings name."""

    def setting(self, key: str) -> str:
        """Return the name of the setting that the key comes from."""
        return "INLAID_EMBEDDINGS_" + {"key_env": "KEY", "url": "URL"}.get(key, "MODEL")


class EndpointEmbedder:
    """A `core.llm.ports.Embedder` over INLAID_EMBEDDINGS_URL. Thread-safe. `entry` is what policies ask of it."""

    def __init__(self, settings: Settings) -> None:
        self.entry = EmbeddingsEntry(
            name="embeddings",
            url=settings.embeddings_url,
            model=settings.embeddings_model,
            local=settings.embeddings_local or None,
            region=settings.embeddings_region,
            timeout_seconds=settings.model_timeout_seconds,
        )
        self._headers = key_headers(settings.embeddings_key.get_secret_value())

    @cached_property
    def name(self) -> str:
        """The model's name; without one in the settings the first that the server lists."""
        if self.entry.model:
            return self.entry.model
        try:
            return str(self._asked("GET", "/models")["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            fix = f"Set {self.entry.setting('model')}."
            raise ModelAnswerError(f"{self.entry.url} lists no model.", fix=fix) from error

    @cached_property
    def dimensions(self) -> int:
        """How many numbers a vector has; asks the server for one."""
        return len(self.embed(["word"])[0])

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector for each text; see `core.llm.ports.Embedder.embed`. The protocol knows no queries."""
        del is_query
        sent = [text[:MAX_CHARS].encode("utf-8", "replace").decode() or " " for text in texts]
        if not self.entry.is_local:
            from core.privacy.pseudonyms import Pseudonyms

            pseudonyms = Pseudonyms((), sent)
            sent = [pseudonyms.hide(text) for text in sent]
        found: list[Sequence[float]] = []
        for at in range(0, len(sent), MAX_TEXTS):
            found += self._vectors(sent[at : at + MAX_TEXTS])
        return found

    def _vectors(self, texts: list[str]) -> list[Sequence[float]]:
        answer = self._asked("POST", "/embeddings", {"model": self.name, "input": texts, "encoding_format": "float"})
        try:
            items = sorted(answer["data"], key=lambda item: item.get("index", 0))
            vectors = [_of_length_1(item["embedding"]) for item in items]
            if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
                raise ValueError("a vector is missing")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise self._unusable() from error
        return vectors

    def _asked(self, method: str, path: str, body: JsonObject | None = None) -> Any:
        import httpx2

        parts = urlsplit(self.entry.url)
        url = urlunsplit(parts._replace(path=f"{parts.path}{path}"))
        try:
            answer = httpx2.request(
                method, url, json=body, headers=self._headers, timeout=self.entry.timeout_seconds, trust_env=True
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ModelOutage(
                f"The embeddings server at {self.entry.url} does not answer.",
                fix=f"Check {self.entry.setting('url')} and that the server is up.",
            ) from error
        if answer.status_code >= 400:
            refusal = refusal_of(self.entry, answer.status_code, answer.text, answer.headers)
            raise refusal.error if isinstance(refusal, Refused) else refusal
        try:
            return answer.json()
        except ValueError as error:
            raise self._unusable() from error

    def _unusable(self) -> ModelAnswerError:
        return ModelAnswerError(
            f"The server at {self.entry.url} answered something that is not embeddings.",
            fix=f"Check that {self.entry.setting('url')} ends in /v1 and that the model makes embeddings.",
        )


def _of_length_1(numbers: Sequence[float]) -> Sequence[float]:
    length = math.sqrt(math.fsum(number * number for number in numbers))
    if not 0 < length < math.inf:
        raise ValueError("not a direction")
    return array("f", (number / length for number in numbers))
