"""What others may be shown of an answer: only what all who will read it may read at that moment.

An answer is private to whoever asked. Before it is shown to others, whatever the door, each passage that it cites is
looked up once more with the rights of all of them.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from core.drafts import Draft, DraftSource
from core.errors import NotFoundError
from core.people import People
from core.sources.model import EVERYBODY, Hit, Reader, address_principal
from core.sources.reading import PassageReader
from core.text.content import content_stems
from core.text.forms import DIGITS, LETTERS
from core.text.sentences import unwrap

# Instead of an address: the whole organisation.
ALL = "everybody"


def held_back(passages: PassageReader, readers: Sequence[Reader], draft: Draft, written: str) -> list[str]:
    """Return the titles of what a draft cites and not all of these readers may read; what it cites no more is left out.

    `written` is its text before its person changed it, with the ready answers of its gaps: only what stood there can
    have been taken out. What a later version says in other words, or in another language, is cited still.
    """
    # Without a place it is from no source: a standing fact, an answer that the person gave before, a file or passage
    # that came with the job. That is the person's own, and theirs to share.
    cited = [source for source in draft.sources if source.place and not _is_taken_out(source, written, draft.text)]
    wanted: dict[int, set[int]] = {}
    for source in cited:
        item, ordinal = numbers_of(source)
        wanted.setdefault(item, set()).add(ordinal)
    found = passages.read(wanted, readers) if wanted else {}

    def is_open(source: DraftSource) -> bool:
        item, ordinal = numbers_of(source)
        return item in found and ordinal in found[item].passages

    return list(dict.fromkeys(source.title for source in cited if not is_open(source)))


def untraced(draft: Draft, written: str) -> list[DraftSource]:
    """Return what a draft cites of which nobody noted whether it is from a source; `written` as for `held_back`.

    Drafts of before that was noted hold neither the place of a passage nor what kind it is.
    """
    unknown = (source for source in draft.sources if not source.place and not source.kind)
    return [source for source in unknown if not _is_taken_out(source, written, draft.text)]


def readers_named(people: People, reader_of: Callable[[str, str], Reader], named: str) -> list[Reader]:
    """Return the readers that a text names, parted by commas or lines: mail addresses, or `everybody`."""
    names = [name.strip() for name in named.replace("\n", ",").split(",") if name.strip()]
    return [reader_named(people, reader_of, name) for name in names]


def reader_named(people: People, reader_of: Callable[[str, str], Reader], name: str) -> Reader:
    """Return the reader of a mail address, or `everybody`."""
    if name.casefold() == ALL:
        return Reader(frozenset({EVERYBODY}))
    address = address_principal(name)
    try:
        known = people.find(name)
    except NotFoundError:  # nobody of the organisation, as far as anybody knows
        return Reader(frozenset({address}))
    return Reader(frozenset({address}).union(*(reader_of(*door.name).principals for door in known.doors)))


def _is_taken_out(source: DraftSource, written: str, text: str) -> bool:
    parts = [source.quote, source.supports, *source.quote.split(" … ")]
    # A place to look at is named by its title.
    said = [unwrap(part) for part in parts if part] or [unwrap(source.title)]
    before, now = unwrap(written), set(_words(text))
    return any(part in before for part in said) and not any(_is_said(part, now) for part in said)


def _is_said(part: str, words: AbstractSet[str]) -> bool:
    """Tell whether half of what a part says stands among words: who changes a mark or a word of it says it still."""
    wanted = _words(part)
    return 2 * sum(word in words for word in wanted) >= len(wanted)


def _words(text: str) -> list[str]:
    """Return the words with content and the numbers of a text; all of its words where none has content."""
    return [*content_stems(text), *DIGITS.findall(text)] or [match[0].casefold() for match in LETTERS.finditer(text)]


def numbers_of(found: DraftSource | Hit) -> tuple[int, int]:
    """Return the number of the item that something is cited of or found in, and that of the passage in it."""
    item, _, ordinal = found.place.partition("/")
    return int(item), int(ordinal)
