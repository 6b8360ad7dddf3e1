"""`inlaid model use`: chooses an installed model, a server, or the embedded model again."""

from urllib.parse import urlsplit

from core.errors import InputError, ModelOutage, NotFoundError
from core.llm.ladder.installed import installed_model, models_folder, require_memory, writing
from core.llm.ladder.memory import memory
from core.llm.ladder.servers import served_models
from core.settings import Settings
from core.settings.model_choice import ModelChoice, write_choice

EMBEDDED = "embedded"


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
        choice, words = None, "The embedded model is chosen."
    elif urlsplit(what).scheme in {"http", "https"}:
        choice = _server(settings, what, anyway=anyway)
        words = f"{choice.name} at {choice.url} is chosen."
    else:
        model = installed_model(settings, what)
        if not anyway:
            require_memory(model.name, model.memory_bytes, memory(), free=True)
        choice = ModelChoice(model.name)
        does = "is too small to write drafts" if model.is_small else "writes drafts"
        words = f"{model.title} is chosen; it {does}."
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
