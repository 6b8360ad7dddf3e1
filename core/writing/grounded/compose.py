"""A new mail: the words of its brief in their order, between greeting and closing; no model is asked."""

from collections.abc import Mapping
from dataclasses import replace

from core.drafts import find_gaps
from core.recipes.model import CHAT, Recipe
from core.recipes.render import frame
from core.text.called import salutation
from core.text.salutations import continued, sign_off
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.knowledge import with_facts
from core.writing.grounded.own_words import as_message
from core.writing.grounded.passages import read_passages
from core.writing.lanes import too_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import lacks_subject, subject_for


def compose(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the brief as a message to its reader; no model is asked.

    Raises:
        ModelTooSmall: the brief is notes.
    """
    del ask
    brief = values[recipe.main_input]
    language = recipe.language_for(brief)
    greeted, body = as_message(brief)
    if not body:
        raise too_small(recipe)
    known = {
        "greeting": greeted or values.get("usual_greeting") or salutation(language, values.get("recipient_name", "")),
        "closing": values.get("usual_closing") or sign_off(language, values.get("owner_name", "")),
    }
    known = {"greeting": greeted} if values.get(CHAT) else known
    values = {**values, **{name: word for name, word in known.items() if word and not values.get(name)}}
    text = continued(language, frame(recipe, values, body))
    grounds = Grounds(recipe, values, brief)
    if options.on_token:
        options.on_token(text)
    findings = tuple(finding for finding in check_draft(grounds, text) if finding.severity == "warn")
    subject = subject_for(recipe, values, body)
    notices = lacks_subject(subject)
    # What the person wrote as a gap is one, too.
    result = PlanResult(text=text, subject=subject, findings=findings, notices=notices, gaps=find_gaps(text))
    result = with_facts(result, read_passages(values.get("passages", "")), brief)
    return replace(result, gaps=tuple(gap for gap in result.gaps if gap.place not in brief))
