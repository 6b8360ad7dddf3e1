"""The Slack surface in a worker: checks who asks, reads the thread, and delivers the result."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.drafts import Draft, JsonObject
from core.embeddings import local_embedder
from core.errors import (
    ConflictError,
    CredentialError,
    DocumentError,
    ForbiddenError,
    InlaidError,
    ModelTooSmall,
    NotFoundError,
)
from core.job import Job, recipe_inputs
from core.model_outages import for_people
from core.ports import SurfaceContext
from core.recipes.book import RecipeBook
from core.recipes.model import Recipe
from core.runner.conversations import EARLIER, SAID
from core.sources.ports import FileReader
from core.text.catalogues import N_, gettext, speaking, told
from core.text.recaps import recap_since
from integrations.slack.access import NOT_HERE, require_member
from integrations.slack.client.api import SlackOutage, call
from integrations.slack.client.connections import Connections
from integrations.slack.client.conversations import (
    PagesRead,
    SlackThread,
    ThreadMessage,
    ThreadToRead,
    read_thread,
    require_in_conversation,
    thread_lines,
)
from integrations.slack.client.history import NAMED, ChannelHistory, ChannelToRead, read_history
from integrations.slack.client.languages import language_of
from integrations.slack.client.members import Members, SlackMember, recipient_of
from integrations.slack.delivery.answer import AnswerDelivery
from integrations.slack.delivery.digest import channel_id
from integrations.slack.delivery.document import MakeDocument, send_document
from integrations.slack.delivery.edits import READ, as_made, can_undo_version, current_draft, keep_replaced, own_job
from integrations.slack.delivery.read_notes import notes_of
from integrations.slack.delivery.recap import Recap, zone_of
from integrations.slack.delivery.stream import APPEND_SECONDS, AnswerStream
from integrations.slack.mailbox import (
    CONNECT,
    OpenMailboxes,
    PersonMailbox,
    mailbox_note,
    no_mailboxes,
    put_draft_once,
)
from integrations.slack.person import fill_in, read_profile
from integrations.slack.reply_target import SlackTarget
from integrations.slack.sources.thread_files import ATTACHED, ThreadFiles
from integrations.slack.sources.transcript import ChannelPlace
from integrations.slack.thread_inputs import asked_before, inputs_of, messages_value, named_people
from integrations.slack.views.blocks import BlockMessage, note_message
from integrations.slack.views.draft_message import (
    clickable_urls,
    draft_messages,
    error_message,
    kept_messages,
)
from integrations.slack.views.mrkdwn import inert_markdown

if TYPE_CHECKING:
    from slack_sdk import WebClient

# What was read of a thread before Slack asked to wait, and whether its asker was told so.
PAGES_FILE, WAIT = "thread.json", "thread_wait"
WAITING = (
    ":hourglass_flowing_sand: The thread is long. I have read {read} messages, and Slack lets me read on in a minute."
    " Your answer comes by itself."
)
WAITING_OF_ALL = (
    ":hourglass_flowing_sand: The thread is long. I have read {read} of {total} messages, and Slack lets me read on in"
    " a minute. Your answer comes by itself."
)
CHECK_NAME = N_("Check its name; if it is private, write /invite @Inlaid there.")
CHANNEL_WAITING = (
    ":hourglass_flowing_sand: A lot was written here. I have read {read} messages, and Slack lets me read on in a"
    " minute. Your answer comes by itself."
)


class SlackSurface:
    """See `core.ports.Surface`.

    Args:
        recipes: those of the settings by default.
        mailboxes: opens those that e-mail drafts go to.
        make_document: makes the Word document of minutes.
        read_file: reads the files of a thread; None: nothing does.
        append_seconds: how long a text that grows waits between two pieces.
    """

    def __init__(
        self,
        recipes: Mapping[str, Recipe] | None = None,
        *,
        mailboxes: OpenMailboxes = no_mailboxes,
        make_document: MakeDocument | None = None,
        read_file: FileReader | None = None,
        append_seconds: float = APPEND_SECONDS,
    ) -> None:
        self._given_recipes = recipes
        self._mailboxes = mailboxes
        self._make_document = make_document
        self._read_file = read_file
        self._append_seconds = append_seconds

    def compose(self, job: Job, context: SurfaceContext) -> Draft | None:
        """Return the recap of a channel, which quotes; None for what a recipe writes. Raises as `prepare`."""
        target = SlackTarget.from_json(job.delivery)
        if not target.is_recap or job.refines:
            return None
        client, members, asker = self._asker(job, context)
        wanted = _channel_to_read(client, target.read, job, context)
        since = _since(wanted, asker, job)
        history, lines = self._history(client, members, (wanted, since), job, context)
        info = call(client.conversations_info, channel=wanted.channel)["channel"]
        place = f"{call(client.auth_test)['url']}archives/{wanted.channel}/"
        named = f"#{info.get('name') or 'channel'}"
        names = (str(asker.get("name") or ""), str(asker.get("display_name") or ""))
        recap = Recap(job.recipe, wanted.asked, named, since, history.messages, lines, job.person, place, names)
        return recap.draft(local_embedder())

    def _history(
        self,
        client: "WebClient",
        members: Members,
        asked: tuple[ChannelToRead, datetime],
        job: Job,
        context: SurfaceContext,
    ) -> tuple[ChannelHistory, Sequence[ThreadMessage]]:
        """Return what was written in a channel since then, and the same with names for ids."""
        wanted, since = asked
        require_in_conversation(client, wanted.channel, job.person)
        pages = _pages_read(job, context)
        with self._waiting_said(client, job, context, pages, CHANNEL_WAITING):
            history = read_history(client, wanted, since.timestamp(), pages)
        lines = thread_lines(history.messages, members)
        context.effects.intend(job, READ, {"messages": len(lines), "is_whole": history.is_whole, "channel": True})
        return history, lines

    def _asker(self, job: Job, context: SurfaceContext) -> "tuple[WebClient, Members, SlackMember]":
        """Return a client of the workspace, its people and who asks, once it is known that they may."""
        connections = _connections(context)
        client, scope = connections.client(*_installation(job)), connections.scope(*_installation(job))
        members = Members(client, context.records, scope)
        asker = members.get(job.person)
        require_member(asker, scope, listed=job.person in context.settings.slack_people)
        return client, members, asker

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Check who asks, read the thread, put names for ids, and add what the person has set."""
        client, members, asker = self._asker(job, context)
        recipe = self._recipe(job, context)
        if recipe is None:
            return {}
        further: JsonObject = named_people(recipe, job, members)
        for name, known in (("owner_name", asker.get("name")), ("owner_role", asker.get("title"))):
            wanted = recipe.input_named(name)
            if wanted and known and not job.inputs.get(name):
                further[name] = " ".join(known.split())[: wanted.max_chars or None]
        target = SlackTarget.from_json(job.delivery)
        if target.is_recap:  # a wish about it
            channel = _channel_to_read(client, target.read, job, context)
            _, lines = self._history(client, members, (channel, _since(channel, asker, job)), job, context)
            further[recipe.main_input] = SlackThread(lines).text
        elif target.read:
            further |= self._read(client, members, recipe, job, ThreadToRead.from_json(target.read), context)
        if recipe.input_named(EARLIER):
            further |= asked_before(context.jobs, recipe, job)
        profile = read_profile(context.settings, context.records, job.workspace, job.person)
        return further | fill_in(recipe, {**job.inputs, **further}, profile, is_chat=job.is_chat)

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Show the draft or the error to the person alone, in their language."""
        with self._speaking_to(job, context):
            self._deliver(job, context)

    @contextmanager
    def _speaking_to(self, job: Job, context: SurfaceContext) -> Iterator[None]:
        """Speak the language of who asked, else that of their words."""
        said = "\n".join(words for words in recipe_inputs(job.inputs).values() if isinstance(words, str))
        with speaking(language_of(context.settings, context.records, job.workspace, job.person, said)):
            yield

    def _deliver(self, job: Job, context: SurfaceContext) -> None:
        client: WebClient | None = None
        target = SlackTarget.from_json(job.delivery)
        try:
            client = _connections(context).client(*_installation(job))
        except CredentialError:
            if not target.reply_to.response_url:
                raise
        delivery = AnswerDelivery(client, context.settings.slack_api_url, job, context.effects)
        delivery.show(self._messages(client, job, context), markdown=self._streamed(job, context))
        keep_replaced(context, job)
        if client is not None and target.asked_ts and not target.reply_to.is_dm:
            _end_status(client, target)

    def listen(self, job: Job, context: SurfaceContext) -> Callable[[str, JsonObject], None] | None:
        """Return what shows a plain text in the conversation with the app while it is written; None elsewhere."""
        recipe = self._recipe(job, context)
        reply_to = SlackTarget.from_json(job.delivery).reply_to
        is_plain = recipe is not None and recipe.output.format == "text" and not reply_to.update_ts
        if not (is_plain and reply_to.is_dm and reply_to.thread_ts):
            return None
        client = _connections(context).client(*_installation(job))

        def cancel() -> None:
            try:
                context.jobs.request_cancel(job.id)
            except (ConflictError, NotFoundError):
                return  # it has already ended

        return AnswerStream(client, job, context.effects, cancel, append_seconds=self._append_seconds).on_event

    def _streamed(self, job: Job, context: SurfaceContext) -> str:
        """Return the text of a draft as a stream shows it; "" where an alert comes first, or blocks make links."""
        draft = job.draft
        if draft is None or draft.subject or not draft.text or draft.alert_hints:
            return ""
        links = clickable_urls(self._recipes(context), job, draft)
        return "" if any(link in draft.text for link in links) else inert_markdown(draft.text)

    def _recipes(self, context: SurfaceContext) -> Mapping[str, Recipe]:
        if self._given_recipes is None:
            self._given_recipes = RecipeBook(context.settings.recipes_dir, context.records)
        return self._given_recipes

    def _recipe(self, job: Job, context: SurfaceContext) -> Recipe | None:
        recipes = self._recipes(context)
        return recipes.for_job(job.recipe) if isinstance(recipes, RecipeBook) else recipes.get(job.recipe)

    def _messages(self, client: "WebClient | None", job: Job, context: SurfaceContext) -> list[BlockMessage]:
        target = SlackTarget.from_json(job.delivery)
        if job.draft is None:
            error = for_people(job.error or {})
            # No "Try again" where the answer would be the same.
            again = "" if error.get("code") in {ForbiddenError.code, ModelTooSmall.code, DocumentError.code} else job.id
            if shown := self._still_there(client, job, context):
                return kept_messages(shown if target.reply_to.is_new else shown[-1:], error, again)
            return [error_message(error, again)]
        recipes = self._recipes(context)
        made = as_made(job, context.jobs, context.records)
        url = context.settings.public_url
        notes = notes_of(context.effects.get_detail(job, READ))
        if client is not None and self._make_document and target.document:
            zone = zone_of(self._members_of(client, job, context).get(job.person).get("tz", ""))
            notes.append(told(send_document(self._make_document, client, job, job.draft, context.effects, zone)))
        has_mailbox = False
        if target.mail:
            to = recipient_of(job, lambda: self._members_of(client, job, context)) if client else None
            note = put_draft_once(self._mailbox_of(client, job, context), job, context.effects, to)
            notes.append(mailbox_note(note, context.settings))
            has_mailbox = note != CONNECT
        can_undo = can_undo_version(job, context.jobs)
        return draft_messages(
            recipes, made, job.draft, public_url=url, has_mailbox=has_mailbox, notes=notes, can_undo_version=can_undo
        )

    def _still_there(self, client: "WebClient | None", job: Job, context: SurfaceContext) -> list[BlockMessage]:
        """Return what shows the draft whose place a job without one took, as its person left it; [] for none."""
        target = SlackTarget.from_json(job.delivery)
        old = own_job(target.instead_of, job, context.jobs)
        if old is None or old.draft is None:
            return []
        made = replace(as_made(old, context.jobs, context.records), delivery=job.delivery)
        return draft_messages(
            self._recipes(context),
            made,
            current_draft(context, old),
            public_url=context.settings.public_url,
            has_mailbox=target.mail and self._mailbox_of(client, job, context).is_connected,
            can_undo_version=can_undo_version(old, context.jobs),
        )

    def _mailbox_of(self, client: "WebClient | None", job: Job, context: SurfaceContext) -> PersonMailbox:
        address = ""
        connections = _connections(context)
        if client is not None and connections.vouches_for_addresses(*_installation(job)):
            address = self._members_of(client, job, context).address(job.person)
        mailboxes = self._mailboxes(context.records, context.settings)
        return PersonMailbox(mailboxes, job.workspace, job.person, address)

    def _members_of(self, client: "WebClient", job: Job, context: SurfaceContext) -> Members:
        return Members(client, context.records, _connections(context).scope(*_installation(job)))

    def _read(
        self,
        client: "WebClient",
        members: Members,
        recipe: Recipe,
        job: Job,
        wanted: ThreadToRead,
        context: SurfaceContext,
    ) -> dict[str, str]:
        read = _pages_read(job, context)
        with self._waiting_said(client, job, context, read, WAITING):
            thread = read_thread(client, members, wanted, asker=job.person, read=read)
        context.effects.intend(job, READ, {"messages": len(thread.lines), "is_whole": thread.is_whole})
        files = ThreadFiles(client, wanted.channel, context.settings.slack_api_url, self._read_file)
        inputs = inputs_of(recipe, job, thread, wanted.ts)
        if inputs.get(SAID):
            place = ChannelPlace(str(call(client.auth_test)["url"]), wanted.channel, "")
            inputs[ATTACHED] = messages_value(thread, lambda ts: place.link(ts, wanted.thread_ts))
        inputs, told = files.add_to(recipe, inputs, thread)
        read_now: JsonObject = {"messages": len(thread.lines), "is_whole": thread.is_whole, "files": told}
        read_now |= {"is_deleted": thread.is_deleted, "writer": inputs.get("sender_name", "")}
        context.effects.intend(job, READ, read_now)
        context.effects.confirm(job, READ, read_now)
        return inputs

    @contextmanager
    def _waiting_said(
        self, client: "WebClient", job: Job, context: SurfaceContext, read: PagesRead, words: str
    ) -> Iterator[None]:
        """Tell the asker once why something long takes minutes, when Slack asks to wait in the middle of it."""
        try:
            yield
        except SlackOutage as outage:
            if outage.retry_after_seconds and read.messages and context.effects.intend(job, WAIT, {})[0] != "confirmed":
                with suppress(InlaidError), self._speaking_to(job, context):
                    is_part = words == WAITING and read.total > len(read.messages)
                    said = gettext(WAITING_OF_ALL if is_part else words)
                    said = said.format(read=len(read.messages), total=read.total)
                    AnswerDelivery(client, context.settings.slack_api_url, job, context.effects).say(note_message(said))
                    context.effects.confirm(job, WAIT, {})
            raise


def _channel_to_read(client: "WebClient", read: Mapping[str, Any], job: Job, context: SurfaceContext) -> ChannelToRead:
    """Return the channel that somebody named, found by its name where that was typed.

    Raises:
        NotFoundError: there is none of that name that they and the app are in.
        ForbiddenError: the app is not switched on in it.
        InputError: the app is not in it.
    """
    wanted = ChannelToRead(**read)
    if not wanted.channel.startswith(NAMED):
        return wanted
    try:
        found = channel_id(client, job.person, wanted.channel)
    except NotFoundError as error:
        name = wanted.channel[:80]
        raise NotFoundError(f"I do not know {name}, or you are not in it.", fix=CHECK_NAME) from error
    if context.settings.slack_channels and found not in context.settings.slack_channels:
        raise ForbiddenError(NOT_HERE)
    return replace(wanted, channel=found)


def _since(wanted: ChannelToRead, asker: SlackMember, job: Job) -> datetime:
    """Return from when on somebody wants to know what they missed, by their clock when they asked."""
    zone = zone_of(str(asker.get("tz") or ""))
    return recap_since(wanted.asked, datetime.fromtimestamp(job.created_at, zone))


def _pages_read(job: Job, context: SurfaceContext) -> PagesRead:
    """Return what an earlier try read of the job's thread; what this one reads is kept beside it."""

    def keep(read: PagesRead) -> None:
        if read.cursor or read.begins:  # a thread that is read in one go leaves nothing
            context.effects.put_file(job, PAGES_FILE, json.dumps(read.to_json(), ensure_ascii=False).encode())

    try:
        kept = json.loads(context.effects.get_file(job, PAGES_FILE))
    except (NotFoundError, ValueError):
        kept = {}
    return PagesRead(**kept, keep=keep)


def _end_status(client: "WebClient", target: SlackTarget) -> None:
    """Remove the status line: a lasting reply does that automatically, an ephemeral one does not."""
    thread_ts = target.reply_to.thread_ts or target.asked_ts
    with suppress(InlaidError):
        call(client.assistant_threads_setStatus, channel_id=target.reply_to.channel, thread_ts=thread_ts, status="")


def _connections(context: SurfaceContext) -> Connections:
    return Connections(context.settings, context.records)


def _installation(job: Job) -> tuple[str, str]:
    """Return workspace and organisation of the installation that the job came through."""
    return job.workspace, SlackTarget.from_json(job.delivery).reply_to.enterprise
