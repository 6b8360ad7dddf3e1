"""`/inlaid scan Support, Mails every monday`: sources are looked through again, and news come as a message."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.errors import InputError, NotFoundError
from core.signals.board import MAX_SOURCES, SignalBoard, load_board
from core.signals.model import DigestWish, Scan
from core.signals.schedule import goes_on_as_schedule, opens_schedule, shown, written
from core.text.catalogues import N_, gettext
from integrations.slack.access import members_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.intent import behind_stop_of_scans, names_scan
from integrations.slack.listeners.channel_sources import answer_later
from integrations.slack.request import SlackRequest
from integrations.slack.submit import reply_privately
from integrations.slack.views.blocks import BlockMessage, note_message
from integrations.slack.views.digest_message import stop_block
from integrations.slack.views.mrkdwn import escape, plain_text

# So many words from "every" on are a schedule that is not understood, in the second case with a day or a number behind
# it; more are a text.
MAX_WORDS, MAX_WORDS_WITH_DAY = 2, 5
UNDERSTOOD = N_(
    "Name days, and a time if you like: /inlaid scan every monday, /inlaid scan #support every weekday at 7:30,"
    " /inlaid scan every monday and thursday."
)
# Of so many sources the names are given to choose from.
MAX_NAMED = 20
ADDED = N_(":mag: I will look through {sources} {when} and tell you in your messages with me what is new.")
REPLACED = N_(
    ":mag: From now on I will look through {sources} {when}, in place of your scan before, and tell you in your"
    " messages with me what is new."
)
CHANGE = N_("Change it: {where}")
END = N_("To end it: `/inlaid stop scan`, or the button below.")
STOPPED = N_(":mag: I no longer look through {sources} by a schedule. What was found there stays.")
AGAIN = N_("Begin again: `/inlaid scan {sources} {when}`")
NONE_RUNS = "No scan of yours by a schedule is told here, so nothing was stopped."


def reads_as_scan(text: str) -> bool:
    """Whether words after the command ask for a scan by a schedule; others are a text for the recipe of that name.

    A few words that begin as a schedule ask for one, though it is not understood.
    """
    word, _, rest = text.partition(" ")
    names, schedule = _parts(rest)
    if not names_scan(word) or not schedule:
        return False
    is_named = all(name.startswith(("#", "<#")) for name in names)
    try:
        return bool(written(schedule))
    except InputError:
        said = schedule.split()
        return is_named and len(said) <= (MAX_WORDS_WITH_DAY if goes_on_as_schedule(said[1:]) else MAX_WORDS)


@members_only
def add_scan(context: AppContext, request: SlackRequest, text: str) -> Ack:
    """Add a scan of sources that the person reads, all that they added when none is named."""
    return answer_later(context, request, partial(_add, text=text))


@members_only
def stop_scans(context: AppContext, request: SlackRequest, text: str) -> str:
    """End the person's scans that are told in their messages, of the sources that the words name; return what is said.

    It is "" for words that ask for something else.
    """
    behind = behind_stop_of_scans(text)
    if behind is None:
        return ""
    board = load_board(context.settings, context.store.records, context.store.jobs)
    names = {tuple(name) for name in board.names(request.team, request.user)}
    own = [status.scan for status in board.scans(request.team, request.user)]
    running = [
        scan
        for scan in own
        if (scan.workspace, scan.person) in names and scan.schedule and scan.is_active and scan.digest.slack
    ]
    named = plain_text(behind, {}).casefold().lstrip("#")
    meant = [scan for scan in running if named in ("", scan.title.casefold().lstrip("#"))]
    if behind and not meant and not behind.startswith(("#", "<#")):
        return ""
    return "\n".join(_stop(board, request, scan) for scan in meant) or gettext(NONE_RUNS)


@members_only
def stop_scan(context: AppContext, request: SlackRequest) -> Ack:
    """End the scan whose button was pressed."""
    board = load_board(context.settings, context.store.records, context.store.jobs)
    try:
        scan = board.own_scan(request.team, request.user, request.action_value)
    except NotFoundError:
        raise NotFoundError("This scan is not there any more.") from None
    reply_privately(context, request, note_message(_stop(board, request, scan)))
    return EMPTY_ACK


def _stop(board: SignalBoard, request: SlackRequest, scan: Scan) -> str:
    board.set_active(scan, is_active=False)
    titles = (source.title for source in board.sources(request.team, request.user) if source.id in scan.source_ids)
    sources, when = escape(", ".join(titles) or scan.title), shown(scan.schedule)
    return f"{gettext(STOPPED).format(sources=sources)} {gettext(AGAIN).format(sources=sources, when=when)}"


def _add(context: AppContext, request: SlackRequest, text: str) -> BlockMessage:
    named, schedule = _parts(plain_text(text.partition(" ")[2], {}))
    try:
        schedule = written(schedule)
    except InputError as error:
        raise InputError(f"“{schedule[:40]}” is no schedule, so nothing was set up.", fix=UNDERSTOOD) from error
    board = load_board(context.settings, context.store.records, context.store.jobs)
    chosen = _sources(board, request, named)
    titles = ", ".join(title for _, title in chosen)
    ids = tuple(key for key, _ in chosen)
    before = _of_same_sources(board, request, ids)
    if before:
        scan = replace(before, schedule=schedule, is_active=True)
        board.change(scan)
    else:
        asked = Scan("", request.team, request.user, titles[:80], ids, schedule=schedule)
        scan = board.add(replace(asked, digest=DigestWish(slack=True)))
    when = shown(scan.schedule) + (f" ({scan.zone})" if scan.zone else "")
    base = context.settings.public_url
    said = [gettext(REPLACED if before else ADDED).format(sources=escape(titles), when=when), gettext(END)]
    page = f"{base.rstrip('/')}/console/signals"
    message = note_message(" ".join([*said, *([gettext(CHANGE).format(where=page)] if base else ())]))
    message.blocks.append(stop_block(scan.id))
    return message


def _of_same_sources(board: SignalBoard, request: SlackRequest, ids: Sequence[str]) -> Scan | None:
    """Return the person's own scan of the same sources by a schedule that was asked for here, None for none."""
    names = {tuple(name) for name in board.names(request.team, request.user)}
    own = (status.scan for status in board.scans(request.team, request.user))
    return next(
        (
            scan
            for scan in own
            if (scan.workspace, scan.person) in names and set(scan.source_ids) == set(ids)
            if scan.schedule and not scan.focus and scan.digest == DigestWish(slack=True)
        ),
        None,
    )


def _parts(text: str) -> tuple[Sequence[str], str]:
    """Return the names of sources, and the schedule."""
    words = text.split()
    at = next((place for place, word in enumerate(words) if opens_schedule(word)), len(words))
    names = " ".join(words[:at]).replace(" and ", ",").split(",")
    return [name.strip() for name in names if name.strip()], " ".join(words[at:])


def _sources(board: SignalBoard, request: SlackRequest, named: Sequence[str]) -> Sequence[tuple[str, str]]:
    names = {tuple(name) for name in board.names(request.team, request.user)}
    read = board.sources(request.team, request.user)
    own = [(source.id, source.title) for source in read if (source.workspace, source.person) in names]
    known = ", ".join(source.title for source in read[:MAX_NAMED]) or "none yet"
    if not named and 0 < len(own) <= MAX_SOURCES:
        return own
    if not named and read:
        fix = f"For example: /inlaid scan {read[0].title} every monday. Choose from these: {known}."
        raise InputError("Say which sources I shall look through.", fix=fix)
    if not named:
        raise InputError(
            "You may read no source yet.", fix="Write /inlaid use this channel in a channel, then ask again."
        )
    # Of two of a title the person's own is meant: those come first.
    by_title = {source.title.casefold().lstrip("#"): (source.id, source.title) for source in reversed(read)}
    for name in named:
        if name.casefold().lstrip("#") not in by_title:
            raise NotFoundError(f"You have no source called {name[:60]}.", fix=f"Choose from these: {known}.")
    return [by_title[name.casefold().lstrip("#")] for name in named]
