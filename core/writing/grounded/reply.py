"""Replies that claim nothing: what the owner says, what was written before, and a gap for all else asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from core.drafts import DraftSource, Gap, find_gaps, without_hints
from core.recipes.model import CHAT, Recipe
from core.recipes.render import frame
from core.text.asks import is_greeting, is_question
from core.text.catalogues import N_
from core.text.salutations import continued
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.checks.injection import without_instructions
from core.writing.grounded.asked import (
    Asking,
    capitalised,
    in_order,
    letters_of,
    not_among,
)
from core.writing.grounded.each_once import dates_once, later_once, replace_choices, unpromised
from core.writing.grounded.earlier import Earlier
from core.writing.grounded.forwarded import as_said, look_at_forwarded
from core.writing.grounded.hints import open_answers, open_others
from core.writing.grounded.knowledge import Knowledge, with_facts
from core.writing.grounded.lines import Ground, Line, together
from core.writing.grounded.occasions import (
    condolence_for,
    takes,
    unread_in,
)
from core.writing.grounded.passages import changed, read_passages
from core.writing.grounded.questions import (
    accepts,
    answer_to,
    open_question,
    open_reply,
)
from core.writing.grounded.read_message import Read, asking_of, read_message, told_besides
from core.writing.grounded.reply_frame import language_of, with_frame
from core.writing.grounded.signals import tells_danger, troubles_in
from core.writing.grounded.surroundings import Asked, in_places
from core.writing.grounded.threads import ThreadPeople, answers_between
from core.writing.grounded.told import (
    ReplyPart,
    only_wishes,
    read_told,
    spoken_language,
    told_to_put_right,
    without_signature,
)
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

TO_PUT_RIGHT = N_(
    "What you told stands in the draft as a gap, word for word, since this model writes nothing of its own: put it "
    "right for your reader. Whole sentences to your reader become the reply; a larger model follows directions."
)
TONE_ALONE = N_(
    "What you told is about tone alone: this model writes nothing of its own, a larger one follows such wishes."
)
ONLY_GAPS = N_("Only you can answer what this message asks.")
_MAX_ASKS, _MIN_COMMON_CHARS, _FEW_ASKS = 12, 20, 2
# "Decline politely, too far": ready answers may say it.
_FEW_WORDS = 8
_PLAIN_WORDS = 25


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
    # Hints are for the owner: they stand beside the letter, in the order of its gaps.
    result = replace(result, text=without_hints(result.text, result.gaps))
    if options.on_token:
        options.on_token(result.text)
    return result


def _safe(grounds: Grounds) -> Grounds:
    """Return the grounds without what instructs a model, and of the message what its sender says in it."""
    foreign = {field.name for field in grounds.recipe.inputs if field.foreign}
    values = {
        name: changed(value, without_instructions) if name in foreign else value
        for name, value in grounds.values.items()
    }
    return as_said(Grounds(grounds.recipe, values, values[grounds.recipe.main_input]))


def _as_told(grounds: Grounds, safe: Grounds, language: str, told: str, options: PlanOptions) -> PlanResult:
    """Say what the owner wants to say in their own words, or show these in a gap; beside it what the message asks."""
    asking = asking_of(grounds, safe, language)
    asking = replace(asking, address=grounds.recipe.house.of(language).address or asking.address)
    spoken = spoken_language(told, language)
    if only_wishes(told, spoken):
        return replace(_answered(grounds, safe, language, options), notices=(TONE_ALONE,))
    read = read_message(safe, asking, options)
    owner = grounds.values.get("owner_name", "")
    greeted, said, closing = read_told(without_signature(told, owner), asking, read.wanted, spoken)
    framed = {"greeting": greeted, "closing": _signed(closing, owner, grounds.values)}
    framed = {name: line for name, line in framed.items() if line and not grounds.values.get(name)}
    grounds = replace(grounds, values={**grounds.values, **framed})
    if not said and len(told.split()) <= _FEW_WORDS:
        own = told_to_put_right(told, asking)
        return replace(_answered(grounds, safe, language, options, own), notices=(TO_PUT_RIGHT,))
    first = [ReplyPart(said)] if said else told_to_put_right(told, asking)
    forwarded = [ReplyPart(look.place, gap=look) for look in look_at_forwarded(grounds, safe, asking)]
    known = "\n".join((grounds.source, *(grounds.values.get(name, "") for name in ("thread", "sender_name"))))
    result = _said(grounds, language, told, [*first, *_to_compare(read, safe, asking), *forwarded], known)
    return result if said else replace(result, notices=(TO_PUT_RIGHT,), skeleton=True, reason=ONLY_GAPS)


def _signed(closing: str, owner: str, values: Mapping[str, str]) -> str:
    """Return a closing that was told with its owner's name below it; a chat message has none."""
    return "" if values.get(CHAT) or not closing else f"{closing}\n{owner}".strip()


def _to_compare(read: Read, safe: Grounds, asking: Asking) -> list[ReplyPart]:
    """Return what an owner compares their words with: dangers of the message, what it asks, then all else it says."""
    asked = [thing.shown for thing in in_places(read.source, in_order(safe.source, read.wanted), asking)]
    besides = told_besides(" ".join(asked), read.source, asking)
    dangers = [line for line in (*asked, *besides) if tells_danger(line)]
    # One short thing asked is what they answer.
    is_plain = len(asked) + len(besides) == 1 and len(" ".join(asked).split()) <= _PLAIN_WORDS
    asked = [] if is_plain else asked
    others = (("asked", asked), ("look", besides))
    first = [*_hints(unread_in(asking.language, safe.source), asking), *_hints(dangers, asking, "look_first")]
    shown = [([line for line in lines if line not in dangers], kind) for kind, lines in others]
    return [*first, *(hint for lines, kind in shown for hint in _hints(lines, asking, kind))]


def _places(safe: Grounds, options: PlanOptions) -> tuple[Earlier, Knowledge]:
    """Return where answers are looked for: what was written before, and what is known."""
    values = safe.values
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    message = f"{values.get('sender_name', '')}\n{safe.source}"
    return (
        Earlier(values.get("thread", ""), people, options.embedder, safe.source),
        Knowledge(values.get("passages", ""), message, values.get("today", ""), options.embedder),
    )


def _said(grounds: Grounds, language: str, told: str, parts: Sequence[ReplyPart], known: str) -> PlanResult:
    """Return a reply of what the owner told, and the gaps that it leaves."""
    result = _result(grounds, language, "\n\n".join(part.text for part in parts))
    gaps = [part.gap for part in parts if part.gap]
    others = [other for other in find_gaps(result.text, known) if other.place not in {gap.place for gap in gaps}]
    sources = _numbered([source for part in parts for source in part.sources])
    result = replace(result, gaps=(*gaps, *others), sources=sources)
    return with_facts(result, read_passages(grounds.values.get("passages", "")), told)


def _answered(
    grounds: Grounds, safe: Grounds, language: str, options: PlanOptions, first: Sequence[ReplyPart] = ()
) -> PlanResult:
    """Answer what was written before, and leave the rest to the owner, behind the parts that come `first`."""
    asking = asking_of(grounds, safe, language)
    message = without_instructions(grounds.values[grounds.recipe.main_input])
    answered = answers_between(message, grounds.values.get("sender_name", ""))
    looks = [*open_answers(answered, asking), *look_at_forwarded(grounds, safe, asking)]
    parts = _dangers_first([*_asked_parts(safe, asking, options), *(ReplyPart(look.place, gap=look) for look in looks)])
    parts = [*first, *parts]
    is_bare = not any(map(_answers, parts))
    opening = condolence_for(language, safe.source)
    result = _result(grounds, language, "\n\n".join(filter(None, (opening, *(part.text for part in parts)))))
    gaps = tuple(part.gap for part in parts if part.gap)
    result = replace(
        result,
        gaps=gaps,
        sources=_numbered([source for part in parts for source in part.sources]),
        alternatives=_alternatives(without_hints(result.text, gaps), gaps),
    )
    return replace(result, skeleton=True, reason=ONLY_GAPS) if is_bare else result


def _answers(part: ReplyPart) -> bool:
    """Tell whether a part of a reply says something, or has a ready answer that quotes the thread."""
    quotes = [letters for source in part.sources if part.shows and (letters := letters_of(source.quote))]
    return not part.gap or any(quote in letters_of(choice) for quote in quotes for choice in part.gap.choices)


def _asked_parts(safe: Grounds, asking: Asking, options: PlanOptions) -> list[ReplyPart]:
    """Return what the reply says to each thing asked, or its gap; one gap where nothing is."""
    source, wanted, _, is_glad = read_message(safe, asking, options)
    placed = in_places(source, in_order(safe.source, wanted), asking)
    # "I can offer you:" is no thing of its own where its dates are asked elsewhere.
    asked = [thing for thing in placed if not thing.shown.rstrip(" ?").endswith(":")]
    asked = asked or ([] if asking.offered else placed)
    # "Do not reply: nobody reads this" asks nothing.
    unread = unread_in(asking.language, safe.source)
    asked = [thing for thing in asked if not_among([thing.shown], unread)]
    places = _places(safe, options)
    parts = later_once(dates_once(_parts(asked[:_MAX_ASKS], places, asking, safe), asking), asking)
    if asking.occasion == "invitation" and parts and not any(part.gap and accepts(part.gap, asking) for part in parts):
        invited = open_reply("", asking)
        parts.insert(0, ReplyPart(invited.place, gap=invited, asked=invited.question))
    if asking.occasion == "thanks" and len(wanted) < _FEW_ASKS and not any(map(is_question, wanted)):
        thanked = open_reply(asking.words["thanked" if parts else "reply"], asking)
        parts.insert(0, ReplyPart(thanked.place, gap=thanked, asked=thanked.question))
    has_asked = bool(parts)
    if len(asked) > _MAX_ASKS or not parts:
        parts.append(_rest_part(source, options, asking, is_glad=is_glad, is_all=not parts))
    # What no gap shows stands among the notes, whatever became of it on its way.
    shown = " ".join(f"{part.text} {'' if part.gap else part.asked}" for part in parts)
    besides = told_besides(shown, source, asking) if has_asked or not is_glad else []
    parts = _with_besides(parts, not_among(besides, unread), unread, source, asking)
    if has_asked and not is_glad:
        parts += _written_too(places[0], parts, asking)
    return unpromised(list({part.text: part for part in parts}.values()), asking, is_read=not unread)


def _rest_part(source: str, options: PlanOptions, asking: Asking, *, is_glad: bool, is_all: bool) -> ReplyPart:
    """Return the gap for what a message asks beyond what is listed, or for the answer to one that asks nothing.

    Nobody thanks by a click for a danger or a grievance that is told in passing.
    """
    troubles = troubles_in(source, options) if tells_danger(source) or (options.embedder and not is_glad) else []
    rest = open_reply(asking.words["reply" if is_all else "more"], asking, source)
    rest = answer_to(troubles[0], asking) if is_all and any(map(tells_danger, troubles[:1])) else rest
    rest = replace_choices(rest, ()) if troubles else rest
    return ReplyPart(rest.place, gap=rest, asked=rest.question)


def _with_besides(
    parts: Sequence[ReplyPart], besides: Sequence[str], unread: Sequence[str], source: str, asking: Asking
) -> list[ReplyPart]:
    """Return the parts of a reply with the gaps for what the message tells besides, each in its place of the message.

    What may hurt somebody is first, and before the rest that nobody reads the answer.
    """
    dangers = list(filter(tells_danger, besides))
    asked = {part.asked or part.text: part for part in parts}
    in_place = in_order(source, [*asked, *(line for line in besides if line not in dangers)])
    found = [*_hints(unread, asking)]
    for is_asked, run in groupby(in_place, key=lambda line: line in asked):
        lines = [*run]
        found += [asked[line] for line in lines] if is_asked else _hints(lines, asking)
    return [*_hints(dangers, asking, "look_first"), *_dangers_first(found)]


def _dangers_first(parts: Sequence[ReplyPart]) -> list[ReplyPart]:
    """Return the parts of a reply in their order, before them those whose gap shows what may hurt somebody."""
    return sorted(parts, key=lambda part: not (part.gap and tells_danger(part.gap.question)))


def _hints(lines: Sequence[str], asking: Asking, kind: str = "look") -> list[ReplyPart]:
    return [ReplyPart(look.place, gap=look) for look in open_others(lines, asking, kind)]


def _written_too(earlier: Earlier, parts: Sequence[ReplyPart], asking: Asking) -> Iterator[ReplyPart]:
    """Yield the gaps with what else the owner and third people wrote, sentences that follow each other as one quote."""
    shown = {source.quote for part in parts for source in part.sources}
    for kind, role in (("wrote_too", "owner"), ("others_wrote", "other")):
        runs = _runs(earlier.also(shown, role))
        names = ("" if role == "owner" else f"{run[0].who}: " for run in runs)
        quotes = [
            name + capitalised(" ".join(line.sentence for line in run)) for name, run in zip(names, runs, strict=True)
        ]
        for told in open_others(quotes, asking, kind):
            held = [
                run
                for said, run in zip(quotes, runs, strict=True)
                if said[:_MIN_COMMON_CHARS].rstrip(".!") in told.question
            ]
            known = [line for run in held for line in run if role == "owner" and earlier.is_shared(line)]
            yield ReplyPart(told.place, told, tuple(line.as_source(line.sentence, told.question) for line in known))


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines by runs that follow each other in a message."""
    runs = list[list[Line]]()
    for line in lines:
        follows = runs and (line.at[0], line.at[1] - 1) == runs[-1][-1].at
        runs[-1:] = [[*runs[-1], line]] if follows else [*runs[-1:], [line]]
    return runs


def _parts(
    placed: Sequence[Asked], places: Sequence[Earlier | Knowledge], asking: Asking, safe: Grounds
) -> list[ReplyPart]:
    """Return what the reply says to each thing that is asked; what answers two stands once."""
    grounds = {
        part: _ground(asked.labelled(part), places, asking, safe.source) for asked in placed for part in asked.parts
    }
    found = {part: ground for part, ground in grounds.items() if ground}
    parts: list[ReplyPart] = []
    for asked in placed:
        of_parts = [found[part] for part in asked.parts if part in found]
        near, is_whole = together(of_parts), len(of_parts) == len(asked.parts)
        # What was written to somebody before is offered; only what a source says is said.
        if near and near.is_sure and is_whole and all(line.role == "source" for line in near.lines):
            parts.append(ReplyPart(near.text, sources=near.sources, asked=asked.sentence))
            continue
        is_one, is_only = len(asked.parts) == 1, len(placed) == 1
        one = open_question(asked.sentence, asking, near, asked.quote, is_one=is_one, is_only=is_only)
        sources, shows = (near.sources, near.lines[0].role != "source") if near else ((), False)
        parts.append(ReplyPart(one.place, one, sources, shows, asked=asked.sentence))
    return parts


def _ground(sentence: str, places: Sequence[Earlier | Knowledge], asking: Asking, source: str) -> Ground | None:
    """Return what answers: what was written in this thread, else what is known; else what comes near."""
    before, near = _before(sentence, source), None
    # What is taken is to be confirmed; what was offered is known to both.
    places = () if takes(asking.language, sentence) else places
    for place in places:
        found = place.answer(sentence, asking, before)
        if found and found.is_sure:
            return found
        near = near or found
    return near


def _before(sentence: str, source: str) -> str:
    """Return the sentence before one of a message, "" where that asks something itself."""
    said = [unwrap(part) for part in split_sentences(source)]
    place = next((at for at, part in enumerate(said) if sentence[:_MIN_COMMON_CHARS] in part), 0)
    before = said[place - 1] if place else ""
    return "" if is_question(before) or is_greeting(before) else before


def _numbered(sources: list[DraftSource]) -> tuple[DraftSource, ...]:
    return tuple(source.model_copy(update={"number": number}) for number, source in enumerate(sources, 1))


def _alternatives(text: str, gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """Return the whole draft with each ready answer, where there is one question."""
    asked = [gap for gap in gaps if not gap.is_hint]
    return tuple(text.replace(asked[0].place, choice) for choice in asked[0].choices) if len(asked) == 1 else ()


def _result(grounds: Grounds, language: str, body: str) -> PlanResult:
    text = continued(language, frame(grounds.recipe, as_said(grounds).values, body))
    findings = tuple(finding for finding in check_draft(grounds, text) if finding.severity == "warn")
    return PlanResult(text=text, findings=findings)
