"""Post a draft where others see it: once, under the asker's name; only a person's button leads there.

What is to be posted is stored before the press is acknowledged. It is posted at once, and by a worker where Slack was
away or the process was killed. A second attempt finds the messages of the first.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.drafts import Draft, JsonObject, cut_at_word, with_choices, without_hints
from core.errors import ForbiddenError, InlaidError, InputError, NotFoundError
from core.job import Job
from core.logs import logger
from core.people import load_people
from core.policies.enforcement import load_policies
from core.recipes.model import Recipe
from core.settings import Settings
from core.sources.facts import StandingFacts
from core.sources.model import person_principal
from core.sources.reading import PassageReader
from core.sources.sharing import held_back, untraced
from core.store import Store
from core.store.records import ONCE_KIND
from core.text.catalogues import N_, gettext, speaking
from integrations.slack.access import require_may_post
from integrations.slack.client.api import SlackRefusal, call, respond
from integrations.slack.client.connections import Connections
from integrations.slack.client.conversations import MessageMetadata
from integrations.slack.client.history import NAMED
from integrations.slack.client.languages import language_of
from integrations.slack.client.members import Members
from integrations.slack.client.own_messages import find_message_of_job, job_metadata
from integrations.slack.context import AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.digest import channel_id
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.sources.readers import ChannelReaders, members_of, readers_in
from integrations.slack.submit import user_message
from integrations.slack.views.blocks import BlockMessage, note_message
from integrations.slack.views.draft_message import answer_language, at_name, clickable_urls, posted_messages, titled
from integrations.slack.views.mrkdwn import escape
from integrations.slack.views.public_text import as_posted, is_unwritten, own_words

if TYPE_CHECKING:
    from slack_sdk import WebClient

PENDING_KIND = "slack_posting"
POSTED_EVENT = "inlaid_posted"
# Longer than posting takes; after it another attempt finds out whether the one before got through.
CLAIM_SECONDS = 60.0
# So long a post waits for Slack; later than that nobody expects it, and its person is told.
PATIENCE_SECONDS, KEEP_PENDING_SECONDS = 3600.0, 24 * 3600.0
# So many titles are named of those that keep a draft private.
MAX_NAMED = 3
# How drafts of before sources were noted with their place call an earlier answer of their person.
_OWN_ANSWERS = ("Your answer to ", "An answer of yours")
# Of so many members of a conversation one is found by the name after an @.
MAX_MENTIONABLE = 100
NOT_POSTED = "Slack was away for too long, so your draft was not posted. Press Post again where you still want it."
PUT_RIGHT = N_("Put them right for your reader with Edit, then post.")
MAX_OWN_CHARS = 400
FILL_FIRST = "Press a ready answer, or write with Edit."
_log = logger(__name__)


@dataclass(frozen=True)
class Posting:
    """What posting works with, in web processes and workers alike."""

    settings: Settings
    store: Store
    recipes: Mapping[str, Recipe]
    connections: Connections

    @classmethod
    def of(cls, context: AppContext) -> "Posting":
        """Return that of a web process."""
        return cls(context.settings, context.store, context.recipes, context.connections)

    def keep(self, job: Job, *, channel: str, thread_ts: str, place: Mapping[str, Any]) -> None:
        """Store that a draft is to be posted; one that is on its way, was posted or discarded stays what it is.

        Args:
            job: whose draft it is.
            channel: where to.
            thread_ts: the thread there, "" for none.
            place: where the answer with the button is shown, see `edits.shown_at`.

        Raises:
            StoreOutage: nothing was stored.
        """
        earlier = _kept(self, job.workspace, job.id)
        if edits.why_over(self.store, job) or (earlier and not earlier.get("is_over")):
            return
        wanted: JsonObject = {"channel": channel, "thread_ts": thread_ts, "place": dict(place)}
        if earlier and (earlier["channel"], earlier["thread_ts"]) == (channel, thread_ts):
            wanted |= {"began": earlier.get("began")}  # what was posted before it was given up is not posted again
        self._put(job, {**wanted, "asked_at": time.time()})

    def take_back(self, job: Job) -> None:
        """Forget that a draft is to be posted: its person does not want it any more."""
        self.store.records.delete(PENDING_KIND, job.workspace, job.id)

    def post(self, job: Job, place: Mapping[str, Any] | None = None) -> None:
        """Post a draft that was stored for it, however often and by whichever process this is called.

        `place` is where its button was pressed now; a draft that was posted before is said there.

        Raises:
            SlackOutage: later; it stays stored.
        """
        with speaking(language_of(self.settings, self.store.records, job.workspace, job.person)):
            self._post(job, place)

    def _post(self, job: Job, place: Mapping[str, Any] | None) -> None:
        records, key = self.store.records, f"post:{job.id}"
        if _pending(self, job.workspace, job.id) is None:
            if place and (over := edits.why_over(self.store, job)):
                self._tell(job, place, over)
            return
        if not records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
            return
        try:
            # Read again: another attempt may have begun, and even ended, before this one had its turn.
            if wanted := _pending(self, job.workspace, job.id):
                self._post_or_tell(job, wanted)
        finally:
            records.delete(ONCE_KIND, job.workspace, key)

    def _post_or_tell(self, job: Job, wanted: JsonObject) -> None:
        try:
            self._post_once(job, wanted)
        except InlaidError as error:
            is_over = time.time() - float(wanted["asked_at"]) > PATIENCE_SECONDS
            if error.retryable and not is_over:
                raise
            self._put(job, {**(_pending(self, job.workspace, job.id) or wanted), "is_over": True})
            self._tell(job, wanted["place"], NOT_POSTED if error.retryable else user_message(error))

    def _post_once(self, job: Job, wanted: JsonObject) -> None:
        records, channel, place = self.store.records, str(wanted["channel"]), wanted["place"]
        if records.get(edits.POSTED_KIND, job.workspace, job.id) is None:
            client = self.connections.client(job.workspace, _enterprise(place))
            require_may_post(self.settings, client, channel, job.person)
            _require_conversation_readable(self, client, job, channel, _enterprise(place))
            require_readable(self, client, job, channel, _enterprise(place))
            if self._is_taken_back(job):
                return
            began = wanted.get("began")
            if began is None:
                self._put(job, {**wanted, "began": time.time()})
            if self._is_taken_back(job):  # while that was written, which would have brought it back
                return
            ts = _post(self, client, job, wanted, since=began)
            data = {"channel": channel, "ts": ts}
            kept, whose = edits.KEEP_SECONDS, job.person
            records.put(edits.POSTED_KIND, job.workspace, job.id, data, person=whose, expires_in_seconds=kept)
        if not edits.is_edited(self.store, job):
            detail = {"channel": channel}
            self.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail=detail)
        records.delete(PENDING_KIND, job.workspace, job.id)
        where = f"<#{channel}>" if channel.startswith(("C", "G")) else gettext("the conversation")
        with suppress(InlaidError):  # the post itself is to be seen
            edits.replace_shown(self.connections, [note_message(f":white_check_mark: Posted in {where}.")], place)

    def _is_taken_back(self, job: Job) -> bool:
        """Whether its person discarded the draft since the post began; then it waits no more."""
        if _pending(self, job.workspace, job.id) and not edits.why_over(self.store, job):
            return False
        self.take_back(job)
        return True

    def _put(self, job: Job, wanted: JsonObject) -> None:
        self.store.records.put(
            PENDING_KIND, job.workspace, job.id, wanted, person=job.person, expires_in_seconds=KEEP_PENDING_SECONDS
        )

    def _tell(self, job: Job, place: Mapping[str, Any], text: str) -> None:
        """Tell the person beside the answer, else in their messages with the app."""
        target, shown = ReplyTarget.from_json({"team": "", **place}), note_message(escape(text))
        try:
            if target.has_response_url():
                with suppress(SlackRefusal):  # used up
                    respond(target.response_url, shown, self.connections.api_url)
                    return
            client = self.connections.client(job.workspace, target.enterprise)
            call(client.chat_postMessage, channel=job.person, text=shown.text, blocks=shown.blocks)
        except InlaidError as error:
            _log.warning("not told in Slack", code=error.code)


def post_what_waits(posting: Posting) -> int:
    """Post what is stored and was not posted yet; return how many drafts that were.

    Where Slack is still away for a workspace, the further drafts of that one wait.

    Raises:
        StoreOutage: the database is down.
    """
    posted, away = 0, set[str]()
    for record in posting.store.records.list(PENDING_KIND):
        if record.workspace in away or _pending(posting, record.workspace, record.key) is None:
            continue
        try:
            posting.post(posting.store.jobs.get(record.key))
        except NotFoundError:
            posting.store.records.delete(PENDING_KIND, record.workspace, record.key)
            continue
        except InlaidError as error:
            _log.warning("not posted yet", code=error.code)
            away.add(record.workspace)
            continue
        posted += 1
    return posted


def _pending(posting: Posting, workspace: str, job_id: str) -> JsonObject | None:
    kept = _kept(posting, workspace, job_id)
    return None if kept is None or kept.get("is_over") else kept


def _kept(posting: Posting, workspace: str, job_id: str) -> JsonObject | None:
    """Return what is stored of a post, also of one that was given up."""
    record = posting.store.records.get(PENDING_KIND, workspace, job_id)
    # A version before stored when a post began, and nothing to post.
    return record.data if record and isinstance(record.data, dict) else None


def _enterprise(place: Mapping[str, Any]) -> str:
    return str(place.get("enterprise") or "")


def require_readable(posting: Posting, client: "WebClient", job: Job, channel: str, enterprise: str) -> None:
    """Refuse to post what cites passages that not everybody in the conversation may read.

    Raises:
        ForbiddenError: names them; the draft stays private.
        SlackOutage: Slack cannot say now who reads there.
    """
    current = edits.current_draft(posting.store, job)
    # What a hint quotes is not posted; an edit keeps what it rests on, whatever of its words it keeps.
    text, sources = without_hints(current.text, current.gaps), (job.draft or current).sources
    draft = current.model_copy(update={"text": text, "sources": sources})
    # A ready answer that was not put in is not said.
    written = with_choices(job.draft.text, job.draft.gaps) if job.draft else ""
    _require_traced(posting, job, draft, written)
    if not any(source.place for source in draft.sources):
        return
    passages = PassageReader(posting.store.database, posting.store.records.cipher)
    scope = posting.connections.scope(job.workspace, enterprise)
    readers = readers_in(client, scope, channel, posting.settings, posting.store.records)
    if titles := held_back(passages, readers, draft, written):
        named = _named(titles)
        raise ForbiddenError(
            f"This stays private: not everybody in the conversation may read {named}.",
            fix="Post it where everybody may read that, or remove that part with Edit.",
        )


def _require_conversation_readable(
    posting: Posting, client: "WebClient", job: Job, channel: str, enterprise: str
) -> None:
    """Refuse to post what was made of a conversation where somebody reads who may not read that one.

    Whatever stands in such a draft is from there. What nobody but its person reads is theirs to share.

    Raises:
        ForbiddenError: names the conversation; the draft stays private.
        SlackOutage: Slack cannot say now who reads there.
    """
    named = str(SlackTarget.from_json(job.delivery).read.get("channel") or "")
    if (read := channel_id(client, job.person, named) if named.startswith(NAMED) else named) in ("", channel):
        return
    scope, access, name = posting.connections.scope(job.workspace, enterprise), ChannelReaders(), ""
    may_read = frozenset[str]()
    with suppress(SlackRefusal):  # the app is not in it
        info = call(client.conversations_info, channel=read)["channel"]
        name = str(info.get("name") or "")
        may_read = access.access_of(client, scope, info).principals
    target = call(client.conversations_info, channel=channel)["channel"]
    is_own = may_read == {person_principal(scope.team, job.person)}
    if is_own or access.access_of(client, scope, target).principals <= may_read:
        return
    named = f"“#{name}”" if name else gettext("what this was made of")
    raise ForbiddenError(
        f"This stays private: not everybody in the conversation may read {named}.",
        fix="Post it where everybody may read that.",
    )


def _require_traced(posting: Posting, job: Job, draft: Draft, written: str) -> None:
    """Refuse a draft of before sources were noted with their place, unless it cites what is its person's own.

    Raises:
        ForbiddenError: names what may be from a source.
    """
    recipe = posting.recipes.get(job.recipe)
    if recipe and not recipe.grounds:
        return  # an answer always had the places, and a summary has what came with the job
    if not (unknown := untraced(draft, written)):
        return
    people = load_people(posting.settings, posting.store.records)
    policies = load_policies(posting.settings, posting.store.records, people)
    known = StandingFacts(posting.store.records, people, policies).known_to(job.workspace, job.person)
    facts = {fact.name for fact in known}
    titles = [
        source.title for source in unknown if source.title not in facts and not source.title.startswith(_OWN_ANSWERS)
    ]
    if titles:
        named = _named(titles)
        raise ForbiddenError(
            f"This stays private: the draft is too old to tell who may read {named}.",
            fix="Press Try again, and post the new draft.",
        )


def _named(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles[:MAX_NAMED])


def _post(posting: Posting, client: "WebClient", job: Job, wanted: JsonObject, *, since: float | None) -> str:
    """Post all messages of the draft, each unless an attempt since then did, and return the ts of the first."""
    channel, thread_ts = str(wanted["channel"]), str(wanted["thread_ts"])
    current = edits.current_draft(posting.store, job)
    if words := cut_at_word(own_words(current), MAX_OWN_CHARS):
        raise InputError(f"Nothing is posted while your own words wait in the draft. {words}", fix=PUT_RIGHT)
    if is_unwritten(current):
        raise InputError("Every line of this draft waits for your words, so there is nothing to post.", fix=FILL_FIRST)
    draft, asked = as_posted(current), SlackTarget.from_json(job.delivery)
    is_below_question = bool(asked.asked_ts and thread_ts) and asked.reply_to.channel == channel
    messages = posted_messages(
        draft if is_below_question else titled(job, draft),
        allowed_urls=clickable_urls(posting.recipes, job, draft),
        user_id=job.person,
        mentions=_mentioned(posting, client, job, draft, wanted),
        language=answer_language(job),
    )
    first = ""
    for number, message in enumerate(messages, start=1):
        part = job.id if number == 1 else f"{job.id}:{number}"
        thread = thread_ts or first
        ts = find_message_of_job(client, channel, thread, POSTED_EVENT, part, since=since)
        ts = ts or _post_message(client, channel, thread, message, job_metadata(POSTED_EVENT, part, job.person))
        first = first or ts
    return first


def _mentioned(posting: Posting, client: "WebClient", job: Job, draft: Draft, wanted: JsonObject) -> dict[str, str]:
    """Return whom the person mentioned in their own words, by name, of those who are in the conversation.

    A form gives words alone: who types "@" and a name there means the colleague. What the model wrote mentions nobody.
    """
    written = job.draft.text if job.draft else ""
    if draft.text.count("@") <= written.count("@"):
        return {}
    scope = posting.connections.scope(job.workspace, _enterprise(wanted["place"]))
    members = Members(client, posting.store.records, scope)
    try:
        names = members.names(sorted(members_of(client, str(wanted["channel"])))[:MAX_MENTIONABLE])
    except InlaidError:  # then the name stands there as it was typed
        return {}
    by_name = Counter(names.values())
    return {
        name: user
        for user, name in names.items()
        if by_name[name] == 1 and name and at_name(name).search(draft.text) and not at_name(name).search(written)
    }


def _post_message(
    client: "WebClient", channel: str, thread_ts: str, message: BlockMessage, metadata: MessageMetadata
) -> str:
    thread: dict[str, str] = {"thread_ts": thread_ts} if thread_ts else {}
    answer = call(
        client.chat_postMessage,
        channel=channel,
        text=message.text,
        blocks=message.blocks,
        metadata=metadata,
        unfurl_links=False,
        unfurl_media=False,
        **thread,
    )
    return str(answer["ts"])
