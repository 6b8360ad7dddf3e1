"""Replies that claim nothing: what the owner says, what was written before, and a gap for all else asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from core.drafts import DraftSource, Gap, cut_at_word, find_gaps
from core.recipes.model import Recipe
from core.recipes.render import frame
from core.text.asks import find_due, is_greeting, is_question, kind_of
from core.text.called import short_name
from core.text.catalogues import N_
from core.text.lexicon import WORD_BEGINS, either, whole
from core.text.salutations import (
    Address,
    address_of,
    clean_name,
    continued,
    first_name,
    signed_address,
)
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.checks.injection import without_instructions
from core.writing.grounded.asked import (
    Asking,
    capitalised,
    closes,
    found_among,
    greets_familiarly,
    in_order,
    letters_of,
    not_among,
    things_asked,
    threatens,
    wishes_in,
    without_parts,
)
from core.writing.grounded.each_once import dates_once, later_once, replace_choices, unpromised
from core.writing.grounded.earlier import Earlier
from core.writing.grounded.knowledge import Knowledge, with_facts
from core.writing.grounded.left_open import left_open, perhaps_open
from core.writing.grounded.lines import Ground, each_once, together
from core.writing.grounded.occasions import (
    condolence_for,
    objects,
    occasion_of,
    only_introduces,
    pays,
    takes,
    wants_no_reply,
)
from core.writing.grounded.offered import offered_dates, offers_listed
from core.writing.grounded.passages import changed, read_passages
from core.writing.grounded.questions import (
    GLAD,
    accepts,
    answer_to,
    open_others,
    open_question,
    open_reply,
)
from core.writing.grounded.reply_frame import language_of, with_frame
from core.writing.grounded.signals import tells_danger, troubles_in
from core.writing.grounded.surroundings import Asked, around, entries_beside, in_places
from core.writing.grounded.third_people import asked_of_others, third_people
from core.writing.grounded.threads import ThreadPeople, introduces, messages_of, own_part, without_closing
from core.writing.grounded.told import (
    ReplyPart,
    ToldWords,
    parts_to_pick,
    read_told,
    spoken_language,
    words_to_pick,
)
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

NOT_TAKEN = N_(
    "What you told is not in the draft: it is, or may be, a direction, and this model writes nothing of its own. Write "
    "the sentences as your reader should get them, and they become the reply; a larger model follows directions."
)
TO_PICK = N_(
    "What you told stands in the first gap, to be picked if your reader should get it word for word, and apart from it "
    "what may be a direction or a remark: this model writes nothing of its own."
)
LEFT_OUT = N_("Left out, since it may be for you alone: {quotes}")
ONLY_GAPS = N_("Only you can answer what this message asks.")
_MAX_ASKS, _MIN_COMMON_CHARS, _FEW_WORDS, _MAX_LIKELY, _FEW_LIKELY, _FEW_ASKS, _SHORT_WORDS = 12, 20, 6, 6, 3, 2, 40
# So much of a thing that may be answered reminds of it.
_POINTER_CHARS = 90


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
    foreign = {field.name for field in grounds.recipe.inputs if field.foreign}
    values = {
        name: changed(value, without_instructions) if name in foreign else value
        for name, value in grounds.values.items()
    }
    main = grounds.recipe.main_input
    said, below = own_part(values[main], values.get("sender_name", ""))
    values |= {main: said, "thread": values.get("thread", "").strip() or below}
    return Grounds(grounds.recipe, values, said)


def _as_told(grounds: Grounds, safe: Grounds, language: str, told: str, options: PlanOptions) -> PlanResult:
    """Say what the owner wants to say, in their own words; where that takes a writer, answer without and say so."""
    asking = _asking(grounds, safe, language)
    asking = replace(asking, address=grounds.recipe.house.of(language).address or asking.address)
    spoken = spoken_language(told, language)
    read = _read(safe, asking, options)
    greeted, said = read_told(told, asking, read.wanted, spoken)
    if greeted and not grounds.values.get("greeting"):
        grounds = replace(grounds, values={**grounds.values, "greeting": greeted})
    own = ToldWords(said) if said else words_to_pick(told, asking, read.wanted, spoken)
    if not own.plain:
        return replace(_answered(grounds, safe, language, options), notices=(NOT_TAKEN,))
    first = [ReplyPart(said)] if said else parts_to_pick(own, asking)
    left = _left_open(read, (told if spoken == language else "", own.plain), safe, asking, options)
    known = "\n".join((grounds.source, *(grounds.values.get(name, "") for name in ("thread", "sender_name"))))
    result = _said(grounds, language, told, [*first, *left], known)
    hidden = " ".join(f"“{sentence}”" for sentence in own.private)
    left_out = (LEFT_OUT.format(quotes=hidden),) if hidden else ()
    return result if said else replace(result, notices=(TO_PICK, *left_out))


def _left_open(
    read: "_Read", told: tuple[str, str], safe: Grounds, asking: Asking, options: PlanOptions
) -> Iterator[ReplyPart]:
    """Yield a gap for each thing asked that the owner told nothing of, with what was written of it before.

    What else is wanted, and may be answered in other words, stands in one gap behind them.
    """
    places, left = _places(safe, options), left_open(read.wanted, *told, asking)
    for sentence in left:
        is_whole = not whole(asking.words["points_back"]).search(sentence) or len(sentence.split()) > _FEW_WORDS
        near = _ground(sentence, places, asking, safe.source) if is_whole else None
        one = open_question(sentence, asking, near, is_only=False)
        yield ReplyPart(one.place, one, near.sources if near else ())
    listed = entries_beside([*read.wanted, *read.likely], read.source)
    besides = [*read.likely[:_FEW_LIKELY], *listed] if len(read.wanted) > 1 else []
    own = told[0] or told[1]
    unspoken = perhaps_open([*read.wanted, *besides], left, own, read.source, asking, options.embedder)
    once = without_parts(in_order(safe.source, [*dict.fromkeys(unspoken)]))
    shown = [cut_at_word(line, _POINTER_CHARS) for line in once]
    for rest in open_others(shown, asking, "unspoken"):
        yield ReplyPart(rest.place, rest)


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


def _answered(grounds: Grounds, safe: Grounds, language: str, options: PlanOptions) -> PlanResult:
    """Answer what was written before, and leave the rest to the owner."""
    parts = _asked_parts(safe, _asking(grounds, safe, language), options)
    is_bare = all(part.gap and not part.shows for part in parts)
    opening = condolence_for(language, safe.source)
    result = _result(grounds, language, "\n\n".join(filter(None, (opening, *(part.text for part in parts)))))
    gaps = tuple(part.gap for part in parts if part.gap)
    result = replace(
        result,
        gaps=gaps,
        sources=_numbered([source for part in parts for source in part.sources]),
        alternatives=_alternatives(result.text, gaps),
    )
    return replace(result, skeleton=True, reason=ONLY_GAPS) if is_bare else result


class _Read(NamedTuple):
    """What a message asks, what else may want something, and whether it only tells something good."""

    source: str
    wanted: list[str]
    likely: list[str]
    is_glad: bool


def _read(safe: Grounds, asking: Asking, options: PlanOptions) -> _Read:
    """Return what a message asks, without what is asked of others, greets or only chooses a day."""
    sender = safe.values.get("sender_name", "")
    source = offers_listed(without_closing(safe.source, sender), asking).rest
    wishes, likely = wishes_in(source, asking.language, options.embedder)
    is_glad = (asking.occasion in GLAD or wants_no_reply(asking.language, source)) and not tells_danger(source)
    if is_glad and not things_asked(source, asking):
        # Who tells of a birth or says that no answer is needed, and asks nothing, wants nothing either.
        told = [wish for wish in wishes if not (is_question(wish) or kind_of(wish) == "request")]
        wishes, likely = not_among(wishes, told), [*told, *likely]
    wanted = without_parts(things_asked(source, asking, wishes))
    of_others = asked_of_others(source, wanted, third_people(safe.values))
    likely = [*(line for line, goes_on in of_others.items() if goes_on), *likely]
    wanted = [line for line in wanted if line not in of_others]
    likely = [line for line in not_among(likely, wanted) if not (introduces(line, sender) or closes(line, asking))]
    leads = (wants_no_reply, only_introduces)
    likely = [line for line in likely if not any(is_none(asking.language, line) for is_none in leads)]
    # "Let me know which day suits": the gap for the dates asks it.
    chooses = whole(asking.words["which"]) if asking.offered else None
    likely = [line for line in likely if not (line.endswith(":") or _only_chooses(line, chooses))]
    return _Read(source, wanted, likely, is_glad)


def _asked_parts(safe: Grounds, asking: Asking, options: PlanOptions) -> list[ReplyPart]:
    """Return what the reply says to each thing asked, or its gap; one gap where nothing is."""
    source, wanted, likely, is_glad = _read(safe, asking, options)
    placed = in_places(source, in_order(safe.source, wanted), likely, asking)
    asked = [thing for thing in placed if thing.parts]
    # "I can offer you:" is no thing of its own where its dates are asked elsewhere.
    asked = [thing for thing in asked if not thing.shown.rstrip(" ?").endswith(":")] or asked
    places = _places(safe, options)
    parts = later_once(dates_once(_parts(asked[:_MAX_ASKS], places, asking, safe), asking), asking)
    if asking.occasion == "invitation" and parts and not any(part.gap and accepts(part.gap, asking) for part in parts):
        invited = open_reply("", asking)
        parts.insert(0, ReplyPart(invited.place, gap=invited, asked=invited.question))
    if asking.occasion == "thanks" and len(wanted) < _FEW_ASKS and not any(map(is_question, wanted)):
        thanked = open_reply(asking.words["thanked" if parts else "reply"], asking)
        parts.insert(0, ReplyPart(thanked.place, gap=thanked, asked=thanked.question))
    has_asked = bool(parts)
    # A danger or a grievance told in passing is seen before what may only want something, and nobody thanks for it.
    troubles = troubles_in(source, options) if tells_danger(source) or (options.embedder and not is_glad) else []
    if len(asked) > _MAX_ASKS or not parts:
        rest = open_reply(asking.words["more" if parts else "reply"], asking, source)
        rest = answer_to(troubles[0], asking) if not parts and any(map(tells_danger, troubles[:1])) else rest
        rest = replace_choices(rest, ()) if troubles else rest
        parts.append(ReplyPart(rest.place, gap=rest, asked=rest.question))
    may_want = [*troubles, *(likely if has_asked or asking.occasion == "bereavement" else ())]
    shown = " ".join([*(thing.shown for thing in placed), *(part.text for part in parts)])
    besides = _told_besides(placed, shown, may_want, source, asking) if has_asked or not is_glad else []
    parts += [ReplyPart(look.place, gap=look) for look in open_others(besides, asking)]
    if has_asked and not is_glad:
        parts += _written_too(places[0], parts, asking)
    return unpromised(list({part.text: part for part in parts}.values()), asking)


def _only_chooses(line: str, chooses: re.Pattern[str] | None) -> bool:
    """Tell whether a line says no more than that a day is to be chosen, and no figure."""
    return bool(chooses and chooses.search(line)) and not any(map(str.isdigit, line))


def _told_besides(placed: Sequence[Asked], shown: str, likely: Sequence[str], source: str, asking: Asking) -> list[str]:
    """Return what else of a message its reader is shown: figures, by when, or else, deaths, what may want an answer."""
    due = either(asking.words["due"], WORD_BEGINS)
    sentences = map(unwrap, split_sentences(source))
    by_when = [
        line for line in sentences if due.match(find_due(line)) or threatens(line, asking) or asking.grave.search(line)
    ]
    known = letters_of(shown)
    found = [asked.quote for asked in placed if not asked.parts]
    for line in (*by_when, *likely):
        if len(found) >= _MAX_LIKELY:
            break
        is_said = bool(condolence_for(asking.language, line))  # the reply begins with that
        if not (is_said or found_among(line, known)):
            quote = around(line, source, asking)
            is_new = not any(found_among(said, known) for said in split_sentences(quote))
            found.append(quote if is_new else line)
            known += f" {letters_of(found[-1])}"
    return found


def _written_too(earlier: Earlier, parts: Sequence[ReplyPart], asking: Asking) -> Iterator[ReplyPart]:
    """Yield a gap with what else the owner wrote of it before."""
    shown = {source.quote for part in parts for source in part.sources}
    asked = [part.asked for part in parts if part.asked]
    is_complaint = asking.occasion in {"complaint", "reminder"}
    lines = {capitalised(line.whole): line for line in earlier.also(shown, asked, is_complaint=is_complaint)}
    for told in open_others([*lines], asking, "wrote_too"):
        held = [line for said, line in lines.items() if said[:_MIN_COMMON_CHARS].rstrip(".!") in told.question]
        sources = tuple(line.as_source(line.sentence, told.question) for line in held)
        yield ReplyPart(told.place, told, sources, shows=True)


def _asking(grounds: Grounds, safe: Grounds, language: str) -> Asking:
    values = grounds.values
    usual = values.get("usual_greeting", "")
    name = values.get("sender_name", "")
    address: Address = next(filter(None, (address_of(language, text) for text in (safe.source, usual))), "")
    if not address and greets_familiarly(safe.source, first_name(values.get("owner_name", "")), Asking(language)):
        address = "familiar"
    address = address or signed_address(language, name, safe.source) or address_of(language, values.get("thread", ""))
    occasion = occasion_of(language, safe.values.get("subject", ""), safe.source)
    shown = clean_name(name).partition(", ")[0] if address == "formal" else short_name(name, safe.source)
    # Who withholds a payment is offered no word of paying.
    is_disputed = occasion == "reminder" and any(objects(language, text) for text in _own_words(safe.values))
    occasion = "complaint" if is_disputed else occasion
    is_first = not safe.values.get("thread")
    asking = Asking(language, address, occasion, sender=shown, is_disputed=is_disputed, is_first=is_first)
    is_sad, is_short = asking.tells_ill(unwrap(safe.source)), len(safe.source.split()) <= _SHORT_WORDS
    asking = replace(asking, is_sad=is_sad, is_short=is_short)
    offers = (offered_dates(sentence, asking.words) for sentence in split_sentences(safe.source))
    listed = offers_listed(safe.source, asking).dates
    inline = next((dates for dates in offers if len(dates) > 1 and not any(map(str.isdigit, dates))), ())
    return replace(asking, offered=listed or inline, listed=listed, source=without_closing(safe.source, name))


def _own_words(values: Mapping[str, str]) -> list[str]:
    """Return what the owner wrote in the thread."""
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    written = messages_of(values.get("thread", ""), people)
    return [message.text for message in written if people.role_of(message.who) == "owner"]


def _parts(
    placed: Sequence[Asked], places: Sequence[Earlier | Knowledge], asking: Asking, safe: Grounds
) -> list[ReplyPart]:
    """Return what the reply says to each thing that is asked; what answers two stands once."""
    grounds = {
        part: _ground(asked.labelled(part), places, asking, safe.source) for asked in placed for part in asked.parts
    }
    found = each_once({part: ground for part, ground in grounds.items() if ground})
    parts: list[ReplyPart] = []
    for asked in placed:
        of_parts = [found[part] for part in asked.parts if part in found]
        near, is_whole = together(of_parts), len(of_parts) == len(asked.parts)
        # What was written to somebody before is offered; only what a source says is said.
        if near and near.is_sure and is_whole and all(line.role == "source" for line in near.lines):
            parts.append(ReplyPart(near.text, sources=near.sources))
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
    if asking.is_disputed and pays(asking.language, sentence):
        return next((place.objection(asking) for place in places if isinstance(place, Earlier)), None)
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
    """Return the whole draft with each ready answer, where there is one gap."""
    return tuple(text.replace(gaps[0].place, choice) for choice in gaps[0].choices) if len(gaps) == 1 else ()


def _result(grounds: Grounds, language: str, body: str) -> PlanResult:
    text = continued(language, frame(grounds.recipe, grounds.values, body))
    findings = tuple(finding for finding in check_draft(grounds, text) if finding.severity == "warn")
    return PlanResult(text=text, findings=findings)
