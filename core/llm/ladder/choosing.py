"""Chooses a model: which servers of others answer on this machine, which rung of the ladder is in use, what is next."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from core.errors import CredentialError, InlaidError, InputError, ModelOutage, NotFoundError
from core.llm.credentials import key_headers
from core.llm.ladder.gguf import Memory, gigabytes, memory
from core.llm.ladder.installed import (
    InstalledModel,
    chosen_model,
    installed_model,
    installed_models,
    models_folder,
    require_memory,
    writing,
)
from core.llm.ladder.sources import CatalogueEntry, load_catalogue
from core.llm.models_file import DEFAULT, ModelsFile, load_models_file
from core.llm.weights import MODEL_NAME
from core.settings import Settings
from core.settings.model_choice import ModelChoice, write_choice
from core.text.catalogues import N_, told

TIMEOUT_SECONDS = 1.5
HOST = "127.0.0.1"
# Each with the port it listens on unless told otherwise; Inlaid's own web process has vLLM's.
USUAL_PORTS: Mapping[str, int] = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000, "Jan": 1337}
# What servers call themselves in `owned_by`; on another's port this counts.
_OWNERS = {"library": "Ollama", "llamacpp": "llama.cpp", "vllm": "vLLM", "organization_owner": "LM Studio"}
_NO_CHAT = ("embed", "rerank", "whisper")
EMBEDDED = "embedded"
SERVE_PORT = 8091
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class FoundServer:
    """A server that answers. Without models it requires a key, or has none loaded."""

    kind: str
    url: str
    models: tuple[str, ...] = ()
    wants_key: bool = False


def find_servers(key: str = "", ports: Mapping[str, int] = USUAL_PORTS) -> list[FoundServer]:
    """Return who answers as a model server on these ports of loopback, all asked at once."""
    with ThreadPoolExecutor(len(ports) or 1) as pool:
        found = pool.map(lambda one: _look(one[0], f"http://{HOST}:{one[1]}/v1", key), ports.items())
        return [server for server in found if server is not None]


def served_models(url: str, key: str) -> tuple[str, ...]:
    """Return the chat models that a server lists.

    Raises:
        ModelOutage: it does not answer. CredentialError: it requires an API key. InputError: it is no model server.
    """
    try:
        answer = httpx2.get(f"{url}/models", headers=key_headers(key), timeout=TIMEOUT_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ModelOutage(f"Nothing answers at {url}.", fix="Start the server, or check the address.") from error
    if answer.status_code in {401, 403}:
        raise CredentialError(f"The server at {url} requires an API key.", fix="Set INLAID_MODEL_KEY to it.")
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
        if answer.status_code != 200 or not isinstance(body["data"], list):
            raise ValueError("no list")
        models = [(str(model["id"]), str(model.get("owned_by", ""))) for model in body["data"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fix = "Give the address up to and with /v1."
        raise InputError(f"What answers at {url} is not an OpenAI-compatible server.", fix=fix) from error
    return [(name, owner) for name, owner in models if not any(word in name.lower() for word in _NO_CHAT)]


def choose(settings: Settings, what: str, *, anyway: bool) -> str:
    """Keep a choice and return it in a sentence.

    Args:
        settings: as set, without an earlier choice.
        what: name of an installed model, `URL#MODEL`, or `embedded`.
        anyway: also when the memory will not do, or the server does not answer.

    Raises:
        InlaidError: it is not there, or does not fit; nothing has changed.
    """
    if what == EMBEDDED:
        choice, words = None, N_("The embedded model is chosen.")
    elif urlsplit(what).scheme in {"http", "https"}:
        choice = _server(settings, what, anyway=anyway)
        words = N_(f"Chosen: {choice.name} at {choice.url}.")
    else:
        model = installed_model(settings, what)
        if not anyway:
            require_memory(model.name, model.memory_bytes, memory(), free=True)
        choice = ModelChoice(model.name)
        if model.is_small:
            words = N_(f"Chosen, but too small to write drafts: {model.title}.")
        else:
            words = N_(f"Chosen, and writes drafts: {model.title}.")
    with writing(models_folder(settings)):
        write_choice(settings.home, choice)
    return words


def _server(settings: Settings, what: str, *, anyway: bool) -> ModelChoice:
    url, _, name = what.partition("#")
    url = url.rstrip("/")
    if not urlsplit(url).hostname or urlsplit(url).password:
        raise InputError(
            "This address cannot be used.", fix="Write http://HOST:PORT/v1#MODEL; a key goes into INLAID_MODEL_KEY."
        )
    try:
        known = served_models(url, settings.model_key.get_secret_value())
    except ModelOutage:
        if not (anyway and name):
            raise
        return ModelChoice(name, url)
    if name and name not in known and not anyway:
        raise NotFoundError(
            f"The server at {url} has no model {name}.", fix=f"Take one of: {', '.join(known[:20]) or 'none'}."
        )
    if not (name or known):
        raise NotFoundError(f"The server at {url} lists no model.", fix="Load one there, or write URL#MODEL.")
    return ModelChoice(name or known[0], url)


@dataclass(frozen=True)
class LadderChoice:
    """What is in use, in words, and what is next: a sentence, and the command, or "" if there is nothing to do."""

    rung: str
    next_step: str = ""
    command: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.rung, self.next_step) if part)

    def told(self) -> str:
        """Return the same in the language that is spoken."""
        return " ".join(told(part) for part in (self.rung, self.next_step) if part)


def standing(settings: Settings, there: Memory | None = None) -> LadderChoice:
    """Return where an installation stands; a choice that cannot be used is told, not raised.

    Args:
        settings: those in force; a model server that `inlaid up` has started counts as the model that it serves.
        there: memory of this machine; by default what it has.
    """
    try:
        file = load_models_file(settings)
        if settings.models_file and not file.needs_embedded:
            return LadderChoice(_in_file(file))
        local = _local(settings)
    except InlaidError as error:
        return LadderChoice(error.message, error.fix)
    if local is None and settings.model_url and not _is_embedded(settings):
        name = settings.model_name or N_("A model")
        return LadderChoice(N_(f"{name} at {urlsplit(settings.model_url).netloc.rpartition('@')[2]} is in use."))
    parameters = local.parameters if local else 0
    return LadderChoice(_rung(local), *_next(settings, parameters, there or memory()))


def name_in_use(settings: Settings) -> str:
    """Return the name of the model in use of those that Inlaid serves itself, "" where it is another server's."""
    try:
        if settings.models_file and not load_models_file(settings).needs_embedded:
            return ""
        local = _local(settings)
    except InlaidError:  # `standing` says what is wrong
        return ""
    if local:
        return local.name
    return "" if settings.model_url and not _is_embedded(settings) else EMBEDDED


def _in_file(file: ModelsFile) -> str:
    names, others = ", ".join(file.route_of(DEFAULT)), ", ".join(file.fallback)
    if others:
        return N_(f"The models of INLAID_MODELS_FILE are in use: {names}; when all of them are out: {others}.")
    return N_(f"The models of INLAID_MODELS_FILE are in use: {names}.")


def is_served_here(url: str) -> bool:
    """Whether an address is where `inlaid model serve` listens unless told otherwise."""
    parts = urlsplit(url)
    return parts.hostname in _LOOPBACK and parts.port == SERVE_PORT


def _local(settings: Settings) -> InstalledModel | None:
    if not settings.model_url or (is_served_here(settings.model_url) and not settings.model_name):
        return chosen_model(settings)
    if urlsplit(settings.model_url).hostname not in _LOOPBACK:
        return None
    return next((model for model in installed_models(settings) if model.name == settings.model_name), None)


def _is_embedded(settings: Settings) -> bool:
    url, name = settings.model_url, settings.model_name
    return (name == MODEL_NAME and urlsplit(url).hostname in _LOOPBACK) or (not name and is_served_here(url))


def _rung(local: InstalledModel | None) -> str:
    if local is None:
        return N_("The embedded model (SmolLM2 135M) is in use: drafts are quotations, fields and proven corrections.")
    does = (
        N_("too small to write; drafts are quotations, fields and corrections")
        if local.is_small
        else N_("it writes drafts")
    )
    return N_(f"{local.title} ({local.parameters / 1e9:.1f} B) is in use: {does}.")


def _next(settings: Settings, parameters: int, there: Memory) -> tuple[str, str]:
    steps = [entry for entry in load_catalogue() if entry.step and entry.parameters > parameters * 1.1]
    if not steps:
        return N_("It is the largest in the catalogue."), ""
    entry = steps[0]
    if entry.memory_bytes > there.total_bytes:
        return (
            N_(
                f"The next, {entry.title}, needs {gigabytes(entry.memory_bytes)} of memory, and this machine has"
                f" {gigabytes(there.total_bytes)}; a server elsewhere needs none here: `inlaid model find`."
            ),
            "inlaid model find",
        )
    command = _command(settings, entry)
    return N_(f"Next: {entry.title}, for {entry.good_for} ({_cost(entry)}): `{command}`."), command


def _command(settings: Settings, entry: CatalogueEntry) -> str:
    is_here = any(model.name == entry.name for model in installed_models(settings))
    return f"inlaid model use {entry.name}" if is_here else f"inlaid model install {entry.name} --use"


def _cost(entry: CatalogueEntry) -> str:
    return N_(f"{gigabytes(entry.size_bytes)} to fetch, {gigabytes(entry.memory_bytes)} of memory")
