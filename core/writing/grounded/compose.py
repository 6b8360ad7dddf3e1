"""New mail from words that are written out to their reader, with greeting, closing and subject; notes need a writer."""

from collections.abc import Mapping

from core.drafts import find_gaps
from core.recipes.model import Recipe
from core.recipes.render import frame
from core.text.language import detect_language
from core.text.salutations import continued, salutation, sign_off
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.own_words import as_message
from core.writing.lanes import too_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import subject_for


def compose(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the brief as a message to its reader; no model is asked.

    Raises:
        ModelTooSmall: the brief is notes.
    """
    del ask
    brief = values[recipe.main_input]
    language = detect_language(brief) or "en"
    greeting, body = as_message(brief)
    if not body:
        raise too_small(recipe)
    known = {
        "greeting": greeting or salutation(language, values.get("recipient_name", "")),
        "closing": sign_off(language, values.get("owner_name", "")),
    }
    values = {**values, **{name: word for name, word in known.items() if word and not values.get(name)}}
    text = continued(language, frame(recipe, values, body))
    grounds = Grounds(recipe, values, brief)
    if options.on_token:
        options.on_token(text)
    findings = tuple(one for one in check_draft(grounds, text) if one.severity == "warn")
    subject = subject_for(recipe, values, body)
    return PlanResult(text=text, subject=subject, findings=findings, gaps=find_gaps(text, grounds.everything))
