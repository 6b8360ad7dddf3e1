"""Files that came with a message, read like those of sources, for one job only: nothing of them is kept."""

from collections.abc import Iterable, Iterator

from core.errors import InputError
from core.logs import logger
from core.sources.cutting import cut_sections
from core.sources.formats import is_document
from core.sources.model import FileText
from core.sources.ports import FileReader
from core.writing.grounded.passages import GroundPassage, passages_value

log = logger(__name__)
MAX_FILES = 5
MAX_FILE_BYTES, MAX_ALL_BYTES = 10 * 2**20, 20 * 2**20
MAX_FILE_PASSAGES = 300


def attached_value(files: Iterable[tuple[str, bytes | str]], read: FileReader) -> str:
    """Return files, each with its name, as the value of an input: their passages, and why one could not be read.

    Where a file could not be had, why stands in place of its bytes. A passage without a text is such a reason.

    Raises:
        OutageError: too much is being read; a later try can help.
    """
    passages: list[GroundPassage] = []
    left_bytes = MAX_ALL_BYTES
    for number, (name, data) in enumerate(entry for entry in files if is_document(entry[0])):
        if number == MAX_FILES:
            passages.append(unread("further files", f"up to {MAX_FILES} are read."))
            break
        if isinstance(data, str):
            passages.append(unread(name, data))
            continue
        if len(data) > min(MAX_FILE_BYTES, left_bytes):
            passages.append(unread(name, f"up to {MAX_FILE_BYTES // 2**20} MB are read."))
            continue
        left_bytes -= len(data)
        try:
            passages += _passages(name, read(data, name))
        except InputError as error:
            log.info("attached file not read", code=error.code)
            passages.append(unread(name, error.message))
    return passages_value(passages) if passages else ""


def unread(name: str, why: str) -> GroundPassage:
    """Return what stands for a file that could not be read."""
    return GroundPassage(0, f"{name}: {why}", "", "", kind="file")


def _passages(name: str, text: FileText) -> Iterator[GroundPassage]:
    pieces, is_cut = cut_sections(text.sections)
    for piece in pieces[:MAX_FILE_PASSAGES]:
        title = f"{name}, {piece.heading}" if piece.heading else name
        yield GroundPassage(0, title, "", piece.text, document=name, kind="file")
    if is_cut or len(pieces) > MAX_FILE_PASSAGES:
        yield unread(name, "only its beginning was read.")
