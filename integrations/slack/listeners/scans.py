"""`/inlaid scan Support, Mails every monday`: sources are looked through again, and news come as a message."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.errors import InputError, NotFoundError
from core.signals.board import MAX_SOURCES, SignalBoard, load_board
from core.signals.model import DigestWish, Scan
from core.signals.schedule import shown, written
from core.text.catalogues import gettext
from integrations.slack.access import members_only
from integrations.slack.context import Ack, AppContext
from integrations.slack.listeners.channel_sources import answer_later
from integrations.slack.request import SlackRequest
from integrations.slack.views.mrkdwn import plain_text

EVERY = "every"
SCAN = "scan"
# Of so many sources the names are given to choose from.
MAX_NAMED = 20
ADDED = (
    ":mag: I will look through {sources} {when} and tell you here what is new. You can change this on the Signals page."
)


def reads_as_scan(text: str) -> bool:
    """Whether words after the command ask for a scan by a schedule; others are a text for the recipe of that name."""
    word, _, rest = text.partition(" ")
    try:
        return word.casefold() == SCAN and bool(written(_parts(rest)[1]))
    except InputError:
        return False


@members_only
def add_scan(context: AppContext, request: SlackRequest, text: str) -> Ack:
    """Add a scan of sources that the person reads, all that they added when none is named."""
    return answer_later(context, request, partial(_add, text=text))


def _add(context: AppContext, request: SlackRequest, text: str) -> str:
    named, schedule = _parts(plain_text(text.partition(" ")[2], {}))
    board = load_board(context.settings, context.store.records, context.store.jobs)
    chosen = _sources(board, request, named)
    titles = ", ".join(title for _, title in chosen)
    ids = tuple(key for key, _ in chosen)
    asked = Scan("", request.team, request.user, titles[:80], ids, schedule=schedule)
    scan = board.add(replace(asked, digest=DigestWish(slack=True)))
    when = shown(scan.schedule) + (f" ({scan.zone})" if scan.zone else "")
    return gettext(ADDED).format(sources=titles, when=when)


def _parts(text: str) -> tuple[Sequence[str], str]:
    """Return the names of sources, and the schedule."""
    words = text.split()
    at = next((place for place, word in enumerate(words) if word.casefold() == EVERY), len(words))
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
