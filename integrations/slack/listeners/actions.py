"""Buttons: each becomes a stored outcome. Acknowledged at once; what they do follows."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.errors import InlaidError
from core.job import Job
from integrations.slack import profiles
from integrations.slack.client.api import call
from integrations.slack.context import NOTHING, Answer, Desk
from integrations.slack.delivery import edits
from integrations.slack.delivery.draft_message import allowed_urls
from integrations.slack.delivery.mailbox_delivery import put_by_button
from integrations.slack.delivery.posting import post_draft
from integrations.slack.draft_owner import at_home, require_own_job
from integrations.slack.history import add_outcome
from integrations.slack.listeners import learned
from integrations.slack.listeners.app_home import publish_home
from integrations.slack.listeners.open_modal import change_view, open_slowly, open_view
from integrations.slack.mailbox import file_name, mail_file
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming, noted
from integrations.slack.submit import Question, Refused, ask, find_recipe, for_person, require_access, tell
from integrations.slack.views.blocks import button, note_message, text_messages
from integrations.slack.views.modals import (
    edit_modal,
    feedback_modal,
    modal,
    post_to_modal,
    recipe_modal,
    settings_modal,
)

WHY = "why"
# What a button does: told of the workspace where its draft was asked for.
Work = Callable[[Incoming, Job, dict[str, Any]], None]


def post_here(desk: Desk, incoming: Incoming) -> Answer:
    """Post into the conversation where the draft was asked for."""

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        target = SlackTarget.from_json(job.delivery)
        place, thread_ts = target.place, target.place.thread_ts or target.asked_ts
        desk.later(lambda: post_draft(desk, incoming, job, channel=place.channel, thread_ts=thread_ts, shown=shown))

    return _on_own_job(desk, incoming, work)


def post_to(desk: Desk, incoming: Incoming) -> Answer:
    """Ask where to post."""
    return _on_own_job(desk, incoming, lambda incoming, _job, shown: open_view(desk, incoming, post_to_modal(shown)))


def edit(desk: Desk, incoming: Incoming) -> Answer:
    """Open the text for editing."""

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        open_slowly(desk, incoming, "Edit", lambda: edit_modal(edits.current_text(desk.store, job), shown))

    return _on_own_job(desk, incoming, work)


def try_again(desk: Desk, incoming: Incoming) -> Answer:
    """Ask for another draft from the same inputs; it takes the place of this one."""

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        now = Place.from_json(shown)
        target = SlackTarget.from_json(job.delivery)
        place = replace(
            target.place,
            response_url=now.response_url,
            response_until=now.response_until,
            replaces=bool(now.response_url),
            update_ts=str(shown.get("ts", "")),
        )
        question = Question(
            job.recipe,
            job.inputs,
            replace(target, place=place, asked_ts="", again=target.again + 1),
            f"again:{job.id}:{_action(incoming).get('action_ts', incoming.trigger_id)}",
        )
        ask(desk, incoming, question)
        if job.draft:
            add_outcome(desk.store, job, "regenerated")
        _say_later(desk, incoming, ":hourglass_flowing_sand: I am trying again.", shown)

    return _on_own_job(desk, incoming, work)


def discard(desk: Desk, incoming: Incoming) -> Answer:
    """Take the draft away, and offer to say why."""

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        add_outcome(desk.store, job, "rejected", detail={"reasons": []})
        message = note_message(":wastebasket: Discarded.")
        message.blocks.append({"type": "actions", "elements": [button("Tell me why", WHY, job.id)]})
        desk.later(lambda: edits.replace_shown(desk, incoming, [message], shown))

    return _on_own_job(desk, incoming, work)


def why(desk: Desk, incoming: Incoming) -> Answer:
    """Ask for the reasons."""
    return _on_own_job(
        desk, incoming, lambda incoming, job, _shown: open_view(desk, incoming, feedback_modal({"job": job.id}))
    )


def thumbs(desk: Desk, incoming: Incoming) -> Answer:
    """A good answer was accepted as it is; for a bad one the reasons are asked for."""
    verdict, _, job_id = str(_action(incoming).get("value", "")).partition(":")

    def work(incoming: Incoming, job: Job, _shown: dict[str, Any]) -> None:
        if verdict == "good":
            add_outcome(desk.store, job, "accepted", distance=0.0, detail={"feedback": "good"})
            tell(desk, incoming, "Thank you!")
        else:
            open_view(desk, incoming, feedback_modal({"job": job.id}))

    return _on_own_job(desk, incoming, work, job_id=job_id)


def email_file(desk: Desk, incoming: Incoming) -> Answer:
    """Send the draft as a mail file into the person's messages with the app."""

    def work(incoming: Incoming, job: Job, _shown: dict[str, Any]) -> None:
        draft = edits.current_draft(desk.store, job)

        def upload() -> None:
            client = desk.connections.client(incoming.team, incoming.enterprise)
            channel = call(client.conversations_open, users=incoming.user)["channel"]["id"]
            comment = "Open this file in your mail program: it is an unsent draft. " + CONNECT
            call(
                client.files_upload_v2,
                content=mail_file(draft),
                filename=file_name(draft),
                title=draft.subject or "Draft",
                channel=channel,
                initial_comment=comment,
            )

        desk.later(upload)

    return _on_own_job(desk, incoming, work)


CONNECT = "Connect your mailbox on my Home tab, and drafts come into your Drafts folder by themselves."


def to_mailbox(desk: Desk, incoming: Incoming) -> Answer:
    """Put the draft into the person's Drafts folder."""

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        desk.later(lambda: put_by_button(desk, incoming, job, shown))

    return _on_own_job(desk, incoming, work)


def show_answer(desk: Desk, incoming: Incoming) -> Answer:
    """Show an answer that perhaps did not arrive: this message becomes it."""
    return _on_own_job(desk, incoming, lambda incoming, job, shown: edits.show_again(desk, incoming, job, shown))


def fill_gap(desk: Desk, incoming: Incoming) -> Answer:
    """Put a ready answer in its gap's place, and show the draft as it is then."""
    try:
        pressed = json.loads(str(_action(incoming).get("value", "")))
        job_id, place, choice = str(pressed["job"]), str(pressed["place"]), int(pressed["choice"])
    except (ValueError, KeyError, TypeError):
        return NOTHING

    def work(incoming: Incoming, job: Job, shown: dict[str, Any]) -> None:
        edits.fill_gap(desk.store, job, place, choice)
        edits.show_again(desk, incoming, job, shown)

    return _on_own_job(desk, incoming, work, job_id=job_id)


def choose_recipe(desk: Desk, incoming: Incoming) -> Answer:
    """Open a recipe's form: in place of the list, or from App Home."""
    view = incoming.body.get("view")
    view = view if isinstance(view, dict) else {}
    try:
        require_access(desk, incoming)
        recipe = find_recipe(desk, incoming, str(_action(incoming).get("value", "")))
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
        return NOTHING
    if view.get("type") == "modal":
        change_view(desk, incoming, str(view.get("id", "")), recipe_modal(recipe, noted(view)))
    else:
        place = Place(incoming.team, incoming.enterprise, is_dm=True)
        open_view(desk, incoming, recipe_modal(recipe, place.to_json()))
    return NOTHING


def open_settings(desk: Desk, incoming: Incoming) -> Answer:
    """Open the person's settings."""

    def make() -> dict[str, Any]:
        profile = profiles.read_profile(desk.store, incoming.team, incoming.user)
        shares = profiles.shares_examples(desk.settings, desk.store, incoming.team, incoming.user)
        return settings_modal(profile, profiles.usable_settings(desk.recipes), shares_examples=shares)

    open_slowly(desk, incoming, "Settings", make)
    return NOTHING


def decide_wish(desk: Desk, incoming: Incoming) -> Answer:
    """Use, stop or forget what was learnt from the person's edits, and show the Home tab as it is then."""
    act, _, key = str(_action(incoming).get("value", "")).partition(":")
    try:
        require_access(desk, incoming)
        learned.decide(desk, incoming, act, key)
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
        return NOTHING
    desk.later(lambda: publish_home(desk, incoming))
    return NOTHING


def open_draft(desk: Desk, incoming: Incoming) -> Answer:
    """Show one of the person's recent drafts."""

    def work(incoming: Incoming, job: Job, _shown: dict[str, Any]) -> None:
        open_slowly(desk, incoming, "Draft", lambda: _draft_view(desk, job))

    return _on_own_job(desk, incoming, work)


def _draft_view(desk: Desk, job: Job) -> dict[str, Any]:
    draft = edits.current_draft(desk.store, job)
    messages = text_messages(draft, allowed_urls=allowed_urls(desk.recipes, job, draft))
    return modal("Draft", [block for message in messages for block in message.blocks][:90])


def _on_own_job(desk: Desk, incoming: Incoming, work: Work, *, job_id: str = "") -> Answer:
    """Do the work for the job of the button when it is the person's own; else say why not."""
    try:
        job = require_own_job(desk, incoming, job_id or str(_action(incoming).get("value", "")))
        incoming = at_home(incoming, job)
        require_access(desk, incoming)
        work(incoming, job, shown_at(incoming, job))
    except Refused as refusal:
        tell(desk, incoming, refusal.message)
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
    return NOTHING


def shown_at(incoming: Incoming, job: Job) -> dict[str, Any]:
    """Return where the answer with the pressed button stands; it travels through modals."""
    container = incoming.body.get("container")
    container = container if isinstance(container, Mapping) else {}
    place = Place(incoming.team, incoming.enterprise, incoming.channel, str(container.get("thread_ts") or ""))
    shown = {**place.to_json(), "job": job.id}
    if container.get("type") == "message" and not container.get("is_ephemeral"):
        return {**shown, "ts": str(container.get("message_ts", ""))}
    if incoming.response_url:
        shown |= place.answering_to(incoming.response_url, now_seconds=time.time()).to_json()
    return shown


def _say_later(desk: Desk, incoming: Incoming, text: str, shown: Mapping[str, Any]) -> None:
    desk.later(lambda: edits.replace_shown(desk, incoming, [note_message(text)], shown))


def _action(incoming: Incoming) -> Mapping[str, Any]:
    actions = incoming.body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, dict) else {}
