"""What stands around a thing asked: the rest of its paragraph, or its entry of a list.

A question by itself often lacks what it is about, by when it is to be done and on what condition. So its reader is
shown the sentences beside it too, word for word, as far as they fit.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core.drafts import cut_at_word
from core.text.asks import find_wanted, is_greeting, is_question, without_call, without_greeting
from core.text.forms import LIST_MARK
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, either, whole
from core.text.sentences import ends_sentence, split_paragraphs, split_sentences, unwrap, without_list_mark
from core.writing.grounded.asked import Asking, asks_outright, found_among, found_in, letters_of
from core.writing.grounded.occasions import condolence_for

# A gap shows so many characters of a message.
MAX_QUOTE_CHARS = 300
# What is longer than this is no mere courtesy.
_MAX_COURTESY_WORDS = 14
# So many entries are a list; what asks in so few words lacks what it is about.
_MIN_ENTRIES, _FEW_WORDS, _MAX_ENTRY_CHARS, _SHORT_LINE_CHARS, _MAX_LINE_CHARS, _MAX_LABEL_WORDS = 2, 3, 120, 40, 200, 4


@dataclass(frozen=True)
class Asked:
    """One thing asked: its parts, and the words of the message that show it ("": the parts themselves do).

    Without parts it is a list that the message does not ask for, of figures that may be an order.
    """

    parts: tuple[str, ...]
    quote: str = ""

    @property
    def sentence(self) -> str:
        """What asks it."""
        return self.parts[0] if len(self.parts) == 1 else self.quote or " ".join(self.parts)

    @property
    def shown(self) -> str:
        """What its reader sees of the message."""
        return self.quote or self.sentence

    def labelled(self, part: str) -> str:
        """Return one of its parts behind the label of its entry: "Dismantling: is it in the price?"."""
        label, colon, _ = self.quote.partition(":")
        is_label = colon and len(label.split()) <= _MAX_LABEL_WORDS and label not in part
        return f"{label}: {part}" if is_label else part


@dataclass(frozen=True)
class _Block:
    """A paragraph of a message or an entry of a list in it, with the parts of what is asked that stand there."""

    text: str
    is_entry: bool
    parts: tuple[str, ...] = ()


def in_places(source: str, wanted: Sequence[str], likely: Collection[str], asking: Asking) -> list[Asked]:
    """Return what a message asks in its order, each thing with what stands around it.

    Args:
        source: the message.
        wanted: what it asks, in its order.
        likely: sentences that may want something: a list of which most entries do is asked as a whole.
        asking: how the message asks.
    """
    blocks, lost = _with_parts(list(_blocks(source)), wanted)
    found: list[Asked] = []
    lead = ""
    for is_entry, run in groupby(blocks, key=lambda block: block.is_entry):
        together = list(run)
        if not is_entry:
            found += [asked for block in together for asked in _in_paragraph(block, asking)]
            lead = _lead(together[-1])
        else:
            found = _with_entries(found, lead, together, likely, asking)
    return [*found, *(Asked((part,)) for part in lost)]


def _blocks(source: str) -> Iterator[_Block]:
    """Yield the paragraphs of a message and the entries of its lists; a line without a mark goes on with its entry.

    Behind a colon short lines that each hold a figure, or hold no whole sentence, are a list without marks.
    """
    paragraphs = split_paragraphs(source)
    for before, paragraph in zip(["", *paragraphs], paragraphs, strict=False):
        lines: list[str] = []
        if before.endswith(":") and _is_plain_list(paragraph.split("\n")):
            yield from (_Block(line, is_entry=True) for line in paragraph.split("\n"))
            continue
        for line in paragraph.split("\n"):
            if LIST_MARK.match(line) and lines:
                yield _block(lines)
                lines = []
            lines.append(line)
        yield _block(lines)


def _is_plain_list(lines: Sequence[str]) -> bool:
    """Tell whether lines behind a colon are a list, or the one thing that it leads to, which begins with a number."""
    if len(lines) < _MIN_ENTRIES:
        return len(lines[0]) <= _MAX_LINE_CHARS and lines[0][:1].isdigit()
    if any(len(line) > _MAX_ENTRY_CHARS or LIST_MARK.match(line) for line in lines):
        return False
    # Lines that a program broke are of about one length.
    are_broken = min(map(len, lines[:-1])) > _SHORT_LINE_CHARS or any(map(ends_sentence, lines))
    return not are_broken or all(any(map(str.isdigit, line)) for line in lines)


def _block(lines: Sequence[str]) -> _Block:
    return _Block("\n".join(lines), LIST_MARK.match(lines[0]) is not None)


def entries_beside(lines: Sequence[str], source: str) -> list[str]:
    """Return the entries of each list of a message that one of some lines leads to or stands in."""
    found, lead = list[str](), ""
    for is_entry, run in groupby(_blocks(source), key=lambda block: block.is_entry):
        texts = [unwrap(LIST_MARK.sub("", block.text)).rstrip(" ,;") for block in run]
        known = letters_of(" ".join([lead, *texts]))
        if is_entry and any(found_among(line, known) for line in lines):
            found += texts
        lead = texts[-1] if texts[-1].endswith(":") else ""
    return found


def _with_parts(blocks: Sequence[_Block], wanted: Iterable[str]) -> tuple[list[_Block], list[str]]:
    """Return blocks with the parts of what is asked that stand in them, each in one, and those that stand in none."""
    found, lost, letters = list(blocks), list[str](), [letters_of(block.text) for block in blocks]
    for part in wanted:
        place = next(_places_of(part, letters), None)
        if place is None:
            lost.append(part)
        else:
            found[place] = replace(found[place], parts=(*found[place].parts, part))
    return found, lost


def _places_of(part: str, letters: Sequence[str]) -> Iterator[int]:
    """Yield where a part stands; one that is led by the words of another stands nowhere but by its last words."""
    places = [at for at, said in enumerate(letters) if found_among(part, said)]
    ends = " ".join(letters_of(part).split()[-_FEW_WORDS:])
    yield from places or [at for at, said in enumerate(letters) if ends in said][:1]


def _lead(block: _Block) -> str:
    """Return the sentence at the end of a paragraph that leads to a list, "" for none."""
    last = unwrap(split_sentences(block.text)[-1])
    return last if last.endswith(":") else ""


def _with_entries(
    found: Sequence[Asked], lead: str, entries: Sequence[_Block], likely: Collection[str], asking: Asking
) -> list[Asked]:
    """Return what is asked before a list and in it: all together where its entries only name things."""
    is_led = bool(found and lead) and found_in(found[-1].sentence, lead)
    asks = [entry for entry in entries if entry.parts or any(found_in(line, entry.text) for line in likely)]
    names = "; ".join(unwrap(without_list_mark(entry.text)).rstrip(" .,;") for entry in entries)
    quote = f"{found[-1].quote or lead} {names}" if is_led else ""
    quote = quote if len(quote) <= MAX_QUOTE_CHARS else f"{lead} {names}"
    if is_led and not any(entry.parts for entry in entries) and len(quote) <= MAX_QUOTE_CHARS:
        return [*found[:-1], replace(found[-1], quote=quote)]
    is_list = len(entries) >= _MIN_ENTRIES or is_led
    if not is_list:
        return [*found, *(asked for entry in entries for asked in _in_paragraph(entry, asking))]
    if not (is_led or any(entry.parts for entry in entries)):
        pieces = [*_pieces(f"{lead} {names}".strip())]
        if 2 * len(asks) >= len(entries):
            return [*found, *(Asked((piece,), piece) for piece in pieces)]
        figures = [entry for entry in entries if any(map(str.isdigit, without_list_mark(entry.text)))]
        return [*found, *(Asked((), piece) for piece in pieces)] if 2 * len(figures) >= len(entries) else list(found)
    first, *others = [asked for entry in entries for asked in _in_entry(entry, asking)]
    with_lead = f"{lead} {first.shown}"
    first = replace(first, quote=with_lead) if lead and len(with_lead) <= MAX_QUOTE_CHARS else first
    return [*(found[:-1] if is_led else found), first, *others]


def _pieces(listed: str) -> Iterator[str]:
    """Yield a list in as many pieces as it takes to show it whole."""
    piece = ""
    for entry in listed.split("; "):
        if piece and len(f"{piece}; {entry}") > MAX_QUOTE_CHARS:
            yield piece
            piece = entry
        else:
            piece = f"{piece}; {entry}" if piece else entry
    yield cut_at_word(piece, MAX_QUOTE_CHARS)


def _in_entry(block: _Block, asking: Asking) -> Iterable[Asked]:
    text = unwrap(without_list_mark(block.text))
    if len(text) > MAX_QUOTE_CHARS and block.parts:
        return _in_paragraph(block, asking)
    return [Asked(block.parts or (text,), "" if _is_said(text, block.parts) else text)]


def _is_said(text: str, parts: Sequence[str]) -> bool:
    """Tell whether the one thing that a sentence asks is all that it says."""
    return len(parts) == 1 and letters_of(text) == letters_of(without_list_mark(parts[0]))


def _in_paragraph(block: _Block, asking: Asking) -> Iterator[Asked]:
    """Yield what a paragraph asks, each thing with the sentences before that belong to it, the last with the rest."""
    sentences = [unwrap(line) for line in split_sentences(block.text)]
    letters = list(map(letters_of, sentences))
    places = {part: [*_places_of(part, letters)] for part in block.parts}
    parts = {at: [part for part in block.parts if at in places[part]] for at in range(len(sentences))}
    points_back = whole(asking.words["points_back"])
    for at in range(1, len(sentences)):
        # "You could set it anew on Thursday. Does that suit?"
        is_bare = _count_words(sentences[at]) <= _FEW_WORDS and points_back.search(sentences[at])
        if parts[at] and is_bare and not is_question(sentences[at - 1]):
            parts[at], parts[at - 1] = [*parts[at - 1], *parts[at]], []
    asks = [at for at, of_sentence in parts.items() if of_sentence]
    begin = 0
    for at in asks:
        end = len(sentences) if at == asks[-1] else at + 1
        quote = _quoted(sentences[begin:end], at - begin, asking)
        # "Gül cares for her mother and can't do nights, whom do I send?" and "… on which day, and when?" are one thing.
        *early, last = parts[at]
        are_whole = all(_is_whole(part.rstrip(" ?"), asking) for part in early) and _is_whole(last, asking)
        # "… then I would rather cancel the cabin; how much do I get back?" is one, too.
        is_led = ";" in sentences[at] and len(sentences[at]) <= MAX_QUOTE_CHARS
        lacks = is_led or (len(parts[at]) > 1 and not are_whole)
        quote = quote or (without_greeting(sentences[at]) if lacks else "")
        yield from [Asked(tuple(parts[at]), quote)] if quote else [Asked((part,)) for part in parts[at]]
        begin = at + 1


def _is_whole(part: str, asking: Asking) -> bool:
    """Tell whether a part of what a sentence asks can be answered by itself."""
    whether = either([asking.words["whether"]], WORD_BEGINS, WORD_ENDS).match(part)
    asks = whether or part.startswith("¿") or asks_outright(part, asking)
    return bool(asks) and len(part.split()) > _FEW_WORDS


def _quoted(sentences: Sequence[str], at: int, asking: Asking) -> str:
    """Return a sentence with those around it, the nearest first, as far as they fit; "" where none does."""
    first, last, room = at, at, MAX_QUOTE_CHARS - len(sentences[at])
    for place in (*range(at - 1, -1, -1), *range(at + 1, len(sentences))):
        between = sentences[place:first] if place < at else sentences[last + 1 : place + 1]
        taken = sum(len(line) + 1 for line in between)
        if taken <= room and not is_question(sentences[place]) and says_something(sentences[place], asking):
            first, last, room = min(first, place), max(last, place), room - taken
    return without_greeting(" ".join(sentences[first : last + 1])) if last > first else ""


def says_something(sentence: str, asking: Asking) -> bool:
    """Tell whether a sentence does more than greet, thank, wish well, ask for an answer or say sorry for a death."""
    words = asking.words
    only = either([*words["closings"], rf"(?:{words['asks_reply']})\W*\Z"], r"\W{0,8}")
    wanted = find_wanted(sentence)
    is_hollow = wanted.hollow or (is_question(sentence) and not wanted.all)
    greets = is_greeting(f"{sentence.rstrip(' ,:.!')},")
    is_courtesy = greets or is_hollow or only.match(without_call(sentence)) or condolence_for(asking.language, sentence)
    is_courtesy = is_courtesy and _count_words(sentence) <= _MAX_COURTESY_WORDS
    return (_count_words(sentence) > 1 or sentence.endswith("!")) and not is_courtesy


def _count_words(sentence: str) -> int:
    """Return how many words a sentence has; a mark between spaces is none."""
    return sum(any(map(str.isalnum, word)) for word in sentence.split())
