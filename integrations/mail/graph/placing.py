"""Puts a draft into a thread at Microsoft: the thread ends with one draft, even if a worker is killed or runs twice.

What a job is about to do is written down before it is done: first which drafts the thread had, then Microsoft makes
an answer, then a digest of the draft as it will be, then text and property are stored in one step. A second try finds
the answer that the first had made, by the property or as an empty draft that was not there before. `GraphTarget` is
the mail that a job is about.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError, OutageError
from core.job import Job
from core.logs import logger
from core.ports import Effects
from core.store.records import RecordStore
from integrations.graph.errors import ChangedError
from integrations.mail.graph.drafts import BEGUN, GraphDraft, GraphDrafts, recipient
from integrations.mail.graph.reading import people_of
from integrations.mail.mailbox.mail_targets import IdTarget
from integrations.mail.mailbox.outcomes import WRITTEN_EFFECT
from integrations.mail.mailbox.pending_drafts import OwnDraft, Thread, ThreadClaim
from integrations.mail.mailbox.provider import Placed
from integrations.mail.message.addresses import Address
from integrations.mail.reply.compose import html_body, plain_body

log = logger(__name__)

KIND = "graph_mail"
BEGUN_EFFECT = "reply"
TURN_KIND = "graph_turn"
# A worker killed in its turn holds others up for so long, or until its job was tried again. Much longer than a
# delivery takes, also where the database is slow: two turns at once could leave two drafts.
TURN_SECONDS = 300.0


class GraphTarget(IdTarget):
    """A mail at Microsoft, by its immutable id; its thread is Exchange's conversation."""

    provider, kind, thread_field = "graph", KIND, "conversation"


@dataclass(frozen=True)
class GraphPlacing:
    """One draft on its way into a mailbox.

    Args:
        drafts: those of the mailbox.
        thread: the thread it belongs to.
        job: the job whose draft it is.
        effects: where intentions are written down.
        target: the mail that is answered.
        ids: the mails of the thread; a draft that answers one of them belongs to it.
        to_all: whether everybody who got the mail is answered.
        own_addresses: the owner's addresses in lower case, who are not answered.
        recipients: To and Cc where Exchange would address it otherwise: of a draft that follows up an own mail, or of
            one that answers a mail whose Reply-To is a list.
        time_zone: that of the times in the quote (IANA name).
        sender: the owner's alias that the draft is sent from; None: the mailbox's own address.
    """

    drafts: GraphDrafts
    thread: Thread
    job: Job
    effects: Effects
    target: GraphTarget
    ids: frozenset[str]
    to_all: bool
    own_addresses: frozenset[str]
    recipients: tuple[tuple[Address, ...], tuple[Address, ...]] | None = None
    time_zone: str = "UTC"
    sender: Address | None = None

    def run(self) -> tuple[Placed, str]:
        """Put the draft there, unless the person writes one or a newer mail has the thread.

        Returns:
            What became of it, and its id: `placed`; `superseded` by a newer mail; `left_to_person`, because a draft of
            theirs, or one of ours that they have changed, waits in the thread; `dealt_with`, because they have sent or
            deleted it already.
        """
        mine = self.drafts.of_job(self.job.id)
        earlier = self.thread.claim(self._turn(str(self._written().get("digest", ""))))
        if earlier is None:
            return self._take_back(mine)
        if mine:
            return self._found_again(mine, earlier)
        waiting = self._waiting()
        before = self.effects.intend(self.job, BEGUN_EFFECT, {"before": [draft.id for draft in waiting]})[1]["before"]
        begun = [draft for draft in waiting if self._is_begun(draft, before) or self._is_abandoned(draft, earlier)]
        others = [draft for draft in waiting if draft not in begun]
        if any(self._is_persons(draft, earlier) for draft in others):
            self._remove(begun)
            return ("left_to_person" if self.thread.is_held_by(self.job.id) else "superseded"), ""
        try:
            draft = begun[0] if begun else self._begin()
        except NotFoundError:  # the mail is gone
            return "dealt_with", ""
        self._remove(begun[1:])
        return self._write(draft, earlier)

    def _found_again(self, mine: list[GraphDraft], earlier: list[OwnDraft]) -> tuple[Placed, str]:
        """Finish what an earlier try had written already."""
        folder = self.drafts.drafts_folder_id()
        still = [draft for draft in mine if draft.is_draft and draft.data.get("parentFolderId") == folder]
        if not still:
            return "dealt_with", mine[0].id
        for copy in still[1:]:
            if copy.digest == still[0].digest:
                self.drafts.remove(copy)
        return self._settle(still[0], earlier)

    def _begin(self) -> GraphDraft:
        return self.drafts.begin_reply(self.target.id, self.job.id, to_all=self.to_all, time_zone=self.time_zone)

    def _write(self, draft: GraphDraft, earlier: list[OwnDraft]) -> tuple[Placed, str]:
        assert self.job.draft is not None
        text, html = plain_body(self.job.draft.text), html_body(self.job.draft.text)
        written = self._addressed(draft.with_text(text, html=html))
        intended = self.effects.intend(self.job, WRITTEN_EFFECT, {"digest": written.digest})[1]
        if intended["digest"] != written.digest:  # an earlier try was to write into another draft
            self.effects.confirm(self.job, WRITTEN_EFFECT, {"digest": written.digest})
        if self.thread.claim(self._turn(written.digest)) is None:
            self._remove([draft])
            return "superseded", ""
        try:
            stored = self._store(written)
        except NotFoundError:  # they have deleted it at once
            return "dealt_with", ""
        except ChangedError:
            # Our own words, when their answer was lost and they were sent again; or Exchange has touched what it just
            # made. A person's words are left alone.
            now = self.drafts.get(draft.id)
            if now is not None and now.job == self.job.id and now.digest == written.digest:
                stored = now
            elif now is None or not now.is_empty:
                return "left_to_person", ""
            else:
                stored = self._store(self._addressed(now.with_text(text, html=html)))
        self.effects.confirm(self.job, WRITTEN_EFFECT, {"digest": stored.digest})
        if stored.digest != written.digest:
            self.thread.claim(self._turn(stored.digest))
        return self._settle(stored, earlier)

    def _store(self, written: GraphDraft) -> GraphDraft:
        names = ("toRecipients", "ccRecipients") if self.to_all or self.recipients else ()
        people = {name: written.data.get(name) or [] for name in names}
        if self.sender is None:
            return self.drafts.write(written, self.job.id, **people)
        try:
            return self.drafts.write(written, self.job.id, **people, **{"from": recipient(self.sender)})
        except InputError as error:
            if type(error) not in {ForbiddenError, InputError}:  # what is gone or changed stays so
                raise
            log.info("alias refused as sender", code=error.code)
            return self.drafts.write(written, self.job.id, **people)

    def _addressed(self, draft: GraphDraft) -> GraphDraft:
        """Return it without the owner's own addresses among those who get a copy; Exchange knows no aliases."""
        if self.recipients:
            listed = [[recipient(address) for address in people] for people in self.recipients]
            named = dict(zip(("toRecipients", "ccRecipients"), listed, strict=True))
            return GraphDraft(draft.id, draft.etag, draft.job, {**draft.data, **named})
        if not self.to_all:
            return draft
        kept = {}
        for name in ("toRecipients", "ccRecipients"):
            listed = draft.data.get(name) or []
            addresses = [address.casefold() for _, address in people_of(listed)]
            kept[name] = [
                message for message, address in zip(listed, addresses, strict=True) if address not in self.own_addresses
            ]
        kept["toRecipients"] = kept["toRecipients"] or draft.data.get("toRecipients") or []
        return GraphDraft(draft.id, draft.etag, draft.job, {**draft.data, **kept})

    def _settle(self, stored: GraphDraft, earlier: list[OwnDraft]) -> tuple[Placed, str]:
        """Look once more who has the thread, and remove the drafts that this one replaces."""
        if not self.thread.is_held_by(self.job.id):
            return self._take_back([stored])
        digests = {own.message_id: own.content for own in earlier}
        for draft in self._waiting():
            if draft.id != stored.id and digests.get(draft.job) == draft.digest:
                self.drafts.remove(draft)
        return "placed", stored.id

    def _take_back(self, mine: list[GraphDraft]) -> tuple[Placed, str]:
        """Remove what is as we wrote it: a newer mail has the thread."""
        digest = self._written().get("digest")
        for draft in mine:
            if draft.is_draft and draft.digest == digest:
                self.drafts.remove(draft)
        intended = self.effects.get_detail(self.job, BEGUN_EFFECT)
        if intended and not mine:
            self._remove([draft for draft in self._waiting() if self._is_begun(draft, intended["before"])])
        return "superseded", ""

    def _waiting(self) -> list[GraphDraft]:
        """Return the drafts of this thread."""
        found = self.drafts.in_conversation(self.target.conversation)
        return [draft for draft in found if draft.is_draft and self._belongs(draft)]

    def _belongs(self, draft: GraphDraft) -> bool:
        answers = self.drafts.answers_of(draft)
        return not answers or bool(answers & self.ids)

    def _is_begun(self, draft: GraphDraft, before: list[str]) -> bool:
        """Whether an earlier try of this job had it made: by its mark, or new, empty and nobody's."""
        if draft.job:
            return draft.job == self.job.id + BEGUN and draft.is_empty
        return draft.id not in before and draft.is_empty

    def _is_abandoned(self, one: GraphDraft, earlier: list[OwnDraft]) -> bool:
        """Whether it is empty and may be what another job of the thread had made before it was stopped."""
        if not one.is_empty or (one.job and not one.job.endswith(BEGUN)):
            return False
        return bool(one.job) or any(not self.drafts.of_job(draft.message_id) for draft in earlier)

    def _is_persons(self, one: GraphDraft, earlier: list[OwnDraft]) -> bool:
        """Whether it is a draft that we did not write, or that has been changed since."""
        digest = {draft.message_id: draft.content for draft in earlier}.get(one.job)
        return digest != one.digest

    def _remove(self, empty: list[GraphDraft]) -> None:
        for draft in empty:
            self.drafts.remove(draft)

    def _turn(self, digest: str) -> ThreadClaim:
        return ThreadClaim(self.job.id, (self.target.arrived_at, self.target.number), OwnDraft(self.job.id, digest))

    def _written(self) -> dict[str, str]:
        return self.effects.get_detail(self.job, WRITTEN_EFFECT)


@contextmanager
def turn(records: RecordStore, workspace: str, thread: str, job: str) -> Iterator[None]:
    """Have the thread for as long as the block lasts.

    Raises:
        OutageError: another job has it; a later try helps.
    """
    record = records.get(TURN_KIND, workspace, thread)
    if record and record.data["job"] != job and record.data["until"] > time.time():
        raise _busy()
    try:
        _put(records, workspace, thread, job, record.version if record else 0)
    except ConflictError as error:
        raise _busy() from error
    try:
        yield
    finally:
        found = records.get(TURN_KIND, workspace, thread)
        if found and found.data["job"] == job:
            records.delete(TURN_KIND, workspace, thread)


def _put(records: RecordStore, workspace: str, thread: str, job: str, version: int) -> None:
    value = {"job": job, "until": time.time() + TURN_SECONDS}
    records.put(TURN_KIND, workspace, thread, value, expected_version=version)


def _busy() -> OutageError:
    return OutageError("Another draft of this thread is being stored.", fix="Inlaid retries automatically.")
