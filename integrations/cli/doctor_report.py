"""What `inlaid doctor` prints for a person: what is wrong and its fix first, and the rest in a line."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, TypedDict

from core.system.installation import with_full_paths
from core.text.catalogues import N_, told

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.settings import Settings

# How a check begins what it says of something that nobody has asked for yet.
NOT_SET_UP = "Not set up"
SETUP = "inlaid setup"
# Of a token that the environment lists; those that Inlaid makes have 43 random ones.
MIN_TOKEN_CHARS = 20


class Checked(TypedDict):
    """What a test found, as `inlaid doctor --json` prints it; `fix` is "" where nothing is wrong."""

    name: str
    ok: bool
    message: str
    fix: str


def misspelt_settings() -> list[Checked]:
    """Return a note for each variable that looks like a setting and is none: it would be passed over in silence."""
    from core.settings import unknown_variables

    return [
        {
            "name": "settings",
            "ok": True,
            "message": N_(f"{name} is no setting and does nothing."),
            "fix": N_(f"Did you mean {near}?") if near else N_("See .env.example for all of them."),
        }
        for name, near in unknown_variables().items()
    ]


def access_notes(settings: "Settings") -> list[Checked]:
    """Return a note for each setting by which nobody is an administrator, or somebody could guess their way in."""
    from integrations.api.access import split_entry

    said = list[tuple[str, str]]()
    is_shared = bool(settings.public_url or settings.api_tokens)
    if is_shared and not settings.has_administrator:
        nobody = N_("Nobody is an administrator: the console shows people, models and the audit trail to nobody.")
        said.append((nobody, N_("Set INLAID_ADMINS to the addresses with which administrators sign in.")))
    for admin in (admin for admin in settings.admins if set(admin) & {";", " "}):
        said.append((N_(f"INLAID_ADMINS holds {admin}, which is nobody."), N_("Put commas between the addresses.")))
    short = [len(token) for secret in settings.api_tokens for token, _ in [split_entry(secret.get_secret_value())]]
    for chars in (chars for chars in short if chars < MIN_TOKEN_CHARS):
        weak = N_(f"INLAID_API_TOKENS holds a token of {chars} characters, which can be guessed.")
        said.append((weak, N_(f"Take at least {MIN_TOKEN_CHARS} random ones, or make it with: inlaid tokens add")))
    return [{"name": "access", "ok": True, "message": message, "fix": fix} for message, fix in said]


def recipe_files(settings: "Settings") -> list[Checked]:
    """Return each recipe file that is left out, and a note for each that takes another recipe's place."""
    from core.errors import InlaidError
    from core.recipes.loader import read_recipe_files

    try:
        read = read_recipe_files(settings.recipes_dir)
    except InlaidError:  # the check of the recipes says so
        return []
    fix = N_("Give it another name if it is to stand beside.")
    checked: list[Checked] = [
        {"name": "recipe file", "ok": False, "message": error.message, "fix": error.fix} for error in read.broken
    ]
    checked += [{"name": "recipe file", "ok": True, "message": note, "fix": fix} for note in read.notes]
    return checked


def index_notes(settings: "Settings") -> list[Checked]:
    """Return a note where the index cannot search by meaning, or has yet to be told of sources (after a restore)."""
    from core.errors import InlaidError
    from core.sources.search import BUILD, NOT_BUILT, load_sources
    from core.store import open_store

    try:
        with closing(open_store(settings)) as store:
            sources = load_sources(settings, store)
            with closing(sources.index):
                waiting, missing = sources.indexer.has_others(), sources.index.missing_vectors()
    except InlaidError:  # the check of the knowledge says so
        return []
    by_words = N_("Passages are found by their words alone, not by meaning.")
    said = [(by_words, missing)] if missing else []
    said += [(NOT_BUILT, BUILD)] if waiting else []
    return [{"name": "index", "ok": True, "message": message, "fix": fix} for message, fix in said]


def report_object(settings: "Settings", checked: Sequence[Checked]) -> "JsonObject":
    """Return the report as `inlaid doctor --json` prints it."""
    from core.settings.env_file import env_files

    return {
        "home": str(settings.home.absolute()),
        "files": [str(path) for path in reversed(env_files())],
        "settings": settings.masked(),
        "checks": [check | {name: with_full_paths(check[name]) for name in ("message", "fix")} for check in checked],
    }


def small_model_notes(settings: "Settings") -> list[Checked]:
    """Return a note for each server on a route that is never asked because of its size; no server is asked here."""
    from core.errors import InlaidError
    from core.llm.models_file import DEFAULT, EMBEDDED, load_models_file
    from core.writing.lanes import never_asked

    try:
        file = load_models_file(settings)
    except InlaidError:  # the check of the models says so
        return []
    routed = {*file.route_of(DEFAULT), *file.fallback}.union(*file.routes.values())
    small = [entry for entry in file.endpoints if entry.name in routed and entry.known_size == "small"]
    return [
        {"name": "models", "ok": True, "message": message, "fix": fix}
        for message, fix in (never_asked(entry) for entry in small if entry.url != EMBEDDED)
    ]


def report_lines(settings: "Settings", checked: Sequence[Checked], *, everything: bool) -> Iterator[str]:
    """Yield the lines of the report, with rich's markup.

    Args:
        settings: whose names are told; their values, secrets masked, only with `everything`.
        checked: what the tests found, in their order.
        everything: one line for each test and each setting, instead of one for all that is well.
    """
    wrong = [check for check in checked if not check["ok"]]
    yield from _wrong_lines(wrong)
    well = [check for check in checked if check["ok"]]
    if everything:
        yield from (f"[green]ok[/]   {check['name']}: {_said(check)}" for check in well)
        yield from _place_lines(settings)
        yield from _setting_lines(settings)
        return
    absent = [check for check in well if check["message"].startswith(NOT_SET_UP)]
    notes = [check for check in well if check["fix"]]
    yield from (f"[yellow]{told('note')}[/] {check['name']}: {_said(check)}" for check in notes)
    quiet = [check["name"] for check in well if check not in absent and check not in notes]
    count = told(f"{len(quiet)} of {len(checked)}")
    yield f"[green]ok[/]   {count}: {', '.join(quiet) or told('nothing')}"
    if absent:
        names = ", ".join(check["name"] for check in absent)
        yield f"[dim]{told(f'Not set up: {names}. To set one up: {SETUP}')}[/]"
    yield from _place_lines(settings)
    yield f"[dim]{told('Each check and each setting: inlaid doctor --all')}[/]"


def _place_lines(settings: "Settings") -> Iterator[str]:
    """Yield which data folder was looked at, and which files the settings were read from, the stronger first."""
    from rich.markup import escape

    from core.settings.env_file import env_files, env_places

    yield f"[dim]{escape(told(f'Checked: {settings.home.absolute()}'))}[/]"
    files = ", ".join(str(path) for path in reversed(env_files()))
    places = ", ".join(str(path) for path in reversed(env_places()))
    nothing = told(f"No file of settings is there: {places}")
    yield f"[dim]{escape(told(f'Settings read from: the environment, {files}') if files else nothing)}[/]"


def _wrong_lines(wrong: Sequence[Checked]) -> Iterator[str]:
    """Yield a line for each trouble: a database that is away fails many checks, and is one trouble."""
    names: dict[tuple[str, str], list[str]] = {}
    for check in wrong:
        names.setdefault((check["message"], check["fix"]), []).append(check["name"])
    for (message, fix), of in names.items():
        said = _said({"name": "", "ok": False, "message": message, "fix": fix})
        yield f"[red]{told('fail')}[/] {', '.join(of)}: {said}"


def _said(one: Checked) -> str:
    from rich.markup import escape

    return escape(with_full_paths(" ".join((told(one["message"]), told(one["fix"]))).strip()))


def _setting_lines(settings: "Settings") -> Iterator[str]:
    from rich.markup import escape

    for (name, value), field in zip(settings.masked().items(), type(settings).model_fields.values(), strict=True):
        yield f"[dim]# {escape(told(str(field.description)))}[/]"
        yield f"[dim]{name}[/]={escape(value)}"
