"""The messages that show a draft, with the buttons that fit where it is shown. Used by workers and web processes."""

from collections.abc import Mapping, Sequence

from core.drafts import Draft
from core.job import Job
from core.recipes.model import Recipe
from integrations.slack.reply_target import SlackTarget
from integrations.slack.views.blocks import Message, Offer, answer_messages
from integrations.slack.views.mrkdwn import find_urls


def show_draft(
    recipes: Mapping[str, Recipe], job: Job, draft: Draft, *, has_mailbox: bool = False, notes: Sequence[str] = ()
) -> list[Message]:
    """Return what the asker sees.

    Args:
        recipes: to tell the asker's own words from other people's.
        job: whose draft it is.
        draft: the draft, or what the person made of it.
        has_mailbox: whether the person's mailbox is connected.
        notes: further quiet lines, in mrkdwn.
    """
    target = SlackTarget.from_json(job.delivery)
    place = target.place
    offer = Offer(
        job.id,
        here=bool(place.channel) and not place.is_dm,
        mail=target.mail,
        mailbox=has_mailbox,
        feedback=place.is_dm,
    )
    return answer_messages(draft, offer, allowed_urls=allowed_urls(recipes, job, draft), notes=notes)


def allowed_urls(recipes: Mapping[str, Recipe], job: Job, draft: Draft) -> frozenset[str]:
    """Return the addresses that may be clicked: those of the sources, and those the asker typed.

    An address from somebody else's message stays text: a model may have been told to make it a link.
    """
    recipe = recipes.get(job.recipe)
    typed = [
        find_urls(str(value))
        for name, value in job.inputs.items()
        if recipe and (wanted := recipe.input_named(name)) and not wanted.foreign
    ]
    return frozenset(source.link for source in draft.sources if source.link.startswith("https://")).union(*typed)
