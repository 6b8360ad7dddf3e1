"""New mail from words that are written out to their reader, with greeting, closing and subject; notes are a gap."""

from collections.abc import Mapping

from core.gaps import find_gaps
from core.recipes.model import Recipe
from core.recipes.render import frame
from core.text.salutations import continued, salutation, sign_off
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.briefing import language_of, say
from core.writing.grounded.own_words import NOTES, reads_as_message, to_be_worded
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import subject_for


def compose(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the brief as a message to its reader; no model is asked."""
    del ask
    brief = values[recipe.main_input]
    language = language_of(brief)
    said = say(brief, language, values.get("recipient_name", ""))
    is_message = reads_as_message(brief, language) and said.is_plain
    body = said.text if is_message else to_be_worded(language)
    known = {
        "recipient_name": said.reader, "greeting": said.greeting or salutation(language, said.reader),
        "closing": sign_off(language, values.get("owner_name", "")),
    }  # fmt: skip
    values = {**values, **{name: word for name, word in known.items() if word and not values.get(name)}}
    text = continued(language, frame(recipe, values, body))
    grounds = Grounds(recipe, values, brief)
    if options.on_token:
        options.on_token(text)
    return PlanResult(
        text=text, subject=subject_for(recipe, values, said.text) if is_message else values.get("subject", ""),
        findings=tuple(one for one in check_draft(grounds, text) if one.severity == "warn"),
        gaps=find_gaps(text, grounds.everything), skeleton=not is_message, reason="" if is_message else NOTES,
    )  # fmt: skip
