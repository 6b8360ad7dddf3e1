"""The surface of digests: what a run of a scan came to goes to its owner, or to a channel, once.

Nothing of its words is stored with the job: what is told is read when it is told, as its readers may read it then.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.drafts import Draft, JsonObject
from core.errors import InlaidError, NotFoundError
from core.job import Job
from core.logs import logger
from core.people import Identity
from core.ports import MailDrafts, SurfaceContext
from core.settings import Settings
from core.signals.board import SignalBoard, load_board
from core.signals.digest import SignalDigest
from core.signals.model import Scan
from core.sources.model import Reader
from core.store.language_choice import chosen_language
from core.store.records import RecordStore
from core.text.catalogues import ENGLISH, N_, speaking

MAIL = "digest_mail"
CHANNEL = "digest_channel"
PAGE = "console/signals"
_NOT_ALL = N_("Not everybody in the channel may read what this is based on, so only you get it.")
_NOT_THERE = N_(
    "You are not in the channel, or it has too many members to compare what they may read: only you get it."
)
_log = logger(__name__)


class SlackPlace(Protocol):
    """Slack, as one person is there."""

    def members(self, channel: str) -> Sequence[Identity] | None:
        """Return the people in a channel; None when the person is not in it, or there are too many."""

    def post(self, job: Job, digest: SignalDigest, channel: str, notes: Sequence[str], address: str) -> None:
        """Show a digest in a channel, "" for the person's messages with the app; a second time finds the first."""


OpenSlack = Callable[[SurfaceContext, Sequence[Identity]], SlackPlace | None]
OpenMailboxes = Callable[[RecordStore, Settings], MailDrafts]


class DigestSurface:
    """See `core.ports.ComposingSurface`.

    Args:
        slack: opens Slack for somebody with these sign-ins.
        mailboxes: opens the mailboxes that drafts go to.
    """

    def __init__(self, slack: OpenSlack, mailboxes: OpenMailboxes) -> None:
        self._slack = slack
        self._mailboxes = mailboxes

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return nothing: no recipe is run."""
        del job, context
        return {}

    def compose(self, job: Job, context: SurfaceContext) -> Draft:
        """Return a draft that names the scan; its words are read when they are told.

        Raises:
            NotFoundError: the scan is gone.
            ForbiddenError: its owner may not come in any more.
        """
        board = load_board(context.settings, context.records, context.jobs)
        scan = _scan_of(board, job)
        board.people.require_enabled(scan.workspace, scan.person)
        return Draft(job_id=job.id, recipe=job.recipe, subject=scan.title)

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Tell what the run came to wherever its scan wants it; a second time finds the first.

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be told.
        """
        if job.draft is None or job.state == "failed":
            return
        board = load_board(context.settings, context.records, context.jobs)
        scan, began_at = _scan_of(board, job), float(job.delivery["began_at"])
        digest = board.digest(scan, (scan.workspace, scan.person), until=began_at)
        language = chosen_language(context.records, board.people.identity(scan.workspace, scan.person)) or ENGLISH
        if digest.is_empty and scan.digest.only_news:
            return
        problems: list[InlaidError] = []
        for is_wanted, tell in ((scan.digest.slack, self._in_slack), (scan.digest.mail, self._by_mail)):
            try:
                if is_wanted:
                    with speaking(language):
                        tell(job, context, board, digest)
            except InlaidError as error:
                _log.warning("a digest was not told", job_id=job.id, code=error.code)
                problems.append(error)
        # One place that cannot be reached keeps nothing from the other; what may pass is tried again.
        if problems:
            raise next((problem for problem in problems if problem.retryable), problems[0])

    def _in_slack(self, job: Job, context: SurfaceContext, board: SignalBoard, digest: SignalDigest) -> None:
        scan = digest.scan
        slack = self._slack(context, board.names(scan.workspace, scan.person))
        if slack is None:
            raise NotFoundError(
                "You have never used Inlaid in Slack.", fix="Open the app in Slack once, or choose mail."
            )
        channel, notes = self._place(job, context, board, digest, slack)
        slack.post(job, digest, channel, notes, _address(context))

    def _place(
        self, job: Job, context: SurfaceContext, board: SignalBoard, digest: SignalDigest, slack: SlackPlace
    ) -> tuple[str, Sequence[str]]:
        """Return the channel, or "" and why only the owner gets it; what was decided first holds for later tries."""
        scan = digest.scan
        if not scan.digest.channel:
            return "", ()
        people = slack.members(scan.digest.channel)
        why = _NOT_THERE if people is None else ""
        if people is not None:
            readers = [board.reader_of(*name) for name in people]
            why = "" if _may_all_read(board, digest, readers, float(job.delivery["began_at"])) else _NOT_ALL
        decided: JsonObject = {"channel": "" if why else scan.digest.channel, "why": why}
        decided = context.effects.intend(job, CHANNEL, decided)[1]
        # A right that was withdrawn between two tries is withdrawn: then it stays with the owner.
        return ("", [why]) if why else (decided["channel"], [decided["why"]] if decided["why"] else ())

    def _by_mail(self, job: Job, context: SurfaceContext, board: SignalBoard, digest: SignalDigest) -> None:
        del board
        if context.effects.intend(job, MAIL, {})[0] == "confirmed":
            return
        mailboxes, scan = self._mailboxes(context.records, context.settings), digest.scan
        text = digest.to_text(_address(context))
        mailboxes.put_draft(scan.workspace, scan.person, "", subject=digest.headline.rstrip("."), text=text, key=job.id)
        context.effects.confirm(job, MAIL, {})


def _may_all_read(board: SignalBoard, digest: SignalDigest, readers: Sequence[Reader], began_at: float) -> bool:
    """Whether everybody may read whatever the digest tells, its quotes and its counts."""
    scan = digest.scan
    theirs = board.digest(scan, (scan.workspace, scan.person), until=began_at, others=readers)
    return _shown(theirs) == _shown(digest)


def _shown(digest: SignalDigest) -> Sequence[object]:
    told = [(told.signal.id, told.fresh, told.signal.count, *told.signal.quotes) for told in digest.told]
    return [*told, *((signal.id, signal.items) for signal in digest.quiet)]


def _scan_of(board: SignalBoard, job: Job) -> Scan:
    return board.scanner.scans.get(str(job.delivery["scan"])).scan


def _address(context: SurfaceContext) -> str:
    public = str(context.settings.public_url or "")
    return f"{public.rstrip('/')}/{PAGE}" if public else ""
