"""`inlaid backup` and `inlaid restore`: a copy of an installation that keeps its data in INLAID_HOME, and back."""

import os
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, SettingsError
from core.text.catalogues import N_, number, told
from integrations.cli.commands.audit import write_down
from integrations.cli.terminal import JsonFlag, output_console, print_json
from integrations.cli.trial_copy import hold_still

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.drafts import JsonObject
    from core.settings import Settings
    from core.store.backup import BackupManifest
    from core.store.sealing import Seals

MEGABYTE = 1024 * 1024


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The new file. [default: inlaid-backup-TIME.tar in this folder]")
    ] = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Include the keys: anybody who has the file can then read everything.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write a backup of INLAID_HOME into one file, while everything keeps running."""
    from core.settings import load_settings
    from core.settings.env_file import env_files
    from core.store import open_store
    from core.store.backup import write_backup
    from integrations.cli.processes.data_dir import data_dir_errors

    settings = load_settings()
    _require_folder(settings, N_("Back it up with pg_dump: see Backup and restore in deploy/runbook.md."))
    target = file or Path(time.strftime("inlaid-backup-%Y%m%dT%H%M%S.tar"))
    _require_place(target.absolute())
    store = open_store(settings)
    try:
        with data_dir_errors(target.absolute().parent):
            manifest = write_backup(store.database, settings.home, target.absolute(), with_keys=with_keys)
    finally:
        store.close()
    write_down("backup.made", size_bytes=manifest.size_bytes, with_keys=manifest.has_keys)
    left_out = env_files()
    if as_json:
        print_json({"file": str(target), **_told(manifest), "left_out": [str(path) for path in left_out]})
        return
    console = output_console()
    console.print(f"{target}: {number(manifest.size_bytes / MEGABYTE, 1)} MB.", markup=False)
    console.print(_about_keys(settings, manifest), markup=False)
    for settings_file in left_out:
        console.print(told(f"Your settings in {settings_file} are not in it: copy that file yourself."), markup=False)


def restore(
    file: Annotated[Path, typer.Argument(help="What `inlaid backup` wrote.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Move the data now in INLAID_HOME aside.")] = False,
    trial: Annotated[
        bool,
        typer.Option(
            "--trial",
            help="For a copy beside the original: pause mailboxes and scans, cancel open jobs. Such a copy needs an "
            "INLAID_HOME and INLAID_PORT of its own, and secret.key in that INLAID_HOME before, unless FILE holds it.",
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Restore a backup into INLAID_HOME; stop its processes first. What was there is kept beside it."""
    from core.settings import load_settings
    from core.store.backup import read_backup, restore_backup
    from integrations.cli.commands.keys import seal_lines
    from integrations.cli.processes.data_dir import data_dir_errors, locked_data_dir

    settings = load_settings()
    _require_folder(settings, N_("Restore it with pg_restore: see Backup and restore in deploy/runbook.md."))
    with locked_data_dir(settings.home):
        with data_dir_errors(settings.home):
            _require_keys(settings, read_backup(file))
            manifest, aside = restore_backup(
                file, settings.home, replace=replace, check=lambda folder: _require_opened(settings, folder)
            )
        write_down("backup.restored", made_at=int(manifest.made_at))
        names, seals = _seals(settings)
        if trial:
            hold_still(settings)
    if as_json:
        unopened = sum(seals.unopened.values())
        print_json({"kept": str(aside) if aside else None, "unopened": unopened, **_told(manifest)})
    else:
        _say_restored(settings.home, manifest, aside, is_trial=trial)
        for line in seal_lines(names, seals) if seals.unopened else ():
            output_console().print(line, markup=False)
    if seals.unopened:
        raise typer.Exit(1)


def _say_restored(home: Path, manifest: "BackupManifest", aside: Path | None, *, is_trial: bool) -> None:
    console = output_console()
    day = datetime.fromtimestamp(manifest.made_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    console.print(told(f"{home} is as it was on {day}. Everybody has to sign in again."), markup=False)
    if aside:
        console.print(told(f"What was there before is in {aside}: delete it when you no longer need it."), markup=False)
    console.print(
        told(
            "What was ended since then is back: look for purges, leavers and revoked tokens in the audit trail"
            " that you kept elsewhere, and do them again."
        ),
        markup=False,
    )
    for line in _next_words(is_trial=is_trial):
        console.print(line, markup=False)


def _require_place(target: Path) -> None:
    """Refuse a file whose folder is none, before the database is read."""
    if target.parent.is_file():
        raise InputError(f"{target.parent} is a file, and no folder.", fix="Name another file.")
    if not target.parent.is_dir():
        raise InputError(f"The folder {target.parent} does not exist.", fix="Make it, or name another file.")
    if not os.access(target.parent, os.W_OK):
        raise InputError(f"The folder {target.parent} is not writable.", fix="Name another file.")


def _require_folder(settings: "Settings", fix: str) -> None:
    if settings.is_shared or settings.database_url:
        raise SettingsError("This installation keeps its data in a database of its own, not in INLAID_HOME.", fix=fix)


def _require_keys(settings: "Settings", manifest: "BackupManifest") -> None:
    """Refuse a restore whose texts nothing here would open; a new key would be made otherwise."""
    from core.privacy.encryption import KEY_FILE

    key_file = settings.home / KEY_FILE
    if not (manifest.has_keys or settings.secret_keys or settings.secret_keys_command or key_file.exists()):
        raise SettingsError("The keys are not in this backup.", fix=f"Put your copy of {KEY_FILE} at {key_file} first.")


def _require_opened(settings: "Settings", folder: Path) -> None:
    """Refuse a backup of which no key at hand opens anything: what is restored would be of no use."""
    from core.privacy.encryption import KEY_FILE, load_cipher
    from core.store.backup import DATABASE
    from core.store.engine import Database
    from core.store.sealing import SealedValues
    from integrations.cli.commands.keys import MAX_CHECKED_VALUES, keys_place

    keys_in = folder if (folder / KEY_FILE).exists() else settings.home
    cipher = load_cipher(settings.model_copy(update={"home": keys_in}))
    with closing(Database(f"sqlite:///{folder / DATABASE}")) as database:
        seals = SealedValues(database, cipher).count(most=MAX_CHECKED_VALUES)
    if seals.unopened and not seals.by_key.total():
        place, needed, listed = keys_place(settings), ", ".join(sorted(seals.missing)) or "?", ", ".join(cipher.names)
        raise SettingsError(
            f"This backup needs the key {needed}; {place} has {listed}.",
            fix=f"Put the key that was in use when it was made into {place}. Nothing was changed.",
        )


def _next_words(*, is_trial: bool) -> "Iterator[str]":
    yield told("The index of the sources is built by the next start; until then nothing is found in them.")
    if is_trial:
        yield told("To start it beside the original, set INLAID_PORT to a port of its own.")
        yield told(
            "Mailboxes and scans are paused, and jobs that were open are cancelled. To resume one: inlaid mailbox set"
            " NAME --resume, inlaid signals resume ID. Slack is connected if your settings name its tokens."
        )
    else:
        yield told(
            "Once it is started it works on the real mailboxes and sends its digests, also beside the original. To only"
            " look at a copy, restore it with --trial."
        )


def _about_keys(settings: "Settings", manifest: "BackupManifest") -> str:
    from integrations.cli.commands.keys import keys_place

    if manifest.has_keys:
        return told("It holds the keys: anybody who has this file can read everything.")
    return told(
        f"The keys are not in it. Keep a copy of {keys_place(settings)} elsewhere: without it nobody can read this."
    )


def _seals(settings: "Settings") -> "tuple[Sequence[str], Seals]":
    from integrations.cli.commands.keys import MAX_CHECKED_VALUES, opened_values

    with opened_values(settings) as values:
        return values.key_names, values.count(most=MAX_CHECKED_VALUES)


def _told(manifest: "BackupManifest") -> "JsonObject":
    return {
        "made_at": manifest.made_at,
        "schema": manifest.revision,
        "size_bytes": manifest.size_bytes,
        "keys": manifest.has_keys,
        "parts": sorted(manifest.parts),
    }
