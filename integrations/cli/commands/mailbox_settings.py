"""`inlaid mailbox set | correct | labels | signature | folders | voice`: what the owner of a mailbox decides."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.text.catalogues import N_, told
from integrations.cli.commands.mailbox import Name
from integrations.cli.terminal import JsonFlag, decode_text, output_console, print_json, read_bytes, shown_progress

if TYPE_CHECKING:
    from core.store.records import RecordStore
    from integrations.mail.accounts.mailboxes import MailboxView
    from integrations.mail.mailbox.preferences import Preferences

OFF = "off"


def set_preferences(  # noqa: PLR0913 - a mailbox has that many settings
    name: Name,
    threshold: Annotated[
        float | None, typer.Option(help="How probable (0..1) it must be that a mail needs an answer.")
    ] = None,
    pause: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Leave the mailbox alone, until resumed.")
    ] = None,
    quiet: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM", help="No drafts in these hours, or off.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Time zone of the quiet hours and of a day.")] = None,
    per_day: Annotated[
        int | None, typer.Option(metavar="COUNT", help="Most drafts in a day, up to 1000; 0: any number.")
    ] = None,
    follow_up: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Follow up questions unanswered so long, up to 365; 0: never.")
    ] = None,
    on_request: Annotated[
        str | None, typer.Option(metavar="MARK", help="Draft for mail so marked: flagged, a keyword, or off.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Further address of the owner; repeat for more. They replace those set before; off: none.",
        ),
    ] = None,
    reply_all: Annotated[str | None, typer.Option(metavar="thread|always|never", help="Answer everybody?")] = None,
    gaps: Annotated[bool | None, typer.Option("--gaps/--no-gaps", help="Place drafts of questions alone.")] = None,
    slack: Annotated[bool | None, typer.Option("--slack/--no-slack", help="Tell in Slack that a draft waits.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Change settings of a mailbox; without options show them."""
    aliases = None if not alias else tuple(address for address in alias if address.casefold() != OFF)
    changes = {
        "threshold": threshold, "paused": pause, "quiet_hours": quiet, "timezone": timezone, "drafts_per_day": per_day,
        "follow_up_days": follow_up, "on_request": on_request, "aliases": aliases, "reply_all": reply_all,
        "gaps_only": gaps, "tells_in_slack": slack,
    }  # fmt: skip
    _change(name, changes, as_json=as_json)


def _change(name: str, changes: Mapping[str, object], *, as_json: bool) -> None:
    from integrations.mail.accounts.mailboxes import change_preferences

    records, view = _mailbox(name)
    value = change_preferences(records, view, **changes)
    if as_json:
        print_json({"name": name, "settings": value.to_json()})
        return
    for option, words in _in_words(value):
        output_console().print(f"{option}: {words}", markup=False)
    if changes.get("gaps_only"):
        words = told(f"It holds for mail that comes now; for one that was there: inlaid mailbox draft-anyway {name}")
        output_console().print(f"\n{words}", markup=False, soft_wrap=True)
    if value.tells_in_slack and (hint := _unknown_in_slack(records, view)):
        output_console().print(f"\n{hint}", markup=False, soft_wrap=True)


def _unknown_in_slack(records: "RecordStore", view: "MailboxView") -> str:
    """Return what has to be done before the owner of a mailbox can be told anything in Slack, "" for nothing."""
    from core.people import address_of_shared, load_people
    from core.settings import load_settings

    people = load_people(load_settings(), records)
    if address_of_shared(view.person) or people.is_in_slack(view.workspace, view.person):
        return ""
    who = f"{view.workspace}/{view.person}"
    return told(
        f"Nobody is told in Slack yet: the mailbox belongs to {who}, who has no sign-in there. Write to the app in"
        f" Slack once, find that sign-in with: inlaid people list\n"
        f"Then put both together: inlaid people merge {who} SIGN-IN"
    )


def _in_words(value: "Preferences") -> list[tuple[str, str]]:
    """Return all settings by the names of their options."""
    return [
        ("threshold", f"{value.threshold:g}"),
        ("pause", told("yes") if value.paused else told("no")),
        ("quiet", value.quiet_hours or OFF),
        ("timezone", value.timezone),
        ("per-day", str(value.drafts_per_day or told("0 (any number)"))),
        ("follow-up", str(value.follow_up_days or told("0 (never)"))),
        ("on-request", value.on_request or OFF),
        ("alias", ", ".join(value.aliases) or OFF),
        ("reply-all", value.reply_all),
        ("gaps", told("placed too") if value.gaps_only else told("no draft of questions alone")),
        ("slack", told("told of drafts that wait") if value.tells_in_slack else OFF),
        ("labels", value.labels or OFF),
        (told("always drafts for"), ", ".join(value.draft_for) or told("nobody in particular")),
        (told("never drafts for"), ", ".join(value.never_for) or told("nobody in particular")),
        *((f"signature ({language})", " / ".join(text.split("\n"))) for language, text in value.signatures.items()),
        ("folders", ", ".join((told("the inbox"), *value.folders))),
        ("voice", told("learnt, with consent") if value.learns_voice else told("not learnt")),
    ]


def correct(
    name: Name,
    sender: Annotated[str, typer.Argument(help="Address of the sender, or @example.com for everybody there.")],
    draft: Annotated[bool, typer.Option("--draft", help="Draft for whatever this sender writes.")] = False,
    never: Annotated[bool, typer.Option("--never", help="Never draft for mail of this sender.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Correct a decision once, for all mail of its sender; without an option judge it as any other again."""
    from core.errors import InputError

    if draft and never:
        raise InputError("Mail either gets drafts or none.", fix="Give --draft or --never.")
    _change(name, {"correction": ("draft" if draft else "never" if never else "forget", sender)}, as_json=as_json)


def draft_anyway(
    name: Name,
    mail: Annotated[
        str, typer.Argument(help="Its subject, or uid or Message-ID in `list --json`; without it the newest.")
    ] = "",
    as_json: JsonFlag = False,
) -> None:
    """Draft for a mail that got none, with its questions; for one that looks like fraud it only warns you."""
    from core.settings import load_settings
    from integrations.cli.commands.mailbox import print_decisions, public_judged
    from integrations.cli.local_runner import LocalSession
    from integrations.mail.accounts.draft_anyway import draft_anyway as ask

    settings = load_settings()
    with shown_progress() as show, LocalSession(settings, show) as session:
        _, view = _mailbox(name)
        record = ask(settings, session.store.records, view, mail, lambda request: session.intake.add(request)[0])
        session.resume(session.store.jobs.get(record.job))
        (row,) = public_judged(session.store, view, [record])
    if as_json:
        print_json(row)
    else:
        print_decisions([row])


def acknowledge(
    name: Name,
    mail: Annotated[str, typer.Argument(help="The mail, as the warning in `list` names it, or its subject.")],
    as_json: JsonFlag = False,
) -> None:
    """Say that you know that a mail was answered with a question to you still in it: the warning is not shown again."""
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.draft_anyway import acknowledge_mail

    store = open_store(load_settings())
    _, view = _mailbox(name)
    acknowledge_mail(store.records, view, mail)
    if as_json:
        print_json({"name": name, "known": mail})
    else:
        output_console().print(told("Noted. This warning is not shown again."))


def labels(
    name: Name,
    state: Annotated[str, typer.Argument(metavar="on|off", help="Put them, or take away all that were put.")],
    language: Annotated[str, typer.Option(help="What they are written in: en, de, fr or es.")] = "en",
    as_json: JsonFlag = False,
) -> None:
    """Label mail: to reply, draft (2 gaps), waiting for answer, for information, suspicious, possible danger."""
    from core.errors import LimitError, OutageError
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import change_labels, find_mailbox

    if state.casefold() not in {"on", OFF}:
        raise typer.BadParameter(told("give on or off"))
    settings = load_settings()
    store = open_store(settings)
    view = find_mailbox(store.records, LOCAL_WORKSPACE, name)
    try:
        value = change_labels(settings, store, view, OFF if state.casefold() == OFF else language)
    except (OutageError, LimitError):
        typer.echo(told("It is noted, and done as soon as the mailbox can be changed, while inlaid up runs."), err=True)
        raise
    if as_json:
        print_json({"name": name, "settings": value.to_json()})
    else:
        words = (
            told(f"Labels are on ({value.labels}).")
            if value.labels
            else told("Labels are off, and those of Inlaid are gone.")
        )
        output_console().print(words, markup=False)


def signature(
    name: Name,
    file: Annotated[str, typer.Argument(help="Text file with what stands below the name, or - for stdin.")] = "",
    language: Annotated[str, typer.Option(help="Of the mails below which it stands; any: all others.")] = "any",
    off: Annotated[bool, typer.Option("--off", help="Take that of the language away.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Give what stands below drafts in a language, in place of what was learnt; without FILE show it."""
    from core.errors import InputError

    if file and off:
        raise InputError("A signature is either given or taken away.", fix="Give FILE or --off.")
    text = decode_text(read_bytes(Path(file))) if file else ""
    if file and not text.strip():
        raise InputError("The signature is empty.", fix="Take one away with --off.")
    _change(name, {"signatures": {language: text}} if file or off else {}, as_json=as_json)


def folders(
    name: Name,
    folder: Annotated[
        list[str] | None, typer.Argument(help="Folders beside the inbox; they replace those chosen before.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Look after the inbox alone.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Choose folders whose new mail is treated as that of the inbox; without one list the folders there are."""
    from core.errors import InputError
    from core.settings import load_settings
    from integrations.mail.accounts.chosen_folders import choose_folders, mailbox_folders

    if folder and none:
        raise InputError("Folders are either chosen or none.", fix="Give folders or --none.")
    records, view = _mailbox(name)
    if folder or none:
        value = choose_folders(load_settings(), records, view, tuple(folder or ()))
        found = {"name": name, "settings": value.to_json()}
        words = told(f"New mail is looked for in: {', '.join((told('the inbox'), *value.folders))}.")
    else:
        listed = mailbox_folders(load_settings(), records, view)
        chosen = {name.casefold() for name in view.preferences.folders}
        found = {"name": name, "folders": listed, "chosen": list(view.preferences.folders)}
        words = "\n".join(f"{'*' if folder.casefold() in chosen else ' '} {folder}" for folder in listed)
    if as_json:
        print_json(found)
    else:
        output_console().print(words, markup=False)


def voice(
    name: Name,
    learn: Annotated[bool, typer.Option("--learn", help="Agree, and learn from the sent mail now.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Withdraw consent, and delete what was learnt.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show all that was learnt of how the owner writes; learn it, with their consent, or forget it."""
    from core.errors import InputError
    from integrations.mail.accounts.mailboxes import change_preferences, shown_style

    if learn and forget:
        raise InputError("It is either learnt or forgotten.", fix="Give --learn or --forget.")
    records, view = _mailbox(name)
    if learn:
        _require_learning(records, view)
    if learn or forget:
        change_preferences(records, view, learns_voice=learn)
        _, view = _mailbox(name)
    if learn:
        _learn(records, view)
    shown = shown_style(records, view)
    if as_json:
        print_json(shown)
    else:
        _print_voice(shown)


def _mailbox(name: str) -> "tuple[RecordStore, MailboxView]":
    from core.job import LOCAL_WORKSPACE
    from core.settings import load_settings
    from core.store import open_store
    from integrations.mail.accounts.mailboxes import find_mailbox

    records = open_store(load_settings()).records
    return records, find_mailbox(records, LOCAL_WORKSPACE, name)


def _require_learning(records: "RecordStore", view: "MailboxView") -> None:
    from core.policies.enforcement import load_policies
    from core.settings import load_settings

    load_policies(load_settings(), records).require_learning(view.workspace, view.person)


def _learn(records: "RecordStore", view: "MailboxView") -> None:
    from core.settings import load_settings
    from integrations.mail.accounts.mailboxes import learn_mailbox

    learn_mailbox(load_settings(), records, view)


def _print_voice(shown: Mapping[str, Any]) -> None:
    console, found = output_console(), shown["voice"]
    if not found:
        word = (
            told("Nothing was learnt yet.")
            if shown["consent"]
            else told("Nothing was learnt: there is no consent (--learn).")
        )
        console.print(word, markup=False)
        return
    console.print(_learnt_from(found), markup=False)
    for language, greeting in found["greetings"].items():
        console.print(told(f"Greeting ({language}): {greeting}"), markup=False)
    for language, closing in found["closings"].items():
        console.print(told(f"Closing ({language}): {' / '.join(closing.splitlines())}"), markup=False)
    for language, block in found["signatures"].items():
        console.print(told(f"Signature ({language}): {' / '.join(block.splitlines())}"), markup=False)
    for example in shown["examples"]:
        console.print(told(f"Example: {' '.join(example['used'].split())}"), markup=False)


def nothing_learnt(looked_at: int) -> str:
    """Return why nothing was learnt from so many sent mails."""
    if not looked_at:
        return N_("Nothing was learnt: there is no sent mail to learn from yet.")
    mails = N_("Of 1 sent mail none") if looked_at == 1 else N_(f"Of {looked_at} sent mails none")
    return N_(
        f"Nothing was learnt. {mails} is the owner's own writing: what Inlaid drafted, and what others sent, is left"
        " out. A greeting or closing takes 3 mails that share it."
    )


def _learnt_from(found: Mapping[str, Any]) -> str:
    count, words = found["learnt_from"], found["typical_words"]
    if not count:
        return told(nothing_learnt(found["looked_at"]))
    mails = told("1 sent mail") if count == 1 else told(f"{count} sent mails")
    length = told("1 word") if words == 1 else told(f"{words} words")
    return told(f"Learnt from {mails}, typically of {length}.")
