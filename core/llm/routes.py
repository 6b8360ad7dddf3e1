"""Which endpoints a recipe asks, and in which order."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from core.errors import NotFoundError, SettingsError
from core.llm.connect import connect_endpoint
from core.llm.endpoint import Endpoint
from core.llm.models_file import DEFAULT, SETTING, EndpointEntry, ModelsFile, SettingsEndpoint, load_models_file
from core.llm.ports import Chat
from core.settings import Settings


@dataclass(frozen=True)
class Route:
    """The endpoints of one recipe, smallest first; `fallback` ones are asked when all of them are out.

    `verify`: what a larger one writes is compared with its source.
    """

    endpoints: tuple[Endpoint, ...]
    fallback: tuple[Endpoint, ...] = ()
    verify: bool = False


class Models:
    """All endpoints of an installation, each with one chat, breaker and pace for the whole process.

    Args:
        file: endpoints, routes and budgets.
        open_chat: gives the chat of an entry.
    """

    def __init__(self, file: ModelsFile, open_chat: Callable[[EndpointEntry], Chat]) -> None:
        self.file = file
        self._open_chat = open_chat
        self.endpoints = {entry.name: self._endpoint(entry) for entry in file.endpoints}

    def _endpoint(self, entry: EndpointEntry) -> Endpoint:
        return Endpoint(entry, lambda: self._open_chat(entry), self.file.circuit)

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
        if name not in self.endpoints:
            entry = self.file.endpoints[0]
            if not isinstance(entry, SettingsEndpoint):
                known = ", ".join(self.endpoints)
                raise NotFoundError(f"There is no model endpoint called {name}.", fix=f"Take one of: {known}.")
            return self._endpoint(entry.model_copy(update={"model": name}))
        return self.endpoints[name]

    def check_routes(self, recipes: Collection[str]) -> None:
        """Refuse a route for a recipe that is not there.

        Raises:
            SettingsError: names it.
        """
        verified = self.file.verify if isinstance(self.file.verify, dict) else {}
        for key, names in (("routes", [*self.file.routes]), ("verify", [*verified])):
            for name in names:
                if name != DEFAULT and name not in recipes:
                    known = ", ".join(sorted(recipes))
                    raise SettingsError(
                        f"{SETTING}: {key}.{name}: there is no recipe {name}.", fix=f"Known are {DEFAULT}, {known}."
                    )


def open_models(settings: Settings, open_chat: Callable[[EndpointEntry], Chat] | None = None) -> Models:
    """Return the models of the settings; nothing is sent or started yet.

    Raises:
        SettingsError: the models file cannot be used.
    """
    return Models(load_models_file(settings), open_chat or (lambda entry: connect_endpoint(settings, entry)))


def only(chat: Chat) -> Models:
    """Return one chat as all the models there are, on this machine and free: for tests and measurements."""
    return Models(ModelsFile(endpoints=(SettingsEndpoint(name=DEFAULT, url="http://localhost"),)), lambda _entry: chat)
