"""Replies that claim nothing: what the owner says, what was written before, and a gap for all else asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from core.drafts import DraftSource, Gap, find_gaps, without_hints
from core.recipes.model import CHAT, Recipe
from core.recipes.render import frame
from core.text.asks import asks_for_word, is_greeting, is_question
from core.text.catalogues import N_
from core.text.forms import LIST_MARK
from core.text.salutations import continued
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.checks.injection import without_instructions
from core.writing.grounded.accounts import look_at_accounts
from core.writing.grounded.asked import (
    Asking,
    asks_outright,
    lacks_mark,
    letters_of,
    not_among,
    questions_within,
)
from core.writing.grounded.blocks import MAX_CHARS, Block, blocks_of
from core.writing.grounded.comparing import telling, to_compare
from core.writing.grounded.earlier import Earlier, wanted_in
from core.writing.grounded.forwarded import as_said, look_at_forwarded
from core.writing.grounded.hints import open_answers, open_others
from core.writing.grounded.knowledge import Knowledge, with_facts
from core.writing.grounded.lines import Ground, together
from core.writing.grounded.occasions import (
    blames,
    condolence_for,
    takes,
    unread_in,
)
from core.writing.grounded.own_words import parted
from core.writing.grounded.passages import changed, read_passages
from core.writing.grounded.questions import open_block, open_reply
from core.writing.grounded.read_message import Read, asking_of, read_message
from core.writing.grounded.reply_frame import language_of, with_frame
from core.writing.grounded.signals import troubles_in
from core.writing.grounded.threads import ThreadPeople, answers_between
from core.writing.grounded.told import (
    ReplyPart,
    only_wishes,
    read_told,
    spoken_language,
    told_to_put_right,
    without_signature,
)
from core.writing.grounded.written_too import named, written_too
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

TO_PUT_RIGHT = N_(
    "What you told stands in the draft as a gap, word for word, since this model writes nothing of its own: put it "
    "right for your reader. Whole sentences to your reader become the reply; a larger model follows directions."
)
TONE_ALONE = N_(
    "What you told is about tone alone: this model writes nothing of its own, a larger one follows such wishes."
)
TOO_LONG = N_(
    "This message is very long: only its beginning and its last page are laid out here. Read the rest of it yourself."
)
ONLY_GAPS = N_("What to reply, only you can say.")
_IN_A_GAP = N_("Your words stand in a gap, to be put right.")
_MAX_ASKS, _MIN_COMMON_CHARS, _SURE_PART = 12, 20, 0.6
# So few words answer what the message asks, which stands beside them.
_FEW_WORDS = 8
# Who answers a chat message of so many words has all of it before them.
_SHORT_CHAT_WORDS = 40


class _Scope(NamedTuple):
    """Whether a block is the only one of its message that asks, and whether it is all of the message.

    `beside` is all of a short chat message whose blocks all ask, else "".
    """

    is_only: bool
    is_all: bool
    beside: str


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
    if len(safe.source) > MAX_CHARS:
        result = replace(result, notices=(*result.notices, TOO_LONG))
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
    if not said and len(parted(told, spoken)[1].split()) <= _FEW_WORDS:
        own = told_to_put_right(told, asking, spoken)
        return replace(_answered(grounds, safe, language, options, own), notices=(TO_PUT_RIGHT,))
    first = [ReplyPart(said)] if said else told_to_put_right(told, asking, spoken)
    accounts = _shown(look_at_accounts(grounds, safe, asking))
    forwarded = _shown(look_at_forwarded(grounds, safe, asking, options))
    blocks = blocks_of(read.source, read.wanted, read.alerts, asking, read.called)
    earlier, _ = _places(safe, options, [block for block in blocks if block.is_asked][:_MAX_ASKS], asking)
    shown = to_compare(read, blocks, earlier.against(told, asking), asking)
    compared = [hint for kind, lines in shown for hint in _hints(lines, asking, kind)]
    known = "\n".join((grounds.source, *(grounds.values.get(name, "") for name in ("thread", "sender_name"))))
    result = _said(grounds, language, told, [*first, *accounts, *compared, *forwarded], known)
    return result if said else replace(result, notices=(TO_PUT_RIGHT,), skeleton=True, reason=_IN_A_GAP)


def _signed(closing: str, owner: str, values: Mapping[str, str]) -> str:
    """Return a closing that was told with its owner's name below it; a chat message has none."""
    return "" if values.get(CHAT) or not closing else f"{closing}\n{owner}".strip()


def _places(safe: Grounds, options: PlanOptions, blocks: Sequence[Block], asking: Asking) -> tuple[Earlier, Knowledge]:
    """Return where answers to what blocks ask are looked for: what was written before, and what is known."""
    asked = [block.labelled(part) for block in blocks for part in block.parts]
    wanted = {sentence: wanted_in(sentence, _before(sentence, safe.source, asking), asking) for sentence in asked}
    values = safe.values
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    message = f"{values.get('sender_name', '')}\n{safe.source}"
    return (
        Earlier(values.get("thread", ""), people, options.embedder, safe.source, wanted),
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
    looks = _shown([*open_answers(answered, asking), *look_at_forwarded(grounds, safe, asking, options)])
    asked = _asked_parts(safe, asking, options, looks)
    # Beside what the owner told in words of their own, a click would leave its conditions out.
    asked = [replace(part, gap=_without_choices(part.gap)) for part in asked] if first else asked
    accounts = _shown(look_at_accounts(grounds, safe, asking))
    parts = [*first, *accounts, *asked, *looks]
    # That an account is to be checked is not left to a list alone.
    is_bare = not (accounts or any(map(_answers, parts)))
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
    """Tell whether a part of a reply says something, or its gap shows what the thread answers."""
    quotes = [letters for source in part.sources if part.shows and (letters := letters_of(source.quote))]
    return not part.gap or any(quote in letters_of(part.gap.question) for quote in quotes)


def _asked_parts(
    safe: Grounds, asking: Asking, options: PlanOptions, behind: Sequence[ReplyPart] = ()
) -> list[ReplyPart]:
    """Return what the reply says to each thing asked, or its gap, and notes of all else; one gap where nothing is.

    What the parts show that stand `behind` is not repeated. What may hurt somebody stands before everything, then that
    nobody reads the answer, then what is perhaps a danger, then a postscript: it may change what stands above it.
    """
    read = read_message(safe, asking, options)
    # "Do not reply: nobody reads this" asks nothing.
    unread = unread_in(asking.language, safe.source)
    blocks = [
        block if not_among([block.text], unread) or not_among(block.parts, unread) else replace(block, is_asked=False)
        for block in blocks_of(read.source, read.wanted, read.alerts, asking, read.called)
    ]
    asked = [block for block in blocks if block.is_asked][:_MAX_ASKS]
    places = _places(safe, options, asked, asking)
    # Without the model that reads for dangers a short yes needs plain words around it, too.
    is_grave = any([read.alerts, read.perhaps, *dict(read.before).values()])
    is_chat = bool(safe.values.get(CHAT)) and not is_grave
    is_shown = 1 < len(asked) == len(blocks) and len(read.source.split()) <= _SHORT_CHAT_WORDS
    beside = read.source if is_chat and is_shown and asking.occasion != "invitation" else ""
    scope = _Scope(len(asked) == 1, len(blocks) == 1 and read.is_read, beside)
    answers = {block: [*_answer(block, places, asking, read.source, scope)] for block in asked}
    opening = _opening_gap(read, asking, options, has_asked=bool(asked))
    # Of a message of one gap nothing is to be looked at first.
    alerts = [block for block in blocks if block.is_alert and not block.is_asked and (opening or not scope.is_all)]
    others = [block for block in blocks if block not in (*asked, *alerts)]
    perhaps = telling(read.perhaps, others)
    notes = [block for block in others if block not in perhaps]
    first = (
        ("look_first", [line for block in alerts if block.is_called for line in block.seen_first]),
        *read.before,
        ("look", [block.text for block in alerts if not block.is_called]),
        ("look", [*unread, *(block.text for block in perhaps)]),
    )
    parts = [hint for kind, lines in first for hint in _hints(lines, asking, kind)]
    parts += [ReplyPart(opening.place, gap=opening)] if opening else []
    shown = (block for block in blocks if block in answers or block in notes)
    for is_asked, run in groupby(shown, key=answers.__contains__):
        told = list(run)
        parts += [part for block in told for part in answers.get(block, ())]
        parts += [] if is_asked else _hints([block.text for block in told], asking)
    parts += [] if read.is_courtesy else written_too(places[0], [*parts, *behind], asking)
    return _chosen_once({part.text: part for part in parts}.values(), asking, is_read=not unread)


def _chosen_once(parts: Collection[ReplyPart], asking: Asking, *, is_read: bool) -> list[ReplyPart]:
    """Return the parts without ready answers where nobody reads them, and without days to pick in several gaps.

    Two clicks may take two days.
    """
    none = asking.said(asking.words["date_choices"][-1])
    dated = [part for part in parts if part.gap and none in part.gap.choices]
    bare = list(parts) if not is_read else dated if len(dated) > 1 else []
    return [replace(part, gap=_without_choices(part.gap)) if part in bare else part for part in parts]


def _without_choices(gap: Gap | None) -> Gap | None:
    return gap and gap.model_copy(update={"choices": ()})


def _opening_gap(read: Read, asking: Asking, options: PlanOptions, *, has_asked: bool) -> Gap | None:
    """Return the gap for the answer to a message that asks nothing; None for any other.

    Nobody thanks by a click for an alert or a grievance that is told in passing.
    """
    if has_asked:
        return None
    is_blamed = bool(read.alerts) or blames(asking.language, read.source)
    is_trouble = is_blamed or (options.embedder and not read.is_courtesy and troubles_in(read.source, options))
    question = asking.form("courtesy" if read.is_courtesy else "reply")
    gap = open_reply(question, asking, read.source, is_courtesy=read.is_courtesy)
    return _without_choices(gap) if is_trouble else gap


def _hints(lines: Sequence[str], asking: Asking, kind: str = "look") -> list[ReplyPart]:
    return _shown(open_others(lines, asking, kind))


def _shown(looks: Iterable[Gap]) -> list[ReplyPart]:
    return [ReplyPart(look.place, gap=look) for look in looks]


def _answer(
    block: Block, places: Sequence[Earlier | Knowledge], asking: Asking, source: str, scope: _Scope
) -> Iterator[ReplyPart]:
    """Yield what the reply says to a block, or its gap, and a note where the gap has no room for what was written."""
    read = [ground for part in block.parts for ground in _grounds(block.labelled(part), places, asking, source)]
    grounds = [*filter(None, read)]
    near, is_whole = together(grounds), all(ground and ground.text for ground in read)
    # What was written to somebody before is offered; only what a source says is said.
    is_known = near and near.is_sure and is_whole and all(line.role == "source" for line in near.lines)
    if near and is_known and not block.is_alert:
        yield ReplyPart(near.text, sources=near.sources)
        yield from _hints([*filter(None, [block.rest()])], asking)
        return
    # What answers a part of it is no answer to pick.
    near = near if near is None or is_whole else replace(near, text="")
    one = open_block(block, asking, near, is_only=scope.is_only, is_all=scope.is_all, beside=scope.beside)
    is_written = near is not None and near.lines[0].role != "source"
    sources = tuple(
        source if source.kind == "fact" else source.model_copy(update={"supports": one.question})
        for source in (near.sources if near else ())
    )
    yield ReplyPart(one.place, one, sources, shows=is_written)
    shown = letters_of(one.question)
    # What else may answer stands behind all.
    likeliest = dict.fromkeys(ground.lines[0] for ground in grounds if is_written)
    unseen = [line for line in likeliest if letters_of(line.sentence) not in shown]
    for is_own, run in groupby(unseen, key=lambda line: line.role == "owner"):
        kind = "wrote_too" if is_own else "others_wrote"
        yield from _hints([named(line, line.whole, asking) for line in run], asking, kind)


def _grounds(sentence: str, places: Sequence[Earlier | Knowledge], asking: Asking, source: str) -> list[Ground | None]:
    """Return what answers a sentence; of one that joins questions what was written to each, or what sources say."""
    whole = _ground(sentence, places, asking, source)
    joined = questions_within(sentence, asking.language)
    if len(joined) == 1 or (whole and whole.lines[0].role == "source") or takes(asking.language, sentence):
        return [whole]
    parts = [part for question in joined if (part := places[0].answer(question, asking))]
    # Where nothing answers both, one of them has to be answered surely.
    parts = parts if whole else [part for part in parts if max(line.near for line in part.lines) >= _SURE_PART]
    if parts or whole:
        return [*parts] or [whole]
    found = [_ground(question, places[1:], asking, source) for question in joined]
    # "Which room is large and is free on Monday?" is one question: nothing answers it by halves.
    is_sure = all(map(asks_for_word, joined))
    return found if is_sure else [ground and replace(ground, text="", is_sure=False) for ground in found]


def _ground(sentence: str, places: Sequence[Earlier | Knowledge], asking: Asking, source: str) -> Ground | None:
    """Return what answers: what was written in this thread, else what is known; else what comes near."""
    before, near = _before(sentence, source, asking), None
    # What is taken is to be confirmed; what was offered is known to both.
    places = () if takes(asking.language, sentence) else places
    for place in places:
        found = place.answer(sentence, asking, before)
        if found and found.is_sure:
            return found
        near = near or found
    return near


def _before(sentence: str, source: str, asking: Asking) -> str:
    """Return the sentence before one of a message, "" where that asks something itself and is not gone on with."""
    said = [unwrap(part) for part in split_sentences(source)]
    place = next((at for at, part in enumerate(said) if sentence[:_MIN_COMMON_CHARS] in part), 0)
    before = said[place - 1] if place else ""
    # "Any buoys left? We need two."
    goes_on = is_question(before) and not (is_question(sentence) or asks_outright(sentence, asking))
    asks = is_question(before) or lacks_mark(before, asking.language) or LIST_MARK.match(before)
    return "" if is_greeting(before) or (asks and not goes_on) else before


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
