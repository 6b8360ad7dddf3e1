"""From settings to models: one endpoint, or those that a recipe asks and their order."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from cachetools import LRUCache

from core.errors import CredentialError, ModelOutage, SettingsError
from core.llm.credentials import Credentials, credentials_of, key_headers
from core.llm.endpoint import Endpoint
from core.llm.models_file import (
    DEFAULT,
    EMBEDDED,
    EndpointEntry,
    ModelsFile,
    SettingsEndpoint,
    load_models_file,
)
from core.llm.ports import Chat
from core.llm.shared_pace import open_pace
from core.logs import logger
from core.policies.resolution import PersonPolicy
from core.settings import Settings

log = logger(__name__)

# Models that jobs name themselves: each has its connections, and its breaker.
MAX_NAMED = 32


def connect(settings: Settings) -> Chat:
    """Return the chat of INLAID_MODEL_URL, or the first endpoint of the models file; nothing is sent yet.

    Raises:
        SettingsError: no model server is set.
    """
    return connect_endpoint(settings, load_models_file(settings).endpoints[0])


def connect_endpoint(settings: Settings, entry: EndpointEntry) -> Chat:
    """Return the chat of one endpoint; nothing is sent yet, unless a job named a model: its server lists what it has.

    Only servers on this machine are asked: many of them take any name. Others also take names that they do not list,
    and refuse the rest themselves.

    Raises:
        SettingsError: it is the embedded model and nobody has started it.
        NotFoundError: the server does not list the model that a job named.
    """
    from core.llm.openai_chat import OpenAIChat

    chat = OpenAIChat(*_located(settings, entry))
    is_named = isinstance(entry, SettingsEndpoint) and entry.model not in {"", settings.model_name}
    if is_named and entry.is_on_this_machine:
        chat.require_listed()
    return chat


def probe_endpoint(settings: Settings, entry: EndpointEntry, *, timeout_seconds: float) -> None:
    """Ask an endpoint for its list of models, which costs nothing; a server without one has answered all the same.

    Raises:
        ModelOutage: it does not answer, or is failing.
        CredentialError: it refuses the key.
        SettingsError: it is the embedded model and nobody has started it.
    """
    import httpx2

    entry, credentials = _located(settings, entry)
    parts = urlsplit(entry.url)
    url = urlunsplit(parts._replace(path=f"{parts.path}/models"))
    try:
        status = httpx2.get(url, headers=credentials(), timeout=timeout_seconds).status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ModelOutage("The model server does not answer.", fix=f"Check {entry.setting('url')}.") from error
    if status in {401, 403}:
        raise CredentialError("The model server refuses the key.", fix=f"Check {entry.setting('key_env')}.")
    if status >= 500:
        raise ModelOutage(f"The model server answers with status {status}.", fix="Look at its log.")


def _located(settings: Settings, entry: EndpointEntry) -> tuple[EndpointEntry, Credentials]:
    """Return where an endpoint is and how to prove who asks; `inlaid up` sets INLAID_MODEL_URL for the embedded one."""
    if entry.url != EMBEDDED and not isinstance(entry, SettingsEndpoint):
        return entry, credentials_of(entry)
    if not settings.model_url:
        raise SettingsError(
            "No model server is set.", fix="Set INLAID_MODEL_URL, or use `inlaid up`, which starts the local model."
        )
    key = settings.model_key.get_secret_value()
    model = entry.model or settings.model_name
    return entry.model_copy(update={"url": settings.model_url, "model": model}), lambda: key_headers(key)


@dataclass(frozen=True)
class Route:
    """The endpoints of one recipe, smallest first; `fallback` ones are asked when all of them are out.

    `verify`: what a larger one writes is compared with its source.
    """

    endpoints: tuple[Endpoint, ...]
    fallback: tuple[Endpoint, ...] = ()
    verify: bool = False

    def allowed(self, policy: PersonPolicy) -> "Route":
        """Return the route with those endpoints alone that somebody may use."""

        def kept(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
            return tuple(endpoint for endpoint in endpoints if policy.model(endpoint.entry) is None)

        return Route(kept(self.endpoints), kept(self.fallback), self.verify)


class Models:
    """All endpoints of an installation, each with one chat, breaker and pace for the whole process.

    Args:
        file: endpoints, routes and budgets.
        open_chat: gives the chat of an entry.
        broker_url: where the limits of endpoints are shared; without it each process keeps to them by itself.
    """

    def __init__(self, file: ModelsFile, open_chat: Callable[[EndpointEntry], Chat], broker_url: str = "") -> None:
        self.file = file
        self._open_chat = open_chat
        self._broker_url = broker_url
        self.endpoints = {entry.name: self._endpoint(entry) for entry in file.endpoints}
        self._by_model: LRUCache[str, Endpoint] = LRUCache(MAX_NAMED)
        self._naming = threading.Lock()

    def _endpoint(self, entry: EndpointEntry) -> Endpoint:
        pace = open_pace(entry, self._broker_url)
        return Endpoint(entry, lambda: self._open_chat(entry), self.file.circuit, pace)

    def route(self, recipe: str, model: str = "") -> Route:
        """Return the route of a recipe, or the one endpoint that was asked for by name.

        Without a models file the name is that of a model, which the only server is asked for.

        Raises:
            NotFoundError: there is no endpoint of that name; the fix lists what there is.
        """
        verify = self.file.verifies(recipe)
        if model:
            return Route((self._named(model),), verify=verify)
        fallback = tuple(self.endpoints[name] for name in self.file.fallback)
        return Route(tuple(self.endpoints[name] for name in self.file.route_of(recipe)), fallback, verify)

    def _named(self, name: str) -> Endpoint:
        if name in self.endpoints:
            return self.endpoints[name]
        self.file.require_known(name)
        entry = self.file.asked("", name)[0]
        if entry in self.file.endpoints:
            return self.endpoints[entry.name]
        with self._naming:
            if name not in self._by_model:
                self._by_model[name] = self._endpoint(entry)
            return self._by_model[name]

    def log_unused(self, recipes: Collection[str]) -> None:
        """Log each key of the file that is for no recipe."""
        for key in self.file.unused_keys(recipes):
            log.warning("a key of the models file does nothing: inlaid doctor says why", source=key)


def open_models(settings: Settings, open_chat: Callable[[EndpointEntry], Chat] | None = None) -> Models:
    """Return the models of the settings; nothing is sent or started yet.

    Raises:
        SettingsError: the models file cannot be used.
    """
    chats = open_chat or (lambda entry: connect_endpoint(settings, entry))
    return Models(load_models_file(settings), chats, settings.broker_url)


def only(chat: Chat) -> Models:
    """Return one chat as all the models there are, on this machine and free: for tests and measurements."""
    return Models(ModelsFile(endpoints=(SettingsEndpoint(name=DEFAULT, url="http://localhost"),)), lambda _entry: chat)
