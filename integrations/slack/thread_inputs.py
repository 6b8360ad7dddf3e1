"""A thread as the inputs of a recipe: what is answered, what is told in short, and what stands around a question."""

import re
from collections.abc import Callable
from itertools import dropwhile

from core.errors import InputError
from core.job import Job
from core.recipes.model import Recipe
from core.runner.conversations import EARLIER, FOLLOWS, SAID
from core.store.jobs import JobStore
from core.text.catalogues import N_
from core.text.lexicon import either
from core.text.sentences import split_sentences
from core.writing.checks.grounds import FROM_THREAD
from core.writing.grounded.passages import GroundPassage, passages_value
from integrations.slack.client.conversations import SlackThread
from integrations.slack.client.members import Members
from integrations.slack.reply_target import SlackTarget

# A question follows those that its asker asked in the same thread, or a moment before in the same conversation.
MAX_EARLIER, MAX_ASKED_CHARS, LOOKED_AT, MOMENT_SECONDS = 3, 500, 20, 600.0
OWN_MESSAGE = N_("This is your own message, and nobody has answered it.")
OWN_MESSAGE_FIX = N_("Ask for a reply to what somebody else wrote.")


def inputs_of(recipe: Recipe, job: Job, thread: SlackThread, ts: str) -> dict[str, str]:
    """Return a thread as a recipe's inputs; beside a question it is what was asked before it, and what was said."""
    if recipe.input_named(EARLIER) is None or not job.inputs.get(recipe.main_input):
        return thread_inputs(recipe, thread, ts, asker=_asker(job, thread), person=job.person)
    lines = [line.text.split() for line in thread.lines if line.text.rstrip().endswith("?")]
    asked = [" ".join(dropwhile(lambda word: word.startswith("@"), words)) for words in lines]
    inputs = {EARLIER: "\n".join(line[:MAX_ASKED_CHARS] for line in asked[-MAX_EARLIER:])}
    return inputs | ({SAID: thread.text} if recipe.input_named(SAID) else {})


def messages_value(thread: SlackThread, link: Callable[[str], str]) -> str:
    """Return the messages of a thread as passages that came with a job, each by its writer and for itself."""
    return passages_value(
        GroundPassage(
            0,
            line.author,
            place,
            line.text,
            document=place,
            date=thread.day(line.ts),
            kind="file",
            speaker=line.author,
        )
        for line in thread.lines
        for place in [link(line.ts)]
    )


def _asker(job: Job, thread: SlackThread) -> str:
    """Return whose messages are not answered: the asker's, but for what they paste in their messages with the app."""
    channel = str(SlackTarget.from_json(job.delivery).read.get("channel") or "")
    return "" if channel.startswith("D") and thread.is_whole else job.person


def thread_inputs(recipe: Recipe, thread: SlackThread, ts: str, *, asker: str = "", person: str = "") -> dict[str, str]:
    """Return a thread as a recipe's inputs: a reply answers one message, everything else is about all of them.

    In place of a message of the asker the newest of somebody else is answered. What it asks of others is none of it.
    Of a thread that went on after it all is told, with the message at its place: what was decided since, is known.

    Raises:
        InputError: all are the asker's own, so there is nothing to reply to.
    """
    if not thread.lines:
        return {}
    if recipe.input_named("thread") is None:
        told = {FROM_THREAD: "yes"} if recipe.input_named(FROM_THREAD) else {}
        return {recipe.main_input: thread.text, **told}
    if asker and not (ts := thread.to_answer(ts, asker)):
        raise InputError(OWN_MESSAGE, fix=OWN_MESSAGE_FIX)
    text, author, around = thread.part(ts)
    inputs = {recipe.main_input: _without_asked_of_others(text, _others(thread, person)), "thread": around}
    if recipe.input_named("sent_on") and (day := thread.day(ts)):
        inputs["sent_on"] = day
    if recipe.input_named("sender_name"):
        inputs["sender_name"] = author
    return inputs


def _others(thread: SlackThread, person: str) -> frozenset[str]:
    """Return the names of those whom a thread mentions by their account, but for the person and who is called alike."""
    named = {(user, name) for line in thread.lines for user, name in line.mentions.items() if name}
    own = {name for user, name in named if user == person}
    return frozenset(name for _, name in named) - own


def _without_asked_of_others(text: str, others: frozenset[str]) -> str:
    """Return a message without the questions that begin with a mention of others; as it is where nothing is left.

    What a group, a whole channel or a name that was only typed is asked, may be meant for its reader.
    """
    if not others:
        return text
    names = [re.escape(other) for other in sorted(others, key=len, reverse=True)]
    mention, left = either(names, r"(?<!\w)@", r"(?!\w)", flags=0), text
    for sentence in split_sentences(text):
        rest = mention.sub("", sentence).split()
        if mention.match(sentence) and sentence.endswith("?") and not any(word.startswith("@") for word in rest):
            left = left.replace(sentence, "", 1)
    return left.strip() or text


def asked_before(jobs: JobStore, recipe: Recipe, job: Job) -> dict[str, str]:
    """Return what the asker of a question asked before it in the same place, as its inputs; {} for nothing.

    The questions stand a line each, the oldest first; the last of them is what this one follows.
    """
    place = SlackTarget.from_json(job.delivery).reply_to
    found = list[Job]()
    for before in jobs.list(limit=LOOKED_AT, workspace=job.workspace, person=job.person):
        there = SlackTarget.from_json(before.delivery).reply_to if before.surface == job.surface else None
        if before.recipe != job.recipe or before.id == job.id or there is None:
            continue
        is_here = (there.channel, there.thread_ts) == (place.channel, place.thread_ts)
        is_recent = bool(place.thread_ts) or job.created_at - before.created_at < MOMENT_SECONDS
        if is_here and is_recent and before.created_at <= job.created_at:
            found.append(before)
    asked = [" ".join(str(before.inputs.get(recipe.main_input, "")).split()) for before in found[:MAX_EARLIER]]
    if not asked:
        return {}
    # Who asks under an older answer goes on from that one.
    follows = {FOLLOWS: found[0].id} if recipe.input_named(FOLLOWS) and not job.inputs.get(FOLLOWS) else {}
    return {EARLIER: "\n".join(reversed(asked)), **follows}


def named_people(recipe: Recipe, job: Job, members: Members) -> dict[str, str]:
    """Return the names of people that were picked in a form, which gives ids."""
    picked = {
        recipe_input.name: str(job.inputs[recipe_input.name])
        for recipe_input in recipe.inputs
        if recipe_input.type == "person" and not recipe_input.foreign and job.inputs.get(recipe_input.name)
    }
    return {name: members.name(user_id) or user_id for name, user_id in picked.items()}
