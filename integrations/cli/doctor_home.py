"""What `inlaid doctor` says of the data folder: whether it is one, its disk, its secrets, and what runs on it."""

import errno
import shlex
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.text.catalogues import N_
from integrations.cli.doctor_report import Checked

if TYPE_CHECKING:
    from core.settings import Settings

SQLITE = "sqlite:///"
# These write their files once they work.
ANNOUNCED = {"worker": "worker", "beat": "scheduler"}


def missing_installation(settings: "Settings") -> list[Checked]:
    """Return what is wrong where there is no database: a check must not make one in a mistyped folder."""
    url, home = settings.store_url, settings.home.absolute()
    file = Path(url.removeprefix(SQLITE).partition("?")[0])
    if not url.startswith(SQLITE) or file.exists():
        return []
    if settings.database_url:
        message = N_(f"There is no database {file.absolute()}.")
        fix = N_("Check INLAID_DATABASE_URL, or start a new installation with: inlaid up")
    else:
        is_file = home.exists() and not home.is_dir()
        message = N_(f"{home} is a file, not a folder.") if is_file else N_(f"{home} is new and empty.")
        fix = N_("Check INLAID_HOME, or start a new installation with: inlaid up")
    return [{"name": "home", "ok": False, "message": message, "fix": fix}]


def check_disk(settings: "Settings") -> str:
    """Say how much room there is.

    Raises:
        StoreFull: too little.
        SettingsError: nothing can be written there.
    """
    from core.system.disk import MEGABYTE
    from integrations.cli.processes.data_dir import require_space

    return N_(f"{require_space(settings.home) // MEGABYTE:,} MB are free for {settings.home.absolute()}.")


def check_private(settings: "Settings") -> None:
    """Return where others can read neither the data folder nor the secrets in `.env`.

    Raises:
        SettingsError: they can.
    """
    from core.errors import SettingsError
    from core.settings import files_with_secrets
    from core.system.private_files import is_open_to_others

    if is_open_to_others(settings.home):
        fix = f"Let its owner close it: chmod 700 {settings.home}"
        raise SettingsError(f"Other users of this machine can read {settings.home}.", fix=fix)
    for file in files_with_secrets():
        if is_open_to_others(file):
            fix = f"Let its owner close it: chmod 600 {file}"
            raise SettingsError(f"Other users of this machine can read the secrets in {file}.", fix=fix)


def before_restores(settings: "Settings") -> list[Checked]:
    """Say what restores have put aside: no retention period and no purge reaches it."""
    from core.store.backup import kept_before

    return [
        {
            "name": "home",
            "ok": True,
            "message": N_(f"{path} holds what was there before a restore; no purge reaches it."),
            "fix": N_(f"Once you no longer need it: rm -r {place}"),
        }
        for path in kept_before(settings.home.absolute())
        for place in [shlex.quote(str(path))]
    ]


def running(settings: "Settings") -> list[Checked]:
    """Say what runs on the data folder, with a note where it was started with other settings than are read here."""
    return [_processes(settings), *_started_otherwise(settings)]


def _processes(settings: "Settings") -> Checked:
    """Say whether web, worker and scheduler run on the data folder."""
    from core.system.connections import is_up
    from integrations.cli.processes.data_dir import holder_of
    from integrations.cli.processes.process_spec import ANSWER_TIMEOUT_SECONDS, web_address

    home = settings.home.absolute()
    held = holder_of(home)
    url = held or web_address(settings.host, settings.port)
    address = urlsplit(url)
    has_web = is_up(address.hostname or "", address.port or 80, "/healthz", seconds=ANSWER_TIMEOUT_SECONDS)
    if held is not None:
        away = [word for name, word in ANNOUNCED.items() if not (home / "run" / f"{name}.ready").exists()]
        away += [] if has_web else [f"web ({url})"]
        message = N_(f"Web, worker and scheduler run on {home}.")
        if away:
            message = N_(f"Inlaid is up on {home}, but this does not answer: {', '.join(away)}.")
        return _said(message, N_(f"See {home / 'logs'}, and INLAID_HOST and INLAID_PORT.") if away else "")
    if settings.broker_url:
        if has_web:
            return _said(N_(f"Web answers at {url}; worker and scheduler run as services of their own."))
        return _said(N_(f"Nothing answers at {url}."), N_("Look at the services web, worker and beat where they run."))
    message = N_(f"Web, worker and scheduler do not run on {home}.")
    if is_taken(settings.host, settings.port):
        fix = N_(f"Port {settings.port} is in use by something else: set INLAID_PORT, then start them with: inlaid up")
        return _said(message, fix)
    return _said(message, N_("Start them with: inlaid up"))


def _started_otherwise(settings: "Settings") -> list[Checked]:
    from integrations.cli.processes.data_dir import holder_of
    from integrations.cli.processes.started_settings import differing_settings

    names = differing_settings(settings) if holder_of(settings.home.absolute()) is not None else []
    if not names:
        return []
    home, those = settings.home.absolute(), ", ".join(names)
    message = N_(f"What runs on {home} was started with other settings than are read here: {those}.")
    fix = N_("For these to count there, stop it and start it here: inlaid up")
    return [{"name": "settings", "ok": True, "message": message, "fix": fix}]


def is_taken(host: str, port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    from core.system.subprocesses import ReservedPort

    try:
        with closing(ReservedPort(host, port)):
            return False
    except OSError as error:
        return error.errno == errno.EADDRINUSE


def _said(message: str, fix: str = "") -> Checked:
    return {"name": "processes", "ok": True, "message": message, "fix": fix}
