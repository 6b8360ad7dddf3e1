"""A message by its blocks: the paragraphs, entries of lists and questions that its reader goes through one by one.

All that a message says stands in one of them, word for word, but for greetings, thanks and closings.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from textwrap import wrap

from core.text.asks import (
    asks_for_word,
    begins_as_question,
    find_wanted,
    is_greeting,
    is_question,
    without_call,
    without_greeting,
)
from core.text.forms import BETWEEN_MAILS, LIST_MARK
from core.text.lexicon import either, lexicon, whole
from core.text.sentences import ends_sentence, split_paragraphs, split_sentences, unwrap, without_list_mark
from core.writing.grounded.asked import Asking, begins_or_ends, closes, found_in, letters_of
from core.writing.grounded.occasions import condolence_for, is_negated, only_introduces
from core.writing.grounded.offered import are_shown, offers_listed
from core.writing.grounded.rows import CELLS

# A block is read at a glance, and a gap holds it with what was written before.
MAX_BLOCK_CHARS = 360
# Of a longer message the beginning and the end are gone through.
MAX_CHARS, _END_CHARS = 30_000, 3_000
# Where the beginning may end and the end begin, best first, within so many characters.
_CUTS, _CUT_CHARS = ("\n", ". ", "? ", "! ", " "), 500
# What is longer than this is no mere courtesy; what has so few words belongs to what stands before it.
_MAX_COURTESY_WORDS, _SHORT_WORDS, _FEW_WORDS, _FEW_WISHES, _MAX_LABEL_WORDS = 10, 15, 2, 7, 4
_WRAPPED_CHARS, _LONG_WORD_CHARS, _WIDEST_CHARS = 45, 25, 100
_NUMBER = re.compile(r"\s{0,8}(\d{1,2})\s")
_POSTSCRIPT = either([r"p\.? ?s\b(?!-)", r"p\. ?d\b", "pd:", r"n\. ?b\b", "nb:", "post ?scriptum"], r"\W{0,3}")


@dataclass(frozen=True)
class Block:
    """A part of a message: its words and the things asked in it; whether it is to be answered, or to be seen first.

    Of an alert `is_called` says whether it is sure enough to be told as one. `mail` counts the mails that are answered
    together, `piece` paragraphs and entries; `alert` are the alerts of it that are told so, "" where they begin it.
    """

    text: str
    parts: tuple[str, ...] = ()
    is_asked: bool = False
    is_entry: bool = False
    is_list: bool = False
    is_alert: bool = False
    is_called: bool = False
    mail: int = 0
    piece: int = 0
    alert: str = ""

    @property
    def quote(self) -> str:
        """Its words, "" where they are no more than the one thing that is asked."""
        said = letters_of(without_list_mark(self.text))
        is_said = len(self.parts) == 1 and said == letters_of(without_greeting(self.parts[0]))
        return "" if is_said else self.text

    @property
    def seen_first(self) -> list[str]:
        """What is quoted of an alert: first the sentence that tells it, then all."""
        return [*filter(None, [self.alert]), self.text]

    def labelled(self, part: str) -> str:
        """Return one of its parts behind the label of its entry: "Dismantling: is it in the price?"."""
        label, colon, _ = self.text.partition(": ")
        is_label = colon and len(label.split()) <= _MAX_LABEL_WORDS and label not in part
        return f"{label}: {part}" if is_label else part

    def rest(self) -> str:
        """Return what it says beside the things that are asked in it."""
        asked = [letters_of(without_greeting(part)) for part in self.parts]
        said = split_sentences(self.text)
        return " ".join(line for line in said if letters_of(without_greeting(line)) not in asked)


def blocks_of(
    source: str, wanted: Sequence[str], alerts: Sequence[str], asking: Asking, called: Sequence[str] = ()
) -> list[Block]:
    """Return the blocks of a message in its order; first its alerts, then a postscript: it may change what is above.

    Args:
        source: the message.
        wanted: what it asks, in its order.
        alerts: its sentences that are to be seen before all others.
        asking: how the message asks, and which days it leaves to choose from.
        called: the alerts that are called so.
    """
    found: list[Block] = []
    # What is asked or an alert says something, however it begins.
    parts = [letters_of(without_greeting(part)) for part in (*wanted, *alerts)]
    is_complaint = asking.occasion == "complaint"
    once = _blocks_once(source, parts, asking)
    said = _with_parts([_alerted(block, alerts) for block in once], wanted)
    for is_entry, run in groupby(said, key=lambda block: block.is_entry):
        blocks = list(run)
        # An entry of a list of which another is asked is one, too; entries of which none asks only name things.
        is_order = is_entry and _orders([block.text for block in blocks])
        is_asked, is_led = any(block.parts for block in blocks) and not is_order, any(map(_leads, found[-1:]))
        for block in blocks:
            is_named = is_entry and not is_asked
            is_own = is_entry and (is_asked or (is_led and not is_order))
            found = _joined(found, replace(block, is_asked=is_own), is_named=is_named)
    offered = asking.offered
    offers = [block.text for block in found if len(offered) > 1 and are_shown(offered, block.text)]
    added = next((at for at, block in enumerate(found) if _POSTSCRIPT.match(block.text)), len(found))
    pairs = [*zip(found, [*found[1:], None], strict=False)]
    read = [
        replace(
            block,
            is_asked=not _only_leads(block, after, asking)
            and (block.is_asked or bool(block.parts) or block.text in offers or is_complaint),
            is_called=any(found_in(alert, block.text) for alert in called),
            alert=_told_late(block.text, called),
        )
        for block, after in [*pairs[added:], *pairs[:added]]
        if not (_only_leads(block, after, asking) and _says_nothing(block.text, asking))
    ]
    return sorted(read, key=lambda block: not block.is_alert)


def _blocks_once(source: str, parts: Sequence[str], asking: Asking) -> Iterable[Block]:
    """Return the blocks of a message as it has them; the same paragraph once, the same entry once in each list."""
    days = offers_listed(source, asking).lines
    mails = enumerate(_beginning_and_end(source).split(BETWEEN_MAILS))
    pieces = ((piece, is_entry, at) for at, mail in mails for piece, is_entry in _pieces(mail, days))
    blocks = (
        Block(text, is_entry=is_entry, mail=mail, piece=at)
        for at, (piece, is_entry, mail) in enumerate(pieces)
        for text in _texts(piece, parts, asking)
    )
    return {(block.text, at if block.is_entry else -1): block for at, block in enumerate(blocks)}.values()


def _alerted(block: Block, alerts: Sequence[str]) -> Block:
    return replace(block, is_alert=any(found_in(alert, block.text) for alert in alerts))


def _told_late(text: str, alerts: Sequence[str]) -> str:
    """Return the alerts that stand in a text behind other words, "" where one begins it.

    So where they are most of it, and nothing is asked before them: nobody is to read that question first.
    """
    found = [alert for alert in alerts if alert in text]
    said = " ".join(found)
    is_most = 2 * len(said) > len(text) and not _asks(text[: min(map(text.find, found))])
    return "" if any(map(text.startswith, found)) or is_most else said


def _beginning_and_end(source: str) -> str:
    """Return a message; of a very long one its beginning, and the last pages, where such a message mostly asks."""
    if len(source) <= MAX_CHARS:
        return source
    begin, end = source[: MAX_CHARS - _END_CHARS], source[-_END_CHARS:]
    cut = next((at for mark in _CUTS if (at := begin.rfind(mark, len(begin) - _CUT_CHARS)) >= 0), len(begin))
    first = next((at + len(mark) for mark in _CUTS if (at := end.find(mark, 0, _CUT_CHARS)) >= 0), 0)
    return f"{begin[: cut + 1]}\n\n{end[first:]}".rstrip()


def _pieces(source: str, days: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs and the entries of lists, each with whether it is an entry; so are lines that offer days."""
    before = ""
    for paragraph in split_paragraphs(source):
        lines = paragraph.split("\n")
        # "I would like to know:" and then a line each, without marks. What a program wraps is as long, but for a word.
        lengths = [*map(len, lines[:-1])] or [_WRAPPED_CHARS]
        is_wrapped = max(lengths) >= _WRAPPED_CHARS and max(lengths) - min(lengths) <= _LONG_WORD_CHARS
        is_led = before.endswith(":") and not is_wrapped
        # Who ends each sentence with its line writes a matter a line.
        is_apart = all(ends_sentence(line.rstrip(), ".!?…:") for line in lines[:-1])
        is_apart = is_apart and (not is_wrapped or max(lengths) > _WIDEST_CHARS)
        before = paragraph
        numbers = [int(mark[1]) for line in lines if (mark := _NUMBER.match(line))]
        # "1 the tables", "2 the drinks" counts without dots.
        is_counted = len(numbers) > 1 and numbers == [*range(1, len(numbers) + 1)]
        marks = [
            is_led
            or LIST_MARK.match(line)
            or (is_counted and _NUMBER.match(line))
            or line.strip().rstrip(" .,;") in days
            for line in lines
        ]
        begins = [0, *(at for at, mark in enumerate(marks) if at and (mark or is_apart))]
        for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
            yield "\n".join(lines[begin:end]), bool(marks[begin])


def _texts(piece: str, parts: Sequence[str], asking: Asking) -> Iterator[str]:
    """Yield the sentences of a paragraph or an entry that belong together, as many as fit.

    `parts` are the letters of what the message asks, and of its alerts.
    """
    mark = LIST_MARK.match(piece)
    number = mark[0].strip() if mark and any(map(str.isalnum, mark[0])) else ""
    sentences = [unwrap(line) for line in split_sentences(without_list_mark(piece))]
    letters = map(letters_of, sentences)
    asks = [any(begins_or_ends(part, said) for part in parts) for said in letters]
    telling = [
        at
        for at, (line, said) in enumerate(zip(sentences, [without_greeting(sentences[0]), *sentences[1:]], strict=True))
        if mark or line.endswith(":") or asks[at] or (at > 0 and is_question(line)) or says_something(said, asking)
    ]
    if not telling:
        return
    # "P.S." is a sentence of its own.
    begin = 0 if _POSTSCRIPT.match(sentences[0]) else telling[0]
    kept = sentences[begin : telling[-1] + 1]
    kept = [
        part for line in kept for part in wrap(line, MAX_BLOCK_CHARS, break_long_words=False, break_on_hyphens=False)
    ]
    kept[0] = f"{number} {kept[0]}".strip() if number else without_greeting(kept[0])
    begins = _begins_of(kept, asking)
    run: list[str] = []
    for at, sentence in enumerate(kept):
        if run and (at in begins or len(" ".join([*run, sentence])) > MAX_BLOCK_CHARS):
            yield " ".join(run)
            run = []
        run.append(sentence)
    yield " ".join(run)


def _begins_of(sentences: Sequence[str], asking: Asking) -> set[int]:
    """Return where another matter begins: at "Also" and the like, else behind a question that another one follows."""
    questions = [at for at, line in enumerate(sentences) if _asks(line)]
    another = either(asking.words["begins_matter"], r"\W{0,3}")
    begins = {at for at, line in enumerate(sentences) if another.match(line)}
    joins = either(sorted(lexicon(asking.language).words("small_words.joins")), r"\W*", " ")
    for at, after in pairwise(questions):
        # What stands between two questions goes with the second, unless a word says where that begins. So does "and".
        between = begins & {*range(at + 1, after + 1)}
        begins |= set() if between else {after if joins.match(sentences[after]) else at + 1}
    return begins


def _with_parts(blocks: Sequence[Block], wanted: Iterable[str]) -> list[Block]:
    """Return blocks with the parts of what is asked that stand in them, each in one."""
    found, letters = list(blocks), [letters_of(block.text) for block in blocks]
    for part in map(without_greeting, wanted):
        asked = letters_of(part)
        near = [at for at, said in enumerate(letters) if begins_or_ends(asked, said)]
        place = next((at for at in near if asked in letters[at]), next(iter(near), None))
        if place is not None:
            found[place] = replace(found[place], parts=(*found[place].parts, part))
    return found


def _joined(found: Sequence[Block], block: Block, *, is_named: bool) -> list[Block]:
    """Return blocks with one more, which goes into the last one where it is short, or where a list only names it.

    What another paragraph asks stands apart from what is to be seen first: it would go unanswered there, and hide it.
    """
    last = found[-1] if found else None
    if last is None or last.mail != block.mail or len(f"{last.text} {block.text}") > MAX_BLOCK_CHARS:
        return [*found, block]
    is_led = last.text.endswith(":") and (is_named or not block.is_entry)
    goes_on = is_led or (is_named and (last.is_list or last.is_entry or _leads(last)))
    is_short = _count_words(block.text) <= _SHORT_WORDS and not (
        block.is_entry
        or last.is_entry
        or block.text.endswith(":")
        or _POSTSCRIPT.match(block.text)
        or CELLS in f"{last.text}\n{block.text}"
    )
    is_apart = (
        last.piece != block.piece and last.is_alert != block.is_alert and _wants(last if block.is_alert else block)
    )
    is_short = is_short and not is_apart
    if not goes_on and (not is_short or (_asks(block.text) and (last.is_list or _asks(last.text)))):
        return [*found, block]
    text = f"{last.text.rstrip(' ;')}{' ' if ends_sentence(last.text, '.!?…:') else '; '}{block.text}"
    parts = (*last.parts, *block.parts)
    return [
        *found[:-1],
        replace(
            last,
            text=text,
            parts=parts,
            is_asked=last.is_asked or block.is_asked,
            is_alert=last.is_alert or block.is_alert,
            piece=block.piece,
            is_list=goes_on and is_named,
        ),
    ]


def _wants(block: Block) -> bool:
    """Tell whether a block asks, or wishes for more than God's blessing."""
    return _asks(block.text) or (bool(block.parts) and _count_words(block.text) > _FEW_WISHES)


def _orders(entries: Sequence[str]) -> bool:
    """Tell whether entries only say of how much of what: "6 trays strawberry"; one that asks is none of an order."""
    counts = [entry.split(" ", 1)[0] for entry in entries]
    is_counted = counts == [*map(str, range(1, len(counts) + 1))] or any(map(LIST_MARK.match, entries))
    is_short = all(len(entry.split()) <= _SHORT_WORDS and not _asks(entry) for entry in entries)
    return len(entries) > 1 and is_short and not is_counted and all(count[:1].isdigit() for count in counts)


def _leads(block: Block) -> bool:
    """Tell whether a list behind a block is part of what it asks."""
    asks = block.parts or find_wanted(block.text).all
    return bool(asks) and ":" in block.text and not block.is_entry


def _only_leads(block: Block, after: Block | None, asking: Asking) -> bool:
    """Tell whether a block asks nothing itself, but for an answer, and stands before a list that does."""
    is_before = after is not None and after.is_entry and bool(after.parts) and not block.is_entry
    return is_before and not any(_asks(line) and not closes(line, asking) for line in split_sentences(block.text))


def _says_nothing(text: str, asking: Asking) -> bool:
    """Tell whether what stands before a list only announces it: "Three things about the boat:"."""
    is_bare = _count_words(text) <= _MAX_COURTESY_WORDS and not any(map(str.isdigit, text))
    is_short = text.endswith(":") and is_bare and len(split_sentences(text)) == 1
    return is_short or only_introduces(asking.language, text)


def _asks(text: str) -> bool:
    """Tell whether one of some sentences asks more than "All right?"."""
    sentences = map(unwrap, split_sentences(text))
    asks = (line for line in sentences if is_question(line) or begins_as_question(line))
    return any(_count_words(line) > _FEW_WORDS - asks_for_word(line) for line in asks)


def says_something(sentence: str, asking: Asking) -> bool:
    """Tell whether a sentence does more than greet, thank, wish well, ask for an answer or say sorry for a death."""
    wanted = find_wanted(sentence)
    is_hollow = wanted.hollow or (is_question(sentence) and not wanted.all)
    # "Estimada señora Francisca, buenos días."
    greets = any(is_greeting(f"{line.rstrip(' ,:.!')},") for line in (sentence, without_call(sentence)))
    is_courtesy = greets or is_hollow or closes(sentence, asking) or condolence_for(asking.language, sentence)
    # "Please don't trouble to answer" and "Let me know which" say more.
    is_courtesy = is_courtesy and not (
        is_negated(asking.language, sentence) or whole(asking.words["which"]).search(sentence)
    )
    is_courtesy = is_courtesy and _count_words(sentence) <= _MAX_COURTESY_WORDS
    is_courtesy = is_courtesy or either([*asking.words["hollow"]], r"\W*", r"\W*\Z").match(sentence) is not None
    # "Gasgeruch!" says something, a bare word is mostly a name.
    is_said = _count_words(sentence) > 1 or sentence.endswith("!") or any(map(str.isdigit, sentence))
    return is_said and not (is_courtesy or only_introduces(asking.language, sentence))


def _count_words(sentence: str) -> int:
    """Return how many words a sentence has; a mark between spaces is none."""
    return sum(any(map(str.isalnum, word)) for word in sentence.split())
