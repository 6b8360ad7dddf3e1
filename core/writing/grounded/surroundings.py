"""What stands around a thing asked: the rest of its paragraph, or its entry of a list.

A question by itself often lacks what it is about, by when it is to be done and on what condition. So its reader is
shown the sentences beside it too, word for word, as far as they fit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core.text.asks import find_wanted, is_greeting, is_question, without_greeting
from core.text.forms import LIST_MARK
from core.text.lexicon import whole
from core.text.sentences import split_paragraphs, split_sentences, unwrap, without_list_mark
from core.writing.grounded.asked import Asking, closes, found_among, found_in, letters_of
from core.writing.grounded.occasions import condolence_for

# A gap shows so many characters of a message.
MAX_QUOTE_CHARS = 300
# What is longer than this is no mere courtesy; what asks in so few words lacks what it is about.
_MAX_COURTESY_WORDS, _FEW_WORDS, _MAX_LABEL_WORDS = 10, 3, 4


@dataclass(frozen=True)
class Asked:
    """One thing asked: its parts, and the words of the message that show it ("": the parts themselves do)."""

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


def in_places(source: str, wanted: Sequence[str], asking: Asking) -> list[Asked]:
    """Return what a message asks in its order, each thing with what stands around it.

    Args:
        source: the message.
        wanted: what it asks, in its order.
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
            found = _with_entries(found, lead, together, asking)
    return [*found, *(Asked((part,)) for part in lost)]


def _blocks(source: str) -> Iterator[_Block]:
    """Yield the paragraphs of a message and the entries of its lists; a line without a mark goes on with its entry."""
    for paragraph in split_paragraphs(source):
        lines: list[str] = []
        for line in paragraph.split("\n"):
            if LIST_MARK.match(line) and lines:
                yield _block(lines)
                lines = []
            lines.append(line)
        yield _block(lines)


def _block(lines: Sequence[str]) -> _Block:
    return _Block("\n".join(lines), LIST_MARK.match(lines[0]) is not None)


def _with_parts(blocks: Sequence[_Block], wanted: Iterable[str]) -> tuple[list[_Block], list[str]]:
    """Return blocks with the parts of what is asked that stand in them, each in one, and those that stand in none."""
    found, lost, letters = list(blocks), list[str](), [letters_of(block.text) for block in blocks]
    for part in wanted:
        near = [at for at, said in enumerate(letters) if found_among(part, said)]
        place = next((at for at in near if letters_of(part) in letters[at]), next(iter(near), None))
        if place is None:
            lost.append(part)
        else:
            found[place] = replace(found[place], parts=(*found[place].parts, part))
    return found, lost


def _lead(block: _Block) -> str:
    """Return the sentence at the end of a paragraph that leads to a list, "" for none."""
    last = unwrap(split_sentences(block.text)[-1])
    return last if last.endswith(":") else ""


def _with_entries(found: Sequence[Asked], lead: str, entries: Sequence[_Block], asking: Asking) -> list[Asked]:
    """Return what is asked before a list and in it: together where its entries only name what its lead asks of."""
    names = "; ".join(unwrap(without_list_mark(entry.text)).rstrip(" .,;") for entry in entries)
    is_led = bool(found and lead) and found_in(found[-1].sentence, lead)
    quote = f"{found[-1].quote or lead} {names}" if is_led else ""
    quote = quote if len(quote) <= MAX_QUOTE_CHARS else f"{lead} {names}"
    if is_led and not any(entry.parts for entry in entries) and len(quote) <= MAX_QUOTE_CHARS:
        return [*found[:-1], replace(found[-1], quote=quote)]
    return [*found, *(asked for entry in entries for asked in _in_entry(entry, asking))]


def _in_entry(block: _Block, asking: Asking) -> Iterable[Asked]:
    text = unwrap(without_list_mark(block.text))
    if len(text) > MAX_QUOTE_CHARS or len(block.parts) != 1:
        return _in_paragraph(block, asking)
    return [Asked(block.parts, "" if _is_said(text, block.parts) else text)]


def _is_said(text: str, parts: Sequence[str]) -> bool:
    """Tell whether the one thing that a sentence asks is all that it says."""
    return len(parts) == 1 and letters_of(text) == letters_of(without_greeting(parts[0]))


def _in_paragraph(block: _Block, asking: Asking) -> Iterator[Asked]:
    """Yield what a paragraph asks, each thing with the sentences before that belong to it, the last with the rest."""
    sentences = [unwrap(line) for line in split_sentences(block.text)]
    places = {part: _places_of(part, sentences) for part in block.parts}
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
        said = without_greeting(without_list_mark(sentences[at]))
        quote = quote or ("" if _is_said(said, parts[at]) else said)
        yield from [Asked(tuple(parts[at]), quote)] if quote else [Asked((part,)) for part in parts[at]]
        begin = at + 1


def _places_of(part: str, sentences: Sequence[str]) -> list[int]:
    """Return which sentences hold a thing that is asked: word for word, else by how it begins or ends."""
    exact = [at for at, line in enumerate(sentences) if letters_of(part) in letters_of(line)]
    return exact or [at for at, line in enumerate(sentences) if found_in(part, line)]


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
    wanted = find_wanted(sentence)
    is_hollow = wanted.hollow or (is_question(sentence) and not wanted.all)
    greets = is_greeting(f"{sentence.rstrip(' ,:.!')},")
    is_courtesy = greets or is_hollow or closes(sentence, asking) or condolence_for(asking.language, sentence)
    is_courtesy = is_courtesy and _count_words(sentence) <= _MAX_COURTESY_WORDS
    return (_count_words(sentence) > 1 or sentence.endswith("!")) and not is_courtesy


def _count_words(sentence: str) -> int:
    """Return how many words a sentence has; a mark between spaces is none."""
    return sum(any(map(str.isalnum, word)) for word in sentence.split())
