"""Replies that claim nothing: what the owner says, what was written before, and a gap for all else asked.

A new mail is made likewise from its brief.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from core.drafts import DraftSource, Gap, find_gaps
from core.recipes.model import CHAT, Recipe
from core.recipes.render import frame
from core.text.asks import called_in, is_greeting, is_question
from core.text.called import short_name
from core.text.catalogues import N_
from core.text.dictionaries import NAMES
from core.text.forms import with_single_blank_lines
from core.text.language import detect_language
from core.text.lexicon import whole
from core.text.salutations import (
    Address,
    address_of,
    clean_name,
    continued,
    first_name,
    salutation,
    sign_off,
    signed_address,
)
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.checks.injection import without_instructions
from core.writing.grounded.asked import (
    Asking,
    capitalised,
    greets_familiarly,
    in_order,
    not_among,
    things_asked,
    wishes_in,
)
from core.writing.grounded.directions import DirectionPart, Directions, read_directions
from core.writing.grounded.earlier import Earlier, Ground, each_once
from core.writing.grounded.knowledge import Knowledge, with_facts
from core.writing.grounded.left_open import left_open
from core.writing.grounded.noted import notice_of, place_notes
from core.writing.grounded.notes import AnsweredMessage, is_for_writer, numbered
from core.writing.grounded.occasions import occasion_of
from core.writing.grounded.own_words import as_message, is_private, private_marks, says_nothing_yet
from core.writing.grounded.passages import changed, read_passages
from core.writing.grounded.questions import (
    offered_dates,
    open_dates,
    open_others,
    open_question,
    open_reply,
    open_statement,
)
from core.writing.grounded.reply_frame import language_of, with_frame
from core.writing.grounded.threads import ThreadPeople, introduces, messages_of, own_part, without_closing
from core.writing.grounded.translated import spoken_language, translated
from core.writing.lanes import too_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import subject_for

NOT_FOLLOWED = N_(
    "Not followed: “{wish}”. Tone and length need a larger model; here your words stand as you gave them."
)
NOT_TRANSLATED = N_("You told it in {own}, the message is in {theirs}: to translate it takes you or a larger model.")
ONLY_GAPS = N_("Only you can answer what this message asks.")
_MAX_ASKS, _MIN_COMMON_CHARS, _FEW_WORDS, _BARE_WORDS, _MAX_TOLD = 12, 20, 6, 3, 6
_LANGUAGES = {**NAMES, "it": "Italian", "nl": "Dutch", "pt": "Portuguese"}
# Notes go on small behind a stop.
_NOTED = re.compile(r"[.!?;]\s+[a-zß-ÿ]")


def write_reply(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return a reply; no model is asked."""
    del ask
    language = language_of(recipe, values)
    values = with_frame(recipe, values, language)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    safe = _safe(grounds)
    told = values.get("instruction", "").strip()
    result = _as_told(grounds, safe, language, told, options) if told else _answered(grounds, safe, language, options)
    if options.on_token:
        options.on_token(result.text)
    return result


def _safe(grounds: Grounds) -> Grounds:
    """Return the grounds without what instructs a model, and of the message what its sender says in it."""
    foreign = {one.name for one in grounds.recipe.inputs if one.foreign}
    values = {
        name: changed(value, without_instructions) if name in foreign else value
        for name, value in grounds.values.items()
    }
    main = grounds.recipe.main_input
    said, below = own_part(values[main], values.get("sender_name", ""))
    values |= {main: said, "thread": values.get("thread", "").strip() or below}
    return Grounds(grounds.recipe, values, said)


def _as_told(grounds: Grounds, safe: Grounds, language: str, told: str, options: PlanOptions) -> PlanResult:
    """Say what the owner wants to say, in their own words; a wish about tone alone changes nothing of the reply."""
    values = grounds.values
    asking = _asking(grounds, safe, language)
    asking = replace(asking, address=grounds.recipe.house.of(language).address or asking.address)
    spoken = spoken_language(told, language)
    known = "\n".join((grounds.source, values.get("thread", ""), values.get("sender_name", "")))
    if _is_withheld(told, spoken, language):
        result = _answered(grounds, safe, language, options, told)
        other = (_not_translated(spoken, language),) if spoken != language else ()
        return replace(result, notices=(*result.notices, *other))
    if spoken != language:
        return _in_other_words(grounds, safe, asking, told, spoken, options)
    wanted = _wanted(safe.source, asking, options)
    is_noted = _NOTED.search(told) is not None or told[:1].islower() or is_for_writer(told, language)
    is_noted = is_noted or bool(numbered(told, len(wanted)))
    _, body = ("", "") if is_noted else as_message(told, language)
    if body:
        left = tuple(_left_open(wanted, (told, body), safe, asking, options))
        return _said(grounds, language, told, [DirectionPart(body), *left], known)
    refer = partial(_written_before, safe, asking, options)
    names = f"{values.get('sender_name', '')} {values.get('owner_name', '')}"
    read = read_directions(told, asking, wanted, AnsweredMessage(safe.source, values.get("thread", ""), names), refer)
    noted = sum(bool(one.notes) for one in read.parts)
    if noted > 1 or 2 * noted > len(read.parts):
        return _answered(grounds, safe, language, options, told)
    if read.parts:
        body = " ".join(one.text for one in read.parts if not (one.gap or one.sources))
        is_counted = any(one.number for one in read.parts)
        left = () if is_counted else tuple(_left_open(wanted, (told, body), safe, asking, options))
        parts = [*_numbered_parts(read.parts, wanted, safe.source), *left]
        result = _said(grounds, language, told, parts, known)
    else:
        result = _answered(grounds, safe, language, options)
    return replace(result, notices=(*result.notices, *_remarks(read)))


def _wanted(source: str, asking: Asking, options: PlanOptions) -> list[str]:
    return things_asked(source, asking, wishes_in(source, asking.language, options.embedder)[0])


def _is_withheld(told: str, spoken: str, language: str) -> bool:
    """Tell whether something that was told is not to be said as it stands: a secret, or no promise."""
    if is_private(told, spoken) or says_nothing_yet(told, spoken):
        return True
    return any(private_marks(told, code) for code in {spoken, language}) and not as_message(told, language)[1]


def _left_open(
    wanted: Sequence[str], told: tuple[str, str], safe: Grounds, asking: Asking, options: PlanOptions
) -> Iterator[DirectionPart]:
    """Yield a gap for each thing asked that the owner told nothing of, with what was written of it before."""
    places = _places(safe, options)
    for sentence in left_open(wanted, *told, asking):
        is_whole = not whole(asking.words["points_back"]).search(sentence) or len(sentence.split()) > _FEW_WORDS
        near = _ground(sentence, places, asking, safe.source) if is_whole else None
        one = open_question(sentence, asking, near)
        yield DirectionPart(one.place, one, near.sources if near else ())


def _places(safe: Grounds, options: PlanOptions) -> tuple[Earlier, Knowledge]:
    """Return where answers are looked for: what was written before, and what is known."""
    values = safe.values
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    message = f"{values.get('sender_name', '')}\n{safe.source}"
    return (
        Earlier(values.get("thread", ""), people, options.embedder),
        Knowledge(values.get("passages", ""), message, values.get("today", ""), options.embedder),
    )


def _remarks(read: Directions) -> Iterator[str]:
    """Give the sentences about what of an instruction is not followed."""
    if read.manner:
        yield NOT_FOLLOWED.format(wish="”, “".join(read.manner))


def _said(grounds: Grounds, language: str, told: str, parts: Sequence[DirectionPart], known: str) -> PlanResult:
    """Return a reply of what the owner told, each numbered answer and each gap a paragraph of its own."""
    body = ""
    for one in parts:
        apart = bool(one.number or one.gap or one.sources)
        body += one.text if not body else f"{chr(10) * 2 if apart or body.endswith(chr(10)) else ' '}{one.text}"
        body += "\n" if apart and one is not parts[-1] else ""
    result = _result(grounds, language, with_single_blank_lines(body))
    gaps = [one.gap for one in parts if one.gap]
    others = [one for one in find_gaps(result.text, known) if one.place not in {gap.place for gap in gaps}]
    sources = _numbered([source for one in parts for source in one.sources])
    result = replace(result, gaps=(*gaps, *others), sources=sources)
    return with_facts(result, read_passages(grounds.values.get("passages", "")), told)


def _numbered_parts(parts: Sequence[DirectionPart], wanted: Sequence[str], source: str) -> list[DirectionPart]:
    """Return answers by number with their number, where the message counts too, else behind what they answer."""
    counts = re.search(r"(?m)^\s*1\s?[.):]", source) is not None
    told = [one for one in parts if one.number]
    asked = [re.sub(r"\A\W*?(?=[¿\w])", "", one) for one in wanted if not one.rstrip().endswith(":")]
    counts = counts or max((one.number for one in told), default=0) > len(asked) or len(asked) != len(told)
    leads = (
        [f"{one.number}. " if counts else f"{capitalised(asked[one.number - 1])} " for one in told]
        if len(told) > 1
        else [""]
    )
    rest = iter(leads)
    led = [replace(one, text=f"{next(rest, '')}{one.text}") if one.number else one for one in parts]
    # An answer of several words tells by itself what it answers.
    return [
        old if old.number and not counts and len(old.text.split()) > _BARE_WORDS else new
        for old, new in zip(parts, led, strict=True)
    ]


def _written_before(safe: Grounds, asking: Asking, options: PlanOptions, sentence: str) -> DirectionPart | None:
    """Return what was written before about one thing that is asked, None where nothing surely answers it."""
    people = ThreadPeople(safe.values.get("owner_name", ""), safe.values.get("sender_name", ""))
    earlier = Earlier(safe.values.get("thread", ""), people, options.embedder)
    found = earlier.answer(sentence, asking, _before(sentence, safe.source))
    # Who points to their own words means what comes nearest there.
    own = found is not None and all(one.role == "owner" for one in found.lines)
    return DirectionPart(found.text, sources=found.sources) if found and (found.is_sure or own) else None


def _in_other_words(
    grounds: Grounds, safe: Grounds, asking: Asking, told: str, spoken: str, options: PlanOptions
) -> PlanResult:
    """Return a reply in the language of the message to what the owner told in another one; the rest is a gap."""
    wanted = _wanted(safe.source, asking, options)
    parts = [DirectionPart(one) for one in translated(told, asking, replace(asking, language=spoken), wanted)]
    if not parts:
        result = _answered(grounds, safe, asking.language, options, told)
        return replace(result, notices=(*result.notices, _not_translated(spoken, asking.language)))
    body = " ".join(one.text for one in parts)
    rest = tuple(_left_open(wanted, ("", body), safe, asking, options))
    return _said(grounds, asking.language, told, [*parts, *rest], "")


def _not_translated(spoken: str, language: str) -> str:
    own, theirs = (_LANGUAGES.get(one, one) for one in (spoken, language))
    return NOT_TRANSLATED.format(own=own, theirs=theirs)


def _answered(grounds: Grounds, safe: Grounds, language: str, options: PlanOptions, notes: str = "") -> PlanResult:
    """Answer what was written before, and leave the rest to the owner, with what they noted of it."""
    asking = _asking(grounds, safe, language)
    sender = safe.values.get("sender_name", "")
    source = without_closing(safe.source, sender)
    wishes, likely = wishes_in(source, language, options.embedder)
    wanted = things_asked(source, asking, wishes)
    others = _others(safe.values, ThreadPeople(safe.values.get("owner_name", ""), sender))
    wanted = [one for one in wanted if not set(called_in(one).casefold().split()) & others]
    # "I would need three things:" is no thing of its own.
    wanted = [one for one in wanted if not one.rstrip().endswith(":")] or wanted
    likely = [one for one in not_among(likely, wanted) if not introduces(one, sender)][:_MAX_TOLD]
    places = _places(safe, options)
    told = likely if notes else []
    sentences = in_order(safe.source, [*wanted[:_MAX_ASKS], *told])
    # Who notes an answer does not want another one said.
    parts = _parts(sentences, {*told}, () if notes else places, asking, safe)
    rest = open_dates(asking) if asking.offered and not notes else None
    if rest and not any(one.gap and {*rest.choices} <= {*one.gap.choices} for one in parts):
        parts.append(DirectionPart(rest.place, gap=rest, asked=rest.question))
    if not notes and parts and (look := open_others(likely, asking)):
        parts.append(DirectionPart(look.place, gap=look))
    more = asking.words["more"] if len(wanted) > _MAX_ASKS else "" if parts else asking.words["reply"]
    if more:
        rest = open_reply(more, asking)
        parts.append(DirectionPart(rest.place, gap=rest, asked=rest.question))
    parts = list({part.text: part for part in parts}.values())
    if notes:
        parts = place_notes(parts, notes, spoken_language(notes, language), asking, options.embedder)
    result = _result(grounds, language, "\n\n".join(part.text for part in parts))
    gaps = tuple(part.gap for part in parts if part.gap)
    result = replace(
        result,
        gaps=gaps,
        sources=_numbered([source for part in parts for source in part.sources]),
        alternatives=_alternatives(result.text, gaps),
        notices=(notice_of(notes),) if notes else (),
    )
    is_bare = all(part.gap and not part.shows for part in parts)
    return replace(result, skeleton=True, reason=ONLY_GAPS) if is_bare else result


def _others(values: Mapping[str, str], people: ThreadPeople) -> set[str]:
    """Return the words of the names of third people who read along: what is asked of them is not the owner's."""
    written = messages_of(values.get("thread", ""), people)
    names = [*(one.who for one in written), *values.get("recipients", "").split(",")]
    known = f"{people.owner} {people.sender}".casefold().split()
    return {word for name in names for word in name.casefold().split() if people.role_of(name) == "other"} - {*known}


def _asking(grounds: Grounds, safe: Grounds, language: str) -> Asking:
    values = grounds.values
    usual = values.get("usual_greeting", "")
    name = values.get("sender_name", "")
    address: Address = next(filter(None, (address_of(language, one) for one in (safe.source, usual))), "")
    if not address and greets_familiarly(safe.source, first_name(values.get("owner_name", "")), Asking(language)):
        address = "familiar"
    address = address or signed_address(language, name, safe.source) or address_of(language, values.get("thread", ""))
    occasion = occasion_of(language, safe.values.get("subject", ""), safe.source)
    shown = clean_name(name) if address == "formal" else short_name(name, safe.source)
    asking = Asking(language, address, occasion, sender=shown)
    offers = (offered_dates(one, asking.words) for one in split_sentences(safe.source))
    return replace(
        asking, offered=next((dates for dates in offers if len(dates) > 1 and not any(map(str.isdigit, dates))), ())
    )


def _parts(
    sentences: Sequence[str],
    told: AbstractSet[str],
    places: Sequence[Earlier | Knowledge],
    asking: Asking,
    safe: Grounds,
) -> list[DirectionPart]:
    """Return what the reply says to each thing that is asked, or `told`; what answers two stands once."""
    grounds = {one: _ground(one, places, asking, safe.source) for one in sentences if one not in told}
    found = each_once({one: near for one, near in grounds.items() if near})
    parts: list[DirectionPart] = []
    for sentence in sentences:
        near = found.get(sentence)
        # What was written to somebody before is offered; only what a source says is said.
        if near and near.is_sure and all(line.role == "source" for line in near.lines):
            parts.append(DirectionPart(near.text, sources=near.sources))
            continue
        one = open_statement(sentence, asking) if sentence in told else open_question(sentence, asking, near)
        sources, shows = (near.sources, near.lines[0].role != "source") if near else ((), False)
        parts.append(DirectionPart(one.place, one, sources, asked=sentence, is_told=sentence in told, shows=shows))
    return parts


def _ground(sentence: str, places: Sequence[Earlier | Knowledge], asking: Asking, source: str) -> Ground | None:
    """Return what answers: what was written in this thread, else what is known; else what comes near."""
    before, near = _before(sentence, source), None
    for place in places:
        found = place.answer(sentence, asking, before)
        if found and found.is_sure:
            return found
        near = near or found
    return near


def _before(sentence: str, source: str) -> str:
    """Return the sentence before one of a message, "" where that asks something itself."""
    said = [unwrap(one) for one in split_sentences(source)]
    place = next((at for at, one in enumerate(said) if sentence[:_MIN_COMMON_CHARS] in one), 0)
    before = said[place - 1] if place else ""
    return "" if is_question(before) or is_greeting(before) else before


def _numbered(sources: list[DraftSource]) -> tuple[DraftSource, ...]:
    return tuple(one.model_copy(update={"number": number}) for number, one in enumerate(sources, 1))


def _alternatives(text: str, gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """Return the whole draft with each ready answer, where there is one gap."""
    return tuple(text.replace(gaps[0].place, choice) for choice in gaps[0].choices) if len(gaps) == 1 else ()


def _result(grounds: Grounds, language: str, body: str) -> PlanResult:
    text = continued(language, frame(grounds.recipe, grounds.values, body))
    findings = tuple(one for one in check_draft(grounds, text) if one.severity == "warn")
    return PlanResult(text=text, findings=findings)


def compose(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the brief as a message to its reader; no model is asked.

    Raises:
        ModelTooSmall: the brief is notes.
    """
    del ask
    brief = values[recipe.main_input]
    language = detect_language(brief) or "en"
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
    findings = tuple(one for one in check_draft(grounds, text) if one.severity == "warn")
    subject = subject_for(recipe, values, body)
    # What the person wrote as a gap is one, too.
    result = PlanResult(text=text, subject=subject, findings=findings, gaps=find_gaps(text))
    result = with_facts(result, read_passages(values.get("passages", "")), brief)
    return replace(result, gaps=tuple(one for one in result.gaps if one.place not in brief))
