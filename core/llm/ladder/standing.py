"""Which rung of the ladder is in use, and what the next would bring, in one sentence with one command."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import InlaidError
from core.llm.ladder.catalogue import CatalogueEntry, load_catalogue
from core.llm.ladder.installed import InstalledModel, chosen_model, installed_models
from core.llm.ladder.memory import Memory, gigabytes, memory
from core.llm.models_file import load_models_file
from core.llm.weights import MODEL_NAME
from core.settings import Settings

SERVE_PORT = 8091
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Standing:
    """What is in use, in words, and what is next: a sentence, and the command, "" when there is nothing to do."""

    rung: str
    next_step: str = ""
    command: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.rung, self.next_step) if part)


def standing(settings: Settings, there: Memory | None = None) -> Standing:
    """Return where an installation stands; a choice that cannot be used is told, not raised.

    Args:
        settings: those in force; a model server that `inlaid up` has started counts as the model that it serves.
        there: memory of this machine; by default what it has.
    """
    try:
        file = load_models_file(settings)
        if settings.models_file and not file.needs_embedded:
            return Standing(f"The models of INLAID_MODELS_FILE are in use: {', '.join(file.route_of('default'))}.")
        local = _local(settings)
    except InlaidError as error:
        return Standing(error.message, error.fix)
    if local is None and settings.model_url and not _is_embedded(settings):
        name = settings.model_name or "A model"
        return Standing(f"{name} at {urlsplit(settings.model_url).netloc.rpartition('@')[2]} is in use.")
    parameters = local.parameters if local else 0
    return Standing(_rung(local), *_next(settings, parameters, there or memory()))


def is_served_here(url: str) -> bool:
    """Whether an address is where `inlaid model serve` listens unless told otherwise."""
    parts = urlsplit(url)
    return parts.hostname in _LOOPBACK and parts.port == SERVE_PORT


def _local(settings: Settings) -> InstalledModel | None:
    if not settings.model_url or (is_served_here(settings.model_url) and not settings.model_name):
        return chosen_model(settings)
    if urlsplit(settings.model_url).hostname not in _LOOPBACK:
        return None
    return next((one for one in installed_models(settings) if one.name == settings.model_name), None)


def _is_embedded(settings: Settings) -> bool:
    url, name = settings.model_url, settings.model_name
    return (name == MODEL_NAME and urlsplit(url).hostname in _LOOPBACK) or (not name and is_served_here(url))


def _rung(local: InstalledModel | None) -> str:
    if local is None:
        return "The embedded model (SmolLM2 135M) is in use: drafts are quotations, fields and proven corrections."
    does = "too small to write; drafts are quotations, fields and corrections" if local.is_small else "it writes drafts"
    return f"{local.title} ({local.parameters / 1e9:.1f} B) is in use: {does}."


def _next(settings: Settings, parameters: int, there: Memory) -> tuple[str, str]:
    steps = [entry for entry in load_catalogue() if entry.step and entry.parameters > parameters * 1.1]
    if not steps:
        return "It is the largest in the catalogue.", ""
    entry = steps[0]
    if entry.memory_bytes > there.total_bytes:
        return (
            f"The next, {entry.title}, needs {gigabytes(entry.memory_bytes)} of memory, and this machine has"
            f" {gigabytes(there.total_bytes)}; a server elsewhere needs none here: `inlaid model find`.",
            "inlaid model find",
        )
    command = _command(settings, entry)
    return f"Next: {entry.title}, for {entry.good_for} ({_cost(entry)}): `{command}`.", command


def _command(settings: Settings, entry: CatalogueEntry) -> str:
    is_here = any(one.name == entry.name for one in installed_models(settings))
    return f"inlaid model use {entry.name}" if is_here else f"inlaid model install {entry.name} --use"


def _cost(entry: CatalogueEntry) -> str:
    return f"{gigabytes(entry.size_bytes)} to fetch, {gigabytes(entry.memory_bytes)} of memory"
