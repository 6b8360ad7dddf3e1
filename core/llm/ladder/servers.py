"""Model servers of others on this machine: who answers on the ports that they use, and with which models."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2

from core.errors import CredentialError, InputError, ModelOutage
from core.llm.credentials import key_headers

TIMEOUT_SECONDS = 1.5
HOST = "127.0.0.1"
# Each with the port it listens on unless told otherwise; Inlaid's own web process has vLLM's.
USUAL_PORTS: Mapping[str, int] = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000, "Jan": 1337}
# What servers call themselves in `owned_by`; on another's port this counts.
_OWNERS = {"library": "Ollama", "llamacpp": "llama.cpp", "vllm": "vLLM", "organization_owner": "LM Studio"}
_NO_CHAT = ("embed", "rerank", "whisper")


@dataclass(frozen=True)
class FoundServer:
    """A server that answers. Without models it wants a key, or has none loaded."""

    kind: str
    url: str
    models: tuple[str, ...] = ()
    wants_key: bool = False


def find_servers(key: str = "", ports: Mapping[str, int] = USUAL_PORTS) -> list[FoundServer]:
    """Return who answers as a model server on these ports of loopback, all asked at once."""
    with ThreadPoolExecutor(len(ports) or 1) as pool:
        found = pool.map(lambda one: _look(one[0], f"http://{HOST}:{one[1]}/v1", key), ports.items())
        return [one for one in found if one is not None]


def served_models(url: str, key: str) -> tuple[str, ...]:
    """Return the chat models that a server lists.

    Raises:
        ModelOutage: it does not answer. CredentialError: it wants a key. InputError: it is no model server.
    """
    try:
        answer = httpx2.get(f"{url}/models", headers=key_headers(key), timeout=TIMEOUT_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ModelOutage(f"Nothing answers at {url}.", fix="Start the server, or check the address.") from error
    if answer.status_code in {401, 403}:
        raise CredentialError(f"The server at {url} wants a key.", fix="Set INLAID_MODEL_KEY to it.")
    return tuple(name for name, _ in _listed(url, answer))


def _look(kind: str, url: str, key: str) -> FoundServer | None:
    try:
        answer = httpx2.get(f"{url}/models", headers=key_headers(key), timeout=TIMEOUT_SECONDS)
        if answer.status_code in {401, 403}:
            return FoundServer(kind, url, wants_key=True) if _speaks_openai(answer) else None
        listed = _listed(url, answer)
    except (httpx2.HTTPError, InputError):
        return None
    owner = next((owner for _, owner in listed), "")
    return FoundServer(_OWNERS.get(owner, kind), url, tuple(name for name, _ in listed))


def _speaks_openai(answer: httpx2.Response) -> bool:
    return "json" in answer.headers.get("content-type", "") and "error" in answer.text


def _listed(url: str, answer: httpx2.Response) -> list[tuple[str, str]]:
    """Return name and owner of each model that can chat."""
    try:
        body: Any = answer.json()
        if answer.status_code != 200 or body["object"] != "list":
            raise ValueError("no list")
        models = [(str(one["id"]), str(one.get("owned_by", ""))) for one in body["data"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fix = "Give the address up to and with /v1."
        raise InputError(f"What answers at {url} is no OpenAI-compatible server.", fix=fix) from error
    return [(name, owner) for name, owner in models if not any(word in name.lower() for word in _NO_CHAT)]
