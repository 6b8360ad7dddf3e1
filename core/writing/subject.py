"""The subject line of a new mail, made by rule: what the person gave, else the matter that the brief names.

With it the skeleton: the draft of a recipe without any text of a model.
"""

import re
from collections.abc import Mapping, Sequence

from core.drafts import Finding, find_gaps
from core.recipes.model import CHAT, Recipe
from core.recipes.render import render_skeleton
from core.text.asks import find_due
from core.text.catalogues import N_
from core.text.facts import extract_facts
from core.text.forms import DIGITS
from core.text.language import language_or_spoken
from core.text.lexicon import lexicon
from core.text.noun_phrases import noun_phrases
from core.text.salutations import GREETING
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.result import PlanResult

_MAX_CHARS, _MAX_SENTENCES, _MAX_GLUE_CHARS = 60, 5, 5
_NEW_MAIL_INPUT = "recipient_name"
NO_SUBJECT = N_("No subject: your text does not say in a few words what it is about. Please give one.")


def subject_for(recipe: Recipe, values: Mapping[str, str], body: str, written: str = "") -> str | None:
    """Return the subject for a recipe that writes new mail or whose model wrote one, None for every other recipe.

    A chat message has none.

    Args:
        recipe: the recipe.
        values: its validated inputs; a `subject` among them is taken as it is.
        body: the text that was written, without greeting.
        written: the subject that a model wrote.
    """
    if values.get(CHAT):
        return None
    if recipe.input_named(_NEW_MAIL_INPUT) is None or recipe.input_named("subject") is None:
        return written or None
    return unwrap(values.get("subject", "")) or written or subject_line(body or values[recipe.main_input])


def lacks_subject(subject: str | None) -> tuple[str, ...]:
    """Return what is told where a new mail has no subject; nothing for a recipe that writes none."""
    return (NO_SUBJECT,) if subject == "" else ()


def subject_line(text: str) -> str:
    """Return the first matter that a text names, with its date, as one short line; "" where it names none."""
    language = language_or_spoken(text)
    said = [GREETING.sub("", unwrap(sentence)) for sentence in split_sentences(text)]
    # A gap is for the writer.
    said = [sentence for sentence in said if "[[" not in sentence][:_MAX_SENTENCES]
    return next(filter(None, (_about(sentence, language) for sentence in said)), "")


def _about(sentence: str, language: str) -> str:
    """Return the first matter that a sentence names, with its date where there is room."""
    words = lexicon(language)
    dates = " ".join(fact.text for fact in extract_facts(sentence).items if fact.kind == "date")
    vague = {*words.words("phrases.vague")}
    phrases = [phrase for phrase in noun_phrases(sentence, words, language) if phrase.text.split()[0] not in dates]
    # Words without an article may be anything, a name or a verb, but with a number they name a thing.
    named = [phrase.text for phrase in phrases if phrase.is_led or DIGITS.search(phrase.text)]
    named = [phrase for phrase in named if not vague & {phrase.casefold(), *phrase.casefold().split()[-1:]}]
    # "The returners' squad": what owns the matter is not it.
    named = [phrase for phrase in named if not re.search(rf"(?i){re.escape(phrase)}['\u2019]", sentence)]
    if not named:
        return ""
    # German phrases stand in the nominative, which the sentence may not hold.
    found = re.search(re.escape(named[0]), sentence, re.I)
    about, (start, end) = (found[0], found.span()) if found else (named[0], (0, len(sentence)))
    due = find_due(sentence)
    at = sentence.find(due)
    due = due if at else due[:1].lower() + due[1:]
    # "Réunion de mardi": what stands right behind the thing belongs to it.
    dated = sentence[start : at + len(due)] if 0 < at - end <= _MAX_GLUE_CHARS else f"{about} {due}"
    fits = due and due not in about and len(dated) <= _MAX_CHARS
    line = dated if fits else about
    return f"{line[:1].upper()}{line[1:]}" if len(line) <= _MAX_CHARS else ""


def skeleton_result(
    recipe: Recipe, values: Mapping[str, str], notices: Sequence[str], reason: str | Finding, text: str = ""
) -> PlanResult:
    """Return the draft without a model, marked as one; `text` replaces the recipe's own skeleton.

    `reason` is why, or the finding that spoke against the model's text.
    """
    why, cause = (reason.sentence, reason.check) if isinstance(reason, Finding) else (reason, "")
    # Whoever wants to know the main points is not asked for them.
    text = text or (
        N_(f"There is no summary: {why}") if recipe.plan == "summarize" else render_skeleton(recipe, values)
    )
    grounds = Grounds(recipe, values, values[recipe.main_input])
    warnings = tuple(finding for finding in check_draft(grounds, text) if finding.severity == "warn")
    subject = subject_for(recipe, values, "")
    return PlanResult(
        text=text,
        subject=subject,
        findings=warnings,
        notices=(*notices, *lacks_subject(subject)),
        skeleton=True,
        gaps=find_gaps(text, grounds.everything),
        reason=why,
        cause=cause,
    )
