"""The surface of Slack in a worker: who asks, what stands in the thread, and where the result goes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from core.errors import ConflictError, CredentialError, ForbiddenError, InlaidError, ModelTooSmall, NotFoundError
from core.job import Job
from core.ports import SurfaceContext
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.settings import Settings
from integrations.slack.access import require_member
from integrations.slack.client.api import call
from integrations.slack.client.connections import Connections
from integrations.slack.client.members import Members
from integrations.slack.client.threads import Thread, ThreadToRead, read_thread
from integrations.slack.delivery.answer import Delivery
from integrations.slack.delivery.document_file import MakeDocument, send_document
from integrations.slack.delivery.draft_message import show_draft
from integrations.slack.delivery.mailbox_delivery import CONNECT, put_at_once
from integrations.slack.delivery.stream import AnswerStream
from integrations.slack.mailbox import OpenMailboxes, OwnMailbox, no_mailboxes
from integrations.slack.profiles import KIND as PROFILE_KIND
from integrations.slack.profiles import fill_in
from integrations.slack.reply_target import SlackTarget
from integrations.slack.views.blocks import Message, error_message

if TYPE_CHECKING:
    from slack_sdk import WebClient

READ = "thread"


class SlackSurface:
    """See `core.ports.Surface`.

    Args:
        recipes: those of the settings by default.
        mailboxes: opens those that e-mail drafts go to.
        make_document: makes the Word document of minutes.
    """

    def __init__(
        self,
        recipes: Mapping[str, Recipe] | None = None,
        *,
        mailboxes: OpenMailboxes = no_mailboxes,
        make_document: MakeDocument | None = None,
    ) -> None:
        self._given_recipes = recipes
        self._mailboxes = mailboxes
        self._make_document = make_document

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Check who asks, read the thread, put names for ids, and add what the person has set."""
        records, connections = context.records, _connections(context)
        client, home = connections.client(*_place(job)), connections.home(*_place(job))
        members = Members(client, records, home)
        asker = members.get(job.person)
        require_member(asker, home, listed=job.person in context.settings.slack_people)
        recipe = self._recipes(context.settings).get(job.recipe)
        if recipe is None:
            return {}
        further: dict[str, Any] = _named_people(recipe, job, members)
        for name, known in (("owner_name", "name"), ("owner_role", "title")):
            wanted = recipe.input_named(name)
            if wanted and asker.get(known) and not job.inputs.get(name):
                further[name] = " ".join(str(asker[known]).split())[: wanted.max_chars or None]
        if read := SlackTarget.from_json(job.delivery).read:
            further |= self._read(client, members, recipe, job, ThreadToRead.from_json(read), context)
        profile = records.get(PROFILE_KIND, job.workspace, job.person)
        return further | fill_in(recipe, {**job.inputs, **further}, profile.data if profile else {})

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Show the draft or the error to the person alone."""
        client: WebClient | None = None
        target = SlackTarget.from_json(job.delivery)
        try:
            client = _connections(context).client(*_place(job))
        except CredentialError:
            if not target.place.response_url:
                raise
        delivery = Delivery(client, context.settings.slack_api_url, job, context.effects)
        delivery.show(self._messages(client, job, context))
        if client is not None and target.asked_ts and not target.place.is_dm:
            _end_status(client, target)

    def listen(self, job: Job, context: SurfaceContext) -> Callable[[str, dict[str, Any]], None] | None:
        """Return what shows a plain text in the conversation with the app while it is written; None elsewhere."""
        recipe = self._recipes(context.settings).get(job.recipe)
        place = SlackTarget.from_json(job.delivery).place
        is_plain = recipe is not None and recipe.output.format == "text" and not place.update_ts
        if not (is_plain and place.is_dm and place.thread_ts):
            return None
        client = _connections(context).client(*_place(job))

        def cancel() -> None:
            try:
                context.jobs.request_cancel(job.id)
            except (ConflictError, NotFoundError):
                return  # it has ended by itself

        return AnswerStream(client, job, context.effects, cancel).hear

    def _recipes(self, settings: Settings) -> Mapping[str, Recipe]:
        if self._given_recipes is None:
            self._given_recipes = load_recipes(settings.recipes_dir)
        return self._given_recipes

    def _messages(self, client: "WebClient | None", job: Job, context: SurfaceContext) -> list[Message]:
        if job.draft is None:
            error = job.error or {}
            # Nobody is invited to ask again where the answer would be the same.
            again = "" if error.get("code") in {ForbiddenError.code, ModelTooSmall.code} else job.id
            return [error_message(error.get("message", "Something went wrong."), error.get("fix", ""), again)]
        recipes, target = self._recipes(context.settings), SlackTarget.from_json(job.delivery)
        notes = _notes(context.effects.get_detail(job, READ))
        if client is not None and self._make_document and target.document:
            notes.append(send_document(self._make_document, client, job, job.draft, context.effects))
        if not target.mail:
            return show_draft(recipes, job, job.draft, notes=notes)
        note = put_at_once(self._mailbox_of(client, job, context), job, context.effects)
        return show_draft(recipes, job, job.draft, has_mailbox=note != CONNECT, notes=[*notes, note])

    def _mailbox_of(self, client: "WebClient | None", job: Job, context: SurfaceContext) -> OwnMailbox:
        address = ""
        connections = _connections(context)
        if client is not None and connections.vouches_for_addresses(*_place(job)):
            address = Members(client, context.records, connections.home(*_place(job))).address(job.person)
        mailboxes = self._mailboxes(context.records, context.settings)
        return OwnMailbox(mailboxes, job.workspace, job.person, address)

    def _read(
        self,
        client: "WebClient",
        members: Members,
        recipe: Recipe,
        job: Job,
        wanted: ThreadToRead,
        context: SurfaceContext,
    ) -> dict[str, Any]:
        thread = read_thread(client, members, wanted, asker=job.person)
        context.effects.intend(job, READ, {"messages": len(thread.lines), "is_whole": thread.is_whole})
        return thread_inputs(recipe, thread, wanted.ts)


def thread_inputs(recipe: Recipe, thread: Thread, ts: str) -> dict[str, str]:
    """Return a thread as a recipe's inputs: a reply answers one message, everything else is about all of them."""
    if not thread.lines:
        return {}
    if recipe.input_named("thread") is None:
        return {recipe.main_input: thread.text}
    text, author, before = thread.part(ts)
    inputs = {recipe.main_input: text, "thread": before}
    if recipe.input_named("sent_on") and (day := thread.day(ts)):
        inputs["sent_on"] = day
    if recipe.input_named("sender_name"):
        inputs["sender_name"] = author
    return inputs


def _named_people(recipe: Recipe, job: Job, members: Members) -> dict[str, str]:
    """Return the names of people that were picked in a form, which gives ids."""
    picked = {
        one.name: str(job.inputs[one.name])
        for one in recipe.inputs
        if one.type == "person" and not one.foreign and job.inputs.get(one.name)
    }
    return {name: members.name(user_id) or user_id for name, user_id in picked.items()}


def _notes(read: Mapping[str, Any]) -> list[str]:
    if not read or read["is_whole"]:
        return []
    if read["messages"] == 1:
        return ["I could read this message only. Invite me with /invite @Inlaid for the whole thread."]
    return [f"The thread is long: the newest {read['messages']} messages were read."]


def _end_status(client: "WebClient", target: SlackTarget) -> None:
    """Take the status line away: a lasting reply does that by itself, an ephemeral one does not."""
    thread_ts = target.place.thread_ts or target.asked_ts
    with suppress(InlaidError):
        call(client.assistant_threads_setStatus, channel_id=target.place.channel, thread_ts=thread_ts, status="")


def _connections(context: SurfaceContext) -> Connections:
    return Connections(context.settings, context.records)


def _place(job: Job) -> tuple[str, str]:
    """Return workspace and organisation of the installation that the job came through."""
    return job.workspace, SlackTarget.from_json(job.delivery).place.enterprise
