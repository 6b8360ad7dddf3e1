"""`inlaid doctor`: whether everything that the settings name answers, and the settings in force, secrets masked."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import N_
from integrations.cli.commands.doctor_rules import (
    check_packages,
    check_policies,
    check_recipes,
    policies_in_force,
    unused_keys,
)
from integrations.cli.doctor_home import before_restores, check_disk, check_private, missing_installation, running
from integrations.cli.doctor_report import (
    Checked,
    access_notes,
    index_notes,
    misspelt_settings,
    recipe_files,
    report_lines,
    report_object,
    small_model_notes,
)
from integrations.cli.terminal import JsonFlag, output_console, print_json

if TYPE_CHECKING:
    from core.llm.models_file import EndpointEntry
    from core.settings import Settings
    from integrations.mail.accounts.mailboxes import MailboxView


MAX_CHECKED_JOBS = 1000
# Room for a server that answers at its own length: what it may write in a job is far more.
MAX_ANSWER_TOKENS = 64
READ_NOW = N_("`inlaid up` reads it each minute, `inlaid mailbox sync` now.")
# What a mailbox's state means, and what to do about it.
MAILBOX_STATES = {
    "ok": (N_("works"), ""),
    "paused": (N_("paused"), N_("Resume with: inlaid mailbox set {name} --resume")),
    "quiet": (N_("in its quiet hours"), ""),
    "new": (N_("not read yet"), READ_NOW),
    "late": (N_("not read for long"), READ_NOW),
}


def doctor(
    everything: Annotated[bool, typer.Option("--all", help="Each check and each setting, secrets masked.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Test each connection and name what is wrong, with its fix; exit code 1 when something is."""
    from core.settings import load_settings

    settings = load_settings()
    checked = missing_installation(settings)
    # Where there is no database, only what needs none is tested: the others would make one.
    tests = {name: test for name, test in CHECKS.items() if not checked or name in NEED_NO_DATABASE}
    checked += [check(name, test, settings) for name, test in (*tests.items(), *_endpoints(settings))]
    if len(tests) == len(CHECKS):
        checked += [*_connections(settings), *_mailboxes(settings), *index_notes(settings), *unused_keys(settings)]
    checked += [*recipe_files(settings), *running(settings), *before_restores(settings)]
    checked += [*misspelt_settings(), *access_notes(settings), *small_model_notes(settings)]
    if as_json:
        print_json(report_object(settings, checked))
    else:
        for line in report_lines(settings, checked, everything=everything):
            output_console().print(line)
    if not all(check["ok"] for check in checked):
        raise typer.Exit(1)


def check(name: str, test: Callable[["Settings"], str], settings: "Settings") -> Checked:
    """Return what one test found."""
    from core.errors import InlaidError

    try:
        return {"name": name, "ok": True, "message": test(settings), "fix": ""}
    except InlaidError as error:
        return {"name": name, "ok": False, "message": error.message, "fix": error.fix}


def _database(settings: "Settings") -> str:
    from core.observability.readiness import database_probe
    from core.settings.values import mask_url
    from core.store import open_store

    store = open_store(settings)
    try:
        database_probe(store.database)()
        count = store.jobs.count()
    finally:
        store.close()
    url = mask_url(settings.store_url)
    return N_(f"{url} answers, 1 job.") if count == 1 else N_(f"{url} answers, {count} jobs.")


def _connections(settings: "Settings") -> list[Checked]:
    """Compare what running processes may open with what the server has room for."""
    from core.errors import InlaidError
    from core.store import open_store

    try:
        with closing(open_store(settings)) as store:
            room = store.database.connection_room()
    except InlaidError:  # the check of the database says so
        return []
    if room is None:
        return []
    fix = N_("Lower INLAID_DATABASE_CONNECTIONS, or raise max_connections of the server.")
    return [
        {
            "name": "connections",
            "ok": True,
            "message": N_(f"{room.processes} processes may open {room.wanted}; the server has room for {room.room}."),
            "fix": fix if room.wanted > room.room else "",
        }
    ]


def _stored_jobs(settings: "Settings") -> str:
    """Open the newest jobs with the keys in force."""
    from core.errors import SettingsError
    from core.store import open_store
    from integrations.cli.commands.keys import keys_place

    store = open_store(settings)
    jobs = store.jobs.list(limit=MAX_CHECKED_JOBS)
    store.close()
    if jobs.left_out:
        raise SettingsError(
            f"{jobs.left_out} of the newest {len(jobs) + jobs.left_out} jobs cannot be read.",
            fix=N_(f"Put the key that they were stored with into {keys_place(settings)}."),
        )
    return N_(f"The newest {len(jobs)} can be read.")


def _dictionaries(settings: "Settings") -> str:
    """Say which spelling dictionaries there are; proofreading does without, and says so."""
    from core.text.dictionaries import INSTALL_COMMAND, NAMES, missing_dictionaries

    del settings
    missing = missing_dictionaries()
    if not missing:
        return N_(f"Spelling is corrected in: {', '.join(NAMES)}.")
    return N_(f"None for {', '.join(missing)}: their spelling is not corrected. They come with: {INSTALL_COMMAND}")


def _secrets(settings: "Settings") -> str:
    from core.store import open_store
    from integrations.cli.commands.keys import keys_place

    open_store(settings).close()  # its keys are read
    check_private(settings)
    return f"{keys_place(settings)}."


def _retention(settings: "Settings") -> str:
    from core.errors import SettingsError
    from core.people import load_people
    from core.policies.groups import load_groups
    from core.store import open_store

    if not settings.retention:
        return N_("Jobs are kept until their person is purged.")
    store = open_store(settings)
    groups = load_groups(settings, store.records, load_people(settings, store.records))
    unknown = groups.unknown(period.group for period in settings.retention_periods)
    store.close()
    if unknown:
        raise SettingsError(
            f"INLAID_RETENTION names groups that are not there: {', '.join(sorted(unknown))}. Nothing is deleted.",
            fix="Name a group of the policies, or a role.",
        )
    return N_(f"Days that things are kept: {', '.join(settings.retention)}.")


def _sealed_values(settings: "Settings") -> str:
    from integrations.cli.commands.keys import check_seals

    return check_seals(settings)


def _broker(settings: "Settings") -> str:
    from core.settings.values import mask_url

    if not settings.broker_url:
        return N_("None set: `inlaid up` starts its own.")
    from core.observability.readiness import require_broker

    require_broker(settings.broker_url)
    return N_(f"{mask_url(settings.broker_url)} answers.")


def _models(settings: "Settings") -> str:
    """Read the models file, and the routes in it."""
    from core.llm.models_file import load_models_file

    file = load_models_file(settings)
    routes = {"default": file.route_of("default"), **file.routes}
    if len(routes) == len(file.endpoints) == 1:
        return N_("Every recipe asks the same model.")
    return "; ".join(f"{name}: {', '.join(route)}" for name, route in sorted(routes.items()))


def _endpoints(settings: "Settings") -> list[tuple[str, Callable[["Settings"], str]]]:
    """Return a test for each endpoint; none when the file that lists them cannot be used."""
    from core.errors import InlaidError
    from core.llm.models_file import SettingsEndpoint, load_models_file

    try:
        entries = load_models_file(settings).endpoints
    except InlaidError:
        return []
    return [
        ("model" if isinstance(entry, SettingsEndpoint) else f"model {entry.name}", partial(_endpoint, entry))
        for entry in entries
    ]


def _endpoint(entry: "EndpointEntry", settings: "Settings") -> str:
    """Let an endpoint write a word: that needs its address, its key and its model to be right."""
    from core.drafts import ChatMessage
    from core.llm.models_file import EMBEDDED
    from core.llm.ports import ChatOptions
    from core.llm.routes import connect_endpoint

    if entry.url == EMBEDDED and not settings.model_url:
        return _embedded(settings)
    chat = connect_endpoint(settings, entry)
    chat.complete([ChatMessage(role="user", content="Say yes.")], options=ChatOptions(max_tokens=MAX_ANSWER_TOKENS))
    url = settings.model_url if entry.url == EMBEDDED else entry.url
    size, tokens = "small" if chat.is_small else "large", f"{chat.window_tokens:,}"
    if entry.is_local:
        return N_(f"{url} answers with {chat.name} here; {tokens} tokens, {size}.")
    return N_(f"{url} answers with {chat.name} elsewhere, and sees no personal data; {tokens} tokens, {size}.")


def _embedded(settings: "Settings") -> str:
    from core.llm.local import require_local_model, served_file, served_model, thread_count

    served = served_model(settings)
    require_local_model(settings, served)
    return N_(f"Local model {served_file(settings, served).name}, {thread_count(settings)} thread(s).")


def _ladder(settings: "Settings") -> str:
    from core.llm.ladder.choosing import standing

    return str(standing(settings))


def _embeddings(settings: "Settings") -> str:
    from core.embeddings import examine_embedder

    return examine_embedder(settings, policies_in_force(settings) if settings.embeddings_url else None)


def _knowledge(settings: "Settings") -> str:
    from core.sources.index import examine_index
    from core.store import open_store

    store = open_store(settings)
    try:
        return examine_index(settings, store)
    finally:
        store.close()


def _slack(settings: "Settings") -> str:
    from core.store import open_store
    from integrations.slack.setup import check_slack

    store = open_store(settings)
    try:
        return check_slack(settings, store.records)
    finally:
        store.close()


def _microsoft(settings: "Settings") -> str:
    from core.store import open_store
    from integrations.graph.sign_in import check_microsoft

    store = open_store(settings)
    try:
        return check_microsoft(settings, store.records)
    finally:
        store.close()


def _google(settings: "Settings") -> str:
    from integrations.mail.gmail.push import check_push
    from integrations.mail.gmail.sign_in import check_google, is_set_up

    found = check_google(settings)
    return f"{found} {check_push(settings)}" if is_set_up(settings) else found


def _word(settings: "Settings") -> str:
    from integrations.word.manifest import describe, installation_of

    return describe(settings, installation_of(settings))


def _outlook(settings: "Settings") -> str:
    from integrations.outlook.manifest import installation_of
    from integrations.word.manifest import describe

    return describe(settings, installation_of(settings))


def _openid(settings: "Settings") -> str:
    from integrations.openid.sign_in import check_openid

    return check_openid(settings)


def _mailboxes(settings: "Settings") -> list[Checked]:
    """Return the status of each mailbox, without logging in; none when the database cannot be reached."""
    from core.errors import InlaidError
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import mailbox_views

    try:
        store = open_store(settings)
        try:
            return [_mailbox(view) for view in mailbox_views(store.records)]
        finally:
            store.close()
    except InlaidError:
        return []


def _mailbox(view: "MailboxView") -> Checked:
    name = f"mailbox {view.name}"
    if view.error:
        return {"name": name, "ok": False, "message": view.error["message"], "fix": view.error["fix"]}
    kind, fix = MAILBOX_STATES[view.state]
    message = N_(f"Watches {view.place}: {kind}.")
    if view.checked_at:
        read = datetime.fromtimestamp(view.checked_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
        message = N_(f"Watches {view.place}: {kind}, last read {read}.")
    return {"name": name, "ok": True, "message": message, "fix": fix.format(name=view.name)}


CHECKS: dict[str, Callable[["Settings"], str]] = {
    "disk": check_disk,
    "secrets": _secrets,
    "database": _database,
    "stored jobs": _stored_jobs,
    "sealed values": _sealed_values,
    "retention": _retention,
    "broker": _broker,
    "recipes": check_recipes,
    "policies": check_policies,
    "packages": check_packages,
    "slack": _slack,
    "microsoft": _microsoft,
    "word": _word,
    "outlook": _outlook,
    "google": _google,
    "openid": _openid,
    "models": _models,
    "ladder": _ladder,
    "embeddings": _embeddings,
    "knowledge": _knowledge,
    "dictionaries": _dictionaries,
}
NEED_NO_DATABASE = {"disk", "packages", "broker", "ladder", "dictionaries"}
