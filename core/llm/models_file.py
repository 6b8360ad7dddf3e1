"""INLAID_MODELS_FILE: the endpoints, the routes of recipes over them, and what may be spent. See README.md here.

Everything is strict: an unknown key, a route to an endpoint that is not there, or a key written into the file is
refused with the key's name and what to do.
"""

import tomllib
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import NotFoundError, SettingsError
from core.llm.sizes import is_small_by_name
from core.llm.weights import MODEL_NAME
from core.settings import Settings
from core.settings.model_choice import read_choice
from core.text.catalogues import N_
from core.validation_messages import did_you_mean, key_problems

SETTING = "INLAID_MODELS_FILE"
DEFAULT = "default"
EMBEDDED = "embedded"
_MAX_FILE_BYTES = 1_000_000
# A recipe that is switched off is often meant: only what looks misspelt is one.
_NEAR = 0.8
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OAuth(_Part):
    """Where a bearer token comes from (client credentials, RFC 6749 section 4.4), such as Microsoft Entra."""

    token_url: str = Field(pattern="^https?://")
    client_id: str = Field(min_length=1)
    client_secret_env: str = ""
    client_secret_file: Path | None = None
    scope: str = ""

    @model_validator(mode="after")
    def _has_secret(self) -> "OAuth":
        if bool(self.client_secret_env) == bool(self.client_secret_file):
            raise ValueError("set one of client_secret_env and client_secret_file")
        return self


class EndpointEntry(_Part):
    """One OpenAI-compatible server and model.

    Prices are in USD for a million tokens; 0 means no limit; `window_tokens` of 0 asks the server. `prefill` says
    whether the server continues an answer that was begun for it; by default those of small models do. `region` says
    where it runs, such as eu: policies may allow only some.
    """

    name: Name
    url: str
    model: str = ""
    key_env: str = ""
    key_file: Path | None = None
    key_header: str = ""
    oauth: OAuth | None = None
    local: bool | None = None
    region: str = Field("", pattern="^([a-z0-9][a-z0-9-]{0,39})?$")
    size: str = Field("", pattern="^(small|large|)$")
    prefill: bool | None = None
    window_tokens: int = Field(0, ge=0, le=10_000_000)
    timeout_seconds: float = Field(120.0, gt=0)
    concurrency: int = Field(0, ge=0)
    requests_per_minute: int = Field(0, ge=0)
    tokens_per_minute: int = Field(0, ge=0)
    usd_per_million_input_tokens: float = Field(0.0, ge=0)
    usd_per_million_output_tokens: float = Field(0.0, ge=0)

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value != EMBEDDED and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError(f"begin it with http:// or https://, or write {EMBEDDED}")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _has_one_key(self) -> "EndpointEntry":
        if sum(map(bool, (self.key_env, self.key_file, self.oauth))) > 1:
            raise ValueError("set only one of key_env, key_file and oauth")
        return self

    @property
    def is_local(self) -> bool:
        """Whether person data may reach it as it is: as set, else when it runs on this machine."""
        return self.is_on_this_machine if self.local is None else self.local

    @property
    def is_on_this_machine(self) -> bool:
        """Whether its address is one of this machine, whatever is set."""
        return self.url == EMBEDDED or urlsplit(self.url).hostname in _LOOPBACK

    @property
    def names(self) -> tuple[str, ...]:
        """What rules may call it: its own name or its model's, and `embedded` for the model that Inlaid brings."""
        is_brought = self.model == MODEL_NAME or (self.url == EMBEDDED and not self.model)
        return (self.name, MODEL_NAME, EMBEDDED) if is_brought else tuple(filter(None, (self.name, self.model)))

    @property
    def known_size(self) -> str:
        """`small` or `large`, as set or by the model's name, or "" if only the server knows the name."""
        if self.size:
            return self.size
        if self.url == EMBEDDED:
            return "small"  # whatever it is called
        if self.model:
            return "small" if is_small_by_name(self.model) else "large"
        return ""

    @property
    def is_priced(self) -> bool:
        """Whether a call costs money."""
        return bool(self.usd_per_million_input_tokens or self.usd_per_million_output_tokens)

    def usd(self, input_tokens: int, output_tokens: int) -> float:
        """Return what a call costs."""
        asked = input_tokens * self.usd_per_million_input_tokens
        return (asked + output_tokens * self.usd_per_million_output_tokens) / 1e6

    def setting(self, key: str) -> str:
        """Return how a message names one of its keys."""
        return f"{key} of the endpoint {self.name} in {SETTING}"


class SettingsEndpoint(EndpointEntry):
    """The one endpoint of an installation without the file."""

    def setting(self, key: str) -> str:
        """Return the name of the setting that the key comes from."""
        return "INLAID_MODEL_" + {"model": "NAME"}.get(key, key.removesuffix("_env").upper())


class Circuit(_Part):
    """After how many failures in a row an endpoint is left alone, and for how long at first.

    The pause doubles with each further failure, but for those that cost nothing: nothing is up, or the key is refused.
    """

    failures: int = Field(3, ge=1)
    pause_seconds: float = Field(30.0, gt=0)
    longest_pause_seconds: float = Field(300.0, gt=0)


class Limits(_Part):
    """What may be spent in a day (UTC); 0 is no limit.

    What a person may use unless a file says otherwise is some three long documents and more mails than anybody
    writes, and keeps a runaway script from taking the model from everybody else.
    """

    person_tokens_per_day: int = Field(5_000_000, ge=0)
    person_usd_per_day: float = Field(0.0, ge=0)
    workspace_tokens_per_day: int = Field(0, ge=0)
    workspace_usd_per_day: float = Field(0.0, ge=0)


class Budgets(Limits):
    """Limits for every workspace, and others for some."""

    workspaces: dict[str, Limits] = {}

    def of(self, workspace: str) -> Limits:
        """Return the limits that hold in a workspace."""
        return self.workspaces.get(workspace, self)


class ModelsFile(_Part):
    """The whole file. A route names endpoints, smallest first; `fallback` ones are asked when a whole route is out.

    `verify` says for which recipes a larger model's draft is compared with its source by a short further call.
    """

    endpoints: tuple[EndpointEntry, ...] = Field(min_length=1)
    routes: dict[str, tuple[str, ...]] = {}
    verify: bool | dict[str, bool] = False
    fallback: tuple[str, ...] = ()
    circuit: Circuit = Circuit()
    budgets: Budgets = Budgets()

    @model_validator(mode="after")
    def _names_agree(self) -> "ModelsFile":
        names = [endpoint.name for endpoint in self.endpoints]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"endpoints: two are called {name}; rename one")
        for key, route in (
            *((f"routes.{name}", route) for name, route in self.routes.items()),
            ("fallback", self.fallback),
        ):
            if not route and key != "fallback":
                raise ValueError(f"{key}: empty; name at least one endpoint")
            for name in route:
                if name not in names:
                    raise ValueError(f"{key}: there is no endpoint {name}; {did_you_mean(name, names)}")
        if DEFAULT not in self.routes and len(names) > 1:
            raise ValueError(f"routes.{DEFAULT}: missing; list the endpoints that recipes without a route use")
        return self

    def route_of(self, recipe: str) -> tuple[str, ...]:
        """Return the names of a recipe's endpoints in the order in which they are asked."""
        return self.routes.get(recipe) or self.routes.get(DEFAULT) or (self.endpoints[0].name,)

    def asked(self, recipe: str, model: str = "") -> tuple[EndpointEntry, ...]:
        """Return the endpoints that may be asked for a recipe, or those of a name, their own or their model's; else ().

        Without a file the only server is asked for any model; the embedded server has but one.
        """
        if not model:
            names = (*self.route_of(recipe), *self.fallback)
            return tuple(entry for entry in self.endpoints if entry.name in names)
        named = tuple(entry for entry in self.endpoints if entry.name == model)
        named = named or tuple(entry for entry in self.endpoints if model in entry.names)
        first = self.endpoints[0]
        if named or not isinstance(first, SettingsEndpoint):
            return named
        if first.url == EMBEDDED:
            return (first,) if model == EMBEDDED else ()
        return (first.model_copy(update={"model": model}),)

    def known(self, model: str) -> str:
        """Return the name when an endpoint can be asked by it, else "", for the route.

        A draft bears the name of the model that wrote it, which need be no endpoint's.
        """
        return model if model and self.asked("", model) else ""

    def require_known(self, model: str) -> None:
        """Refuse the name of a model that no endpoint bears.

        Raises:
            NotFoundError: the fix lists what there is.
        """
        if self.known(model) != model:
            known = ", ".join(endpoint.name for endpoint in self.endpoints)
            raise NotFoundError(f"There is no model endpoint called {model[:80]}.", fix=f"Take one of: {known}.")

    def verifies(self, recipe: str) -> bool:
        """Tell whether the drafts of a recipe are compared with their source."""
        chosen = self.verify
        return chosen if isinstance(chosen, bool) else chosen.get(recipe, chosen.get(DEFAULT, False))

    def unused_keys(self, recipes: Collection[str]) -> list[str]:
        """Return each key of routes and verify that is for no recipe: one may have been switched off since."""
        verified = self.verify if isinstance(self.verify, dict) else {}
        names = {"routes": [*self.routes], "verify": [*verified]}
        known = {DEFAULT, *recipes}
        return [f"{key}.{name}" for key in names for name in names[key] if name not in known]

    def unused_notes(self, recipes: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield what a person is told of each of these keys, and what to do."""
        for key in self.unused_keys(recipes):
            message = N_(f"INLAID_MODELS_FILE: {key} does nothing: no recipe of that name is in use.")
            near = get_close_matches(key.partition(".")[2], recipes, n=1, cutoff=_NEAR)
            yield message, N_(f"Did you mean {near[0]}?") if near else N_("Take it out, or bring the recipe back.")

    @property
    def needs_embedded(self) -> bool:
        """Whether any endpoint is the local model that Inlaid starts itself."""
        return any(endpoint.url == EMBEDDED for endpoint in self.endpoints)


def load_models_file(settings: Settings) -> ModelsFile:
    """Return INLAID_MODELS_FILE, or what INLAID_MODEL_URL and its companions amount to.

    Raises:
        SettingsError: it cannot be read or breaks the format; names every key with what to do.
    """
    if settings.models_file is None:
        only = ModelsFile(endpoints=(_from_settings(settings),), verify=settings.model_verify)
        return _with_chosen(only, settings)
    path = settings.models_file
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE_BYTES)
        return _with_chosen(parse_models_file(data.decode("utf-8"), path.name), settings)
    except OSError as error:
        raise SettingsError(f"{SETTING}: {path} cannot be read: {error.strerror}.", fix="Check the path.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{SETTING}: {path.name} is not UTF-8 text.", fix="Save it as UTF-8.") from error


def parse_models_file(text: str, file_name: str) -> ModelsFile:
    """Return the file that a TOML text describes; `file_name` is for the messages.

    Raises:
        SettingsError: as for `load_models_file`.
    """
    try:
        return ModelsFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file_name} is not valid TOML: {error}.", fix="Correct the file there.") from error
    except ValidationError as error:
        problems = "; ".join(map(_problem, key_problems(error, ModelsFile)))
        end = "" if problems.endswith("?") else "."
        raise SettingsError(
            f"{file_name}: {problems}{end}", fix=f"Correct {SETTING}; see deploy/models.example.toml."
        ) from error


def _with_chosen(file: ModelsFile, settings: Settings) -> ModelsFile:
    """Give the embedded endpoints name, size and window of the model that `inlaid model use` has chosen."""
    if not file.needs_embedded or read_choice(settings.home) is None:
        return file
    from core.llm.ladder.installed import chosen_model

    model = chosen_model(settings)
    if model is None:
        return file
    size, window_tokens = settings.model_size or model.size, settings.model_window_tokens or model.context
    endpoints = [
        entry.model_copy(
            update={
                "model": entry.model or model.name,
                "size": entry.size or size,
                "window_tokens": min(entry.window_tokens or window_tokens, model.context),
            }
        )
        if entry.url == EMBEDDED
        else entry
        for entry in file.endpoints
    ]
    return file.model_copy(update={"endpoints": tuple(endpoints)})


def _problem(text: str) -> str:
    """Return a problem without what was given: a file of keys and addresses is not repeated in messages."""
    key = text.partition(":")[0]
    if key.endswith(".key"):
        return f"{key}: a key is not written here; put it into an environment variable, and name that in key_env"
    return text.partition(", got ")[0].strip(": ")


def _from_settings(settings: Settings) -> SettingsEndpoint:
    return SettingsEndpoint(
        name=DEFAULT,
        url=settings.model_url or EMBEDDED,
        model=settings.model_name,
        size=settings.model_size,
        local=settings.model_local or None,
        region=settings.model_region,
        window_tokens=settings.model_window_tokens,
        timeout_seconds=settings.model_timeout_seconds,
    )
