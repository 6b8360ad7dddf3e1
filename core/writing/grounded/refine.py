"""What rules can change in a draft when its person says what they want: words, sentences and lines, never wordings.

A change that cannot be made with certainty is not made, and said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.drafts import GAP, RECIPIENTS_CHECK, Draft, Finding, Gap, Item, cut_at_word
from core.errors import InputError
from core.text.asks import is_question
from core.text.facts import extract_facts
from core.text.forms import CITATION, with_line_once, with_single_blank_lines
from core.text.language import detect_language
from core.text.lexicon import either_of, lexicon, whole
from core.text.numbered_answers import told_answer
from core.text.sentences import split_sentences
from core.text.wishes import Change, Kind, readings, spoken_language
from core.writing.explanation import without_ready
from core.writing.grounded.own_words import directs_writer, is_manner, mended
from core.writing.grounded.picked import answered_by, picked

# Sentences with the marks behind them; a mark within a sentence ends none.
_CITED = re.compile(
    r"(.+?)((?<=[.!?…\"”“»)]) ?(?:\[\d{1,3}\][ .]?){1,9}+(?! ?[,;\[])|(?:\[\d{1,3}\] ?){1,9}(?:\.|(?=\n)|\Z)|\Z)", re.S
)
# What goes on behind a mark: "Yes! [1], it is."
_GOES_ON = r"(?:\[\d{1,3}\] ?){1,9}[,;]"
# "Tuesday 9", "Tuesday, 9 June", "Dienstag, den 9.", "mardi 9", and the day before its number in English.
_DAY_BEHIND = either_of(
    "small_words",
    "before_date",
    ",? (?:",
    r" )?(?:\d{1,2}(?!\d|[:.]\d\d|h| ?(?:am|pm|uhr))|[A-Z][a-z]{2,8} \d{1,2}\b)",
    flags=0,
)
_BULLETS = ("- ", "* ", "• ")
_SHARE_KEPT = 0.6
_MAX_EDGE_CHARS = 80
# A word of a wish may stand in the draft in another form of it.
_MIN_STEM, _MAX_ENDING = 4, 3
_SPACES = re.compile(r"[ \t]{2,}")
# So much is shown of what was left out.
_MAX_LEFT_OUT_CHARS = 200


class NotMade(Exception):
    """A change that was not made: the wording that says why (`data/LANGUAGE/talk.toml`), and what stands in it."""

    def __init__(self, wording: str, **what: str) -> None:
        super().__init__(wording)
        self.wording, self.what = wording, what

    def said(self, language: str) -> str:
        """Return why, in a language."""
        return lexicon(language).wording(f"talk.{self.wording}").format(**self.what)


@dataclass(frozen=True)
class _Work:
    """A draft on its way, as text or as entries of a list."""

    text: str
    items: tuple[Item, ...] | None
    gaps: Sequence[Gap] = ()
    refused: tuple[str, ...] = field(default=())
    left_out: tuple[str, ...] = ()
    has_added: bool = False
    closed: tuple[str, ...] = ()
    made: int = 0


@dataclass(frozen=True)
class RefinedDraft:
    """A draft with changes, and why others of the same wish were not made. Its notices tell these, and what went."""

    draft: Draft
    refused: tuple[str, ...] = ()


def refine_by_rule(draft: Draft, wish: str, *, is_quoted: bool = False) -> RefinedDraft:
    """Return a draft with the changes of a wish that rules can make, and a notice for each that they cannot.

    Args:
        draft: as the person has it now.
        wish: what they said.
        is_quoted: whether it is an answer, whose sentences are its sources': no model words them otherwise.

    Raises:
        InputError: none of it can be made; it says why, and what can be.
    """
    language = spoken_language(wish, beside=draft.text)
    tried = [_tried(draft, reading, language, is_quoted) for reading in readings(wish)]
    best = max(tried, key=lambda work: (work.made > 0, -len(work.refused), work.made))
    if not best.made:
        says_other = any(change.kind in ("other", "tells") for change in readings(wish)[0])
        can = "can_quoted" if is_quoted else "can_answer" if says_other and draft.questions else "can"
        raise InputError(" ".join(dict.fromkeys(best.refused)), fix=lexicon(language).wording(f"talk.{can}"))
    gaps = tuple(gap for gap in draft.gaps if gap.is_hint or gap.place in best.text)
    kept = without_ready(draft.sources, (gap for gap in draft.gaps if gap not in gaps), best.text)
    cited = CITATION.search(draft.text)
    sources = tuple(source for source in draft.sources if f"[{source.number}]" in best.text) if cited else kept
    update = {"text": best.text, "items": best.items, "gaps": gaps, "sources": sources}
    noted = {
        "findings": _still_there(draft.findings, best),
        "notices": (*best.refused, *_told_left_out(best, language), *_told_asked(best, draft, language)),
    }
    return RefinedDraft(draft.model_copy(update={**update, **noted}), best.refused)


def _still_there(findings: Sequence[Finding], work: _Work) -> tuple[Finding, ...]:
    """Return the findings whose words still stand in the draft, and those that are about no words of it."""
    said = "\n".join([work.text, *(item.text for item in work.items or ())])
    return tuple(
        finding
        for finding in findings
        if finding.check == RECIPIENTS_CHECK or (finding.place and whole([re.escape(finding.place)]).search(said))
    )


def _told_left_out(work: _Work, language: str) -> tuple[str, ...]:
    if not work.left_out:
        return ()
    what = cut_at_word(" ".join(" ".join(work.left_out).split()), _MAX_LEFT_OUT_CHARS)
    return (lexicon(language).wording("talk.left_out").format(what=what),)


def _told_asked(work: _Work, draft: Draft, language: str) -> tuple[str, ...]:
    """Return which questions a sentence that was added stands for, and what is still asked: it may answer that."""
    asked = [gap.question for gap in draft.questions if gap.place in work.text and work.has_added]
    told = {"closed": work.closed, "still_asked": asked}
    cut = {name: cut_at_word(" ".join(lines), _MAX_LEFT_OUT_CHARS) for name, lines in told.items() if lines}
    return tuple(lexicon(language).wording(f"talk.{name}").format(question=what) for name, what in cut.items())


def _tried(draft: Draft, changes: Sequence[Change], language: str, is_quoted: bool) -> _Work:
    work = _Work(draft.text, draft.items if not draft.text else None, draft.gaps)
    # A yes is not told without what it depends on.
    is_bound = any(each.kind != "tells" and not is_manner(each.text, language) for each in changes)
    for change in changes:
        try:
            if is_bound and change.kind == "tells" and told_answer(change.text) == "yes":
                raise NotMade("needs_writer", wish=change.text)
            if is_quoted and change.kind == "replace":
                raise NotMade("stays_quoted", wish=change.text)
            changed = _RULES[change.kind](work, change)
        except NotMade as why:
            if is_quoted and why.wording == "needs_writer":
                why = NotMade("stays_quoted", **why.what)
            work = replace(work, refused=(*work.refused, why.said(language)))
        else:
            work = replace(changed, made=work.made + 1)
    return replace(work, items=work.items if work.items is not None else draft.items if not draft.text else None)


def _shorter(work: _Work, change: Change) -> _Work:
    """Leave out the last lines of a list, or sentences of an answer, whose order says what matters."""
    if work.items is not None and len(work.items) > 1:
        return replace(work, items=work.items[: _fewer(len(work.items), change.new)])
    lines = work.text.split("\n")
    entries = [number for number, line in enumerate(lines) if line.startswith(_BULLETS)]
    if len(entries) < 2:
        ends = [cited.end() for cited in _CITED.finditer(work.text) if cited[2]]
        if len(ends) < 2:
            raise NotMade("not_shorter")
        return replace(work, text=work.text[: ends[_fewer(len(ends), change.new) - 1]].strip())
    left_out = entries[_fewer(len(entries), change.new) :]
    return replace(work, text=_tidy("\n".join(line for number, line in enumerate(lines) if number not in left_out)))


def _fewer(count: int, wanted: str) -> int:
    return min(int(wanted), count) if wanted.isdecimal() and int(wanted) else round(count * _SHARE_KEPT)


def _needs_writer(_work: _Work, change: Change) -> _Work:
    raise NotMade("needs_writer", wish=change.text)


def _told(work: _Work, change: Change) -> _Work:
    """Take the ready answer for a yes or no that is to be told, where just one question is open."""
    kind, left = told_answer(change.text), [gap for gap in work.gaps if gap.place in work.text and not gap.is_hint]
    place = picked(left[0], kind, "") if kind and len(left) == 1 else None
    if place is None:
        raise NotMade("needs_writer", wish=change.text)
    return replace(work, text=work.text.replace(left[0].place, left[0].choices[place]))


def _without_greeting(work: _Work, _change: Change) -> _Work:
    first, _, rest = work.text.partition("\n\n")
    if not rest or len(first) > _MAX_EDGE_CHARS or not first.rstrip().endswith((",", "!", ":")):
        raise NotMade("no_line")
    return replace(work, text=rest.lstrip())


def _without_closing(work: _Work, _change: Change) -> _Work:
    body, _, last = work.text.rstrip().rpartition("\n\n")
    if not body or not _is_closing(last):
        raise NotMade("no_line")
    return replace(work, text=body.rstrip())


def _is_closing(paragraph: str) -> bool:
    return len(paragraph) <= _MAX_EDGE_CHARS and not paragraph.rstrip().endswith((".", "?", "]"))


def _add(work: _Work, change: Change) -> _Work:
    """Put a sentence of the person before the closing."""
    if work.items is not None:
        raise NotMade("needs_writer", wish=change.text)
    language = detect_language(change.new) or detect_language(work.text)
    said = mended(change.new, language)
    left = [gap for gap in work.gaps if gap.place in work.text and not (gap.is_hint or gap.is_own)]
    if answered := answered_by(said, left, language):
        gap, words = answered
        text = with_line_once(work.text.replace(gap.place, words), words)
        return replace(work, text=text, has_added=True, closed=(*work.closed, gap.question))
    body, _, last = work.text.rstrip().rpartition("\n\n")
    if body and _is_closing(last):
        return replace(work, text=f"{body}\n\n{said}\n\n{last}", has_added=True)
    return replace(work, text=f"{work.text.rstrip()}\n\n{said}", has_added=True)


def _replace(work: _Work, change: Change) -> _Work:
    """Put words in the place of others: of those that are named, of a gap, or of the one fact of the same kind."""
    if change.old:
        return _with_words(work, change.old, change.new)
    if filled := _filled(work, change.new):
        return filled
    new = extract_facts(change.new, detect_language(work.text))
    kinds = {fact.kind for fact in new.items if fact.text.casefold() == change.new.casefold()}
    own = GAP.sub(lambda quoted: " " * len(quoted[0]), work.text)
    facts = [fact for fact in extract_facts(own).items if fact.kind in kinds]
    places = {own[fact.start : fact.start + len(fact.text)] for fact in facts}
    if len(kinds) != 1 or len(places) != 1:
        raise NotMade("not_one", what=change.new)
    return _with_words(work, places.pop(), change.new)


def _with_words(work: _Work, old: str, new: str) -> _Work:
    """Replace words wherever the draft itself says them; what a gap quotes are the other person's."""
    pattern = _as_written(old, [GAP.sub(" ", work.text), *(item.text for item in work.items or ())])
    if work.items is not None and any(pattern.search(item.text) for item in work.items):
        items = (item.model_copy(update={"text": pattern.sub(lambda _: new, item.text)}) for item in work.items)
        return replace(work, items=tuple(items))
    gaps = [found.span() for found in GAP.finditer(work.text)]
    said = list(pattern.finditer(work.text))
    own = [found for found in said if not any(begin <= found.start() < end for begin, end in gaps)]
    if not own:
        raise NotMade("only_in_gap" if said else "not_there", what=old)
    if _belongs_to_date(work.text, own[0]):
        raise NotMade("beside_date", old=own[0][0], new=new)
    text = work.text
    for found in reversed(own):
        text = text[: found.start()] + _cased(new, found[0]) + text[found.end() :]
    return replace(work, text=text)


def _as_written(words: str, texts: Sequence[str]) -> re.Pattern[str]:
    """Return what finds words; those with a capital are found with it, where they stand so: "May" is no "may"."""
    with_capital = whole([f"{re.escape(words[:1])}(?i:{re.escape(words[1:])})"], flags=0)
    is_told = words[:1].isupper() and any(map(with_capital.search, texts))
    return with_capital if is_told else whole([re.escape(words)])


def _belongs_to_date(text: str, found: re.Match[str]) -> bool:
    """Tell whether a weekday stands beside the day of a month, which would not fit another one."""
    is_weekday = any(fact.kind == "weekday" for fact in extract_facts(found[0], detect_language(text)).items)
    return is_weekday and bool(_DAY_BEHIND.match(text, found.end()))


def _cased(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _filled(work: _Work, words: str) -> _Work | None:
    """Return the draft with the one ready answer that holds these words, None where none or several do."""
    found = _gap_of(work, words)
    if found is None:
        return None
    gap, choice = found
    return replace(work, text=with_line_once(work.text.replace(gap.place, choice), choice))


def _gap_of(work: _Work, words: str) -> tuple[Gap, str] | None:
    """Return the one ready answer that holds these words, with its gap."""
    asked = whole([re.escape(words)])
    fitting = [
        (gap, choice) for gap in work.gaps if gap.place in work.text for choice in gap.choices if asked.search(choice)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _drop(work: _Work, change: Change) -> _Work:
    """Leave out each sentence, line or entry that speaks of something."""
    left_out, says_it = list[str](), _speaking_of(change.old)

    def speaks(sentence: str) -> bool:
        if is_said := says_it(sentence):
            left_out.append(sentence.removeprefix("[[").removesuffix("]]").lstrip("".join(_BULLETS)))
        return is_said

    if work.items is not None:
        kept = tuple(item for item in work.items if not speaks(item.text))
        return replace(work, items=_some_left(kept, work.items, change.old), left_out=(*work.left_out, *left_out))
    lines = work.text.split("\n")
    asking = [line for line in lines if _is_gap(line) and says_it(line)]
    named = [line for line in asking if any(is_question(part) and says_it(part) for part in split_sentences(line))]
    # Of several questions that speak of it the one that asks of it is meant.
    others = asking if len(asking) > 1 == len(named) else []
    kept_lines = [line if line in others and line not in named else _without_sentences(line, speaks) for line in lines]
    if kept_lines == lines:
        raise NotMade("not_there", what=change.old)
    text = _tidy("\n".join(line for line, before in zip(kept_lines, lines, strict=True) if line or not before))
    said = [part for part in text.split("\n\n") if not _is_closing(part) and not part.endswith(",")]
    if not said:
        raise NotMade("nothing_left", what=change.old)
    return replace(work, text=text, left_out=(*work.left_out, *left_out))


def _some_left(kept: tuple[Item, ...], before: tuple[Item, ...], what: str) -> tuple[Item, ...]:
    if len(kept) == len(before):
        raise NotMade("not_there", what=what)
    if not kept:
        raise NotMade("nothing_left", what=what)
    return kept


def _is_gap(line: str) -> bool:
    return line.startswith("[[") and line.endswith("]]")


def _without_sentences(line: str, speaks: Callable[[str], bool]) -> str:
    if _is_gap(line) or line.startswith(_BULLETS):
        return "" if speaks(line) else line
    kept = [_without_cited(cited, speaks) for cited in _CITED.finditer(line)]
    left = " ".join(part.rstrip() for part in kept if part)
    return line if left.split() == line.split() else left


def _without_cited(cited: re.Match[str], speaks: Callable[[str], bool]) -> str:
    """Return sentences without those that speak of something; a mark goes with the last sentence that it is for."""
    sentences = list[str]()
    for sentence in split_sentences(cited[1]):
        if sentences and re.match(_GOES_ON, sentence):
            sentences[-1] += f" {sentence}"
        else:
            sentences.append(sentence)
    kept = [sentence for sentence in sentences if not speaks(sentence)]
    return cited[0].strip() if len(kept) == len(sentences) else " ".join([*kept, cited[2].strip()] if kept else [])


def _speaking_of(what: str) -> Callable[[str], bool]:
    """Return what tells whether a sentence holds all words of something, each in whatever form."""
    words = [re.escape(word[:-1] if len(word) > _MIN_STEM and word.endswith("s") else word) for word in what.split()]
    patterns = [whole([rf"{word}\w{{0,{_MAX_ENDING}}}"]) for word in words]
    return lambda sentence: all(pattern.search(sentence) for pattern in patterns)


def _other(work: _Work, change: Change) -> _Work:
    """Take what is said for a ready answer, where just one holds these words."""
    if filled := _filled(work, change.text) or _answered(work, change.text):
        return filled
    raise NotMade("needs_writer", wish=change.text)


def _answered(work: _Work, words: str) -> _Work | None:
    """Return the draft with an answer in the person's own words: what begins as a ready one and says more than that."""
    parts, language = readings(words)[-1], detect_language(words) or detect_language(work.text)
    is_plain = (
        len(parts) > 1
        and all(part.kind == "other" for part in parts)
        and not any(directs_writer(part.text, language) for part in parts)
    )
    found = _gap_of(work, parts[0].text) if is_plain else None
    return replace(work, text=work.text.replace(found[0].place, mended(words, language))) if found else None


def _tidy(text: str) -> str:
    return with_single_blank_lines(_SPACES.sub(" ", text)).strip()


_RULES: dict[Kind, Callable[[_Work, Change], _Work]] = {
    "shorter": _shorter,
    "tells": _told,
    "greeting": _without_greeting,
    "closing": _without_closing,
    "language": _needs_writer,
    "manner": _needs_writer,
    "add": _add,
    "replace": _replace,
    "drop": _drop,
    "other": _other,
}
