"""`inlaid keys`: the keys that texts and tokens are sealed with."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import N_, counted, told
from integrations.cli.commands.audit import write_down
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.drafts import JsonObject
    from core.settings import Settings
    from core.store.sealing import Rotation, SealedValues, Seals

REPORT_SECONDS = 1.0
# Of each kind, for `inlaid doctor`: all of a million take a minute.
MAX_CHECKED_VALUES = 20_000

app = typer.Typer(help="Manage the keys that encrypt texts and tokens.", no_args_is_help=True)


@app.command()
def new() -> None:
    """Print a new key. Nothing is changed: it goes into INLAID_SECRET_KEYS, first behind the others, then in front."""
    from core.privacy.encryption import new_key

    typer.echo(new_key())


@app.command()
def status(as_json: JsonFlag = False) -> None:
    """Count what each key encrypts, and name what no listed key can open; exit code 1 if there is any."""
    from core.settings import load_settings

    settings = load_settings()
    with opened_values(settings) as values:
        names, seals = values.key_names, values.count()
    if as_json:
        print_json(_status_json(names, seals))
    else:
        console = output_console()
        for line in seal_lines(names, seals):
            console.print(line, markup=False)
    if seals.unopened:
        raise typer.Exit(1)


@app.command()
def rotate(
    make_new: Annotated[
        bool, typer.Option("--new", help="First put a new key into the key file in INLAID_HOME.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Re-encrypt everything with the newest key while Inlaid keeps running. If interrupted, it continues next time."""
    from core.settings import load_settings

    settings = load_settings()
    if make_new:
        _put_new_key(settings)
    with opened_values(settings) as values:
        names, rotation = values.key_names, values.rotate(_Progress())
    left = _left(names, rotation.seals)
    write_down("keys.changed", names[0], resealed=rotation.resealed, left=left)
    if as_json:
        done = {"resealed": rotation.resealed, "changed_meanwhile": rotation.changed, "left": left}
        print_json(done | _status_json(names, rotation.seals))
    else:
        for line in _rotation_lines(settings, names, rotation):
            output_console().print(line, markup=False)
    if left:
        raise typer.Exit(1)


def seal_lines(names: Sequence[str], seals: "Seals") -> list[str]:
    """Return what a person reads about the keys."""
    from core.store.sealing import UNNAMED

    lines = [
        counted(
            "Key %(name)s, the newest, seals %(shown)s value.",
            "Key %(name)s, the newest, seals %(shown)s values.",
            seals.by_key[names[0]],
            name=names[0],
        )
    ]
    lines += [
        counted(
            "Key %(name)s seals %(shown)s value.", "Key %(name)s seals %(shown)s values.", seals.by_key[name], name=name
        )
        for name in names[1:]
    ]
    if seals.by_key[UNNAMED]:
        lines.append(told(f"{seals.by_key[UNNAMED]:,} values are from before keys had names; a listed key opens them."))
    lines += [told(line) for line in unopened_lines(seals)]
    return lines


def unopened_lines(seals: "Seals") -> list[str]:
    """Return in English what no listed key opens, by column, and the names of the keys that would."""
    lines = []
    for column, count in seals.unopened.items():
        examples = ", ".join(seals.examples[column])
        if count == 1:
            lines.append(N_(f"No listed key opens 1 value of {column} (such as {examples})."))
        else:
            lines.append(N_(f"No listed key opens {count:,} values of {column} (such as {examples})."))
    if lines and seals.missing:
        lines.append(N_(f"Missing keys: {', '.join(sorted(seals.missing))}."))
    return lines


def check_seals(settings: "Settings") -> str:
    """Return what is to be said of the sealed values, for `inlaid doctor`.

    Raises:
        SettingsError: no listed key opens some of them.
        StoreOutage: the database cannot be reached.
    """
    from core.errors import SettingsError

    with opened_values(settings) as values:
        names, seals = values.key_names, values.count(most=MAX_CHECKED_VALUES)
    if seals.unopened:
        raise SettingsError(
            " ".join(unopened_lines(seals)),
            fix=N_(f"Add the missing key to {keys_place(settings)}; `inlaid keys status` counts everything."),
        )
    kind = N_("All") if seals.is_whole else N_(f"The first {MAX_CHECKED_VALUES:,} of each kind")
    oldest = names[-1]
    if len(names) == 1:
        return N_(f"{kind} can be opened with key {oldest}.")
    if not seals.by_key[oldest]:
        return N_(f"{kind} can be opened. The oldest key {oldest} seals nothing any more.")
    count = f"{'' if seals.is_whole else '≥ '}{seals.by_key[oldest]:,}"
    return N_(f"{kind} can be opened. The oldest key {oldest} still seals {count}; `inlaid keys rotate` ends that.")


def _rotation_lines(settings: "Settings", names: Sequence[str], rotation: "Rotation") -> list[str]:

    lines = [
        counted("Sealed %(shown)s value again.", "Sealed %(shown)s values again.", rotation.resealed),
        *seal_lines(names, rotation.seals),
    ]
    left, older = _left(names, rotation.seals), ", ".join(names[1:])
    place = keys_place(settings)
    if left:
        lines.append(
            counted("Older keys still seal %(shown)s value:", "Older keys still seal %(shown)s values:", left)
            + " "
            + told(
                "some process works with the old list. Start every process again with the new one, then repeat this."
            )
        )
    elif older:
        lines.append(
            told(
                f"The older keys ({older}) seal nothing: once every process works with this list, they may be taken out"
                f" of {place}. Keep them with the backups that were made before."
            )
        )
    return lines


def keys_place(settings: "Settings") -> str:
    """Return where the keys are kept."""
    from core.privacy.encryption import KeyFile

    if settings.secret_keys_command:
        return "INLAID_SECRET_KEYS_COMMAND"
    is_set = settings.secret_keys or settings.is_shared
    return "INLAID_SECRET_KEYS" if is_set else str(KeyFile(settings.home).path)


def _status_json(names: Sequence[str], seals: "Seals") -> "JsonObject":
    from core.store.sealing import UNNAMED

    return {
        "keys": [{"name": name, "seals": seals.by_key[name]} for name in names],
        "unnamed": seals.by_key[UNNAMED],
        "unopened": dict(seals.unopened),
        "missing": sorted(seals.missing),
        "examples": seals.examples,
    }


def _left(names: Sequence[str], seals: "Seals") -> int:
    return seals.by_key.total() - seals.by_key[names[0]]


@contextmanager
def opened_values(settings: "Settings") -> "Iterator[SealedValues]":
    """Give what is sealed in the database of the settings.

    Raises:
        SettingsError, StoreOutage: database or keys cannot be used.
    """
    from core.store import open_store
    from core.store.sealing import SealedValues

    store = open_store(settings)
    try:
        yield SealedValues(store.database, store.jobs.cipher)
    finally:
        store.close()


def _put_new_key(settings: "Settings") -> None:
    from core.errors import SettingsError
    from core.privacy.encryption import KeyFile, new_key

    if settings.secret_keys or settings.secret_keys_command or settings.is_shared:
        raise SettingsError(
            f"The keys of this installation are those of {keys_place(settings)}, for all its processes.",
            fix="Put a key from `inlaid keys new` behind the others and start every process again, then in front and"
            " start them again, then run `inlaid keys rotate` without --new.",
        )
    KeyFile(settings.home).put_first(new_key())


class _Progress:
    """Says on stderr, now and then, how far it is."""

    def __init__(self) -> None:
        self._told_at = 0.0

    def __call__(self, column: str, done: int) -> None:
        if time.monotonic() - self._told_at >= REPORT_SECONDS:
            self._told_at = time.monotonic()
            typer.echo(
                counted(
                    "%(column)s: %(shown)s value sealed again",
                    "%(column)s: %(shown)s values sealed again",
                    done,
                    column=column,
                ),
                err=True,
            )
