"""What the first bytes of a file say about it, and which parts are not safe to parse."""

import codecs
import re

from core.errors import DocumentError
from integrations.documents.package.archive import MAX_FILE_BYTES

# Its stream names tell an encrypted .docx, a rights-managed one and an old .doc apart ([MS-OFFCRYPTO] 1.3).
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SAVE_AS_DOCX = "Open it in Word and save it as .docx."
_PREFIXES = {
    b"{\\rtf": "The file is an RTF document.",
    b"%PDF": "The file is a PDF.",
    b"<!DOCTYPE html": "The file is a web page.",
    b"<html": "The file is a web page.",
    b"<?xml": "The file is a single XML file, not a .docx package.",
}
# Elements cost about 150 bytes each once parsed; a 3,000-page document has 1 to 2 million tags.
MAX_TAGS = 4_000_000
_PROLOG_BYTES = 100_000
_BLANKS = re.compile(r"\s*")
_PROLOG_ITEMS = (("<?", "?>"), ("<!--", "-->"))


def check_signature(data: bytes) -> None:
    """Refuse what is not a zip archive, naming what it is instead.

    Raises:
        DocumentError: the file is empty, too large, or of another format.
    """
    if not data:
        raise DocumentError("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
    if data.startswith(_OLE):
        raise _ole_refusal(data)
    head = data[:200].lstrip()
    for prefix, sentence in _PREFIXES.items():
        if head.lower().startswith(prefix.lower()):
            raise DocumentError(sentence, fix=_SAVE_AS_DOCX)
    if not data.startswith(b"PK"):
        raise DocumentError("The file is not a Word document (.docx), or it is damaged.")
    if data[30:38] == b"mimetype" and b"opendocument" in data[38:100]:
        raise DocumentError("The file is an OpenDocument file.", fix=_SAVE_AS_DOCX)


def _ole_refusal(data: bytes) -> DocumentError:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("DRMEncryptedTransform") or has("DRMEncryptedDataSpace"):
        return DocumentError(
            "The file is encrypted by rights management (a sensitivity label).",
            fix="Ask its owner for a copy without that protection.",
        )
    if has("EncryptedPackage"):
        return DocumentError(
            "The file is encrypted with a password.",
            fix="Open it in Word, remove the password under File, Info, Protect Document, and save it.",
        )
    if has("WordDocument"):
        return DocumentError("The file is an old Word document (.doc).", fix=_SAVE_AS_DOCX)
    return DocumentError("The file is an old Office file or a mail item, not a .docx.", fix=_SAVE_AS_DOCX)


def check_text(name: str, raw: bytes) -> None:
    """Refuse a part that would be dangerous to parse.

    A DOCTYPE can pull in files and make text vanish (lxml drops what follows an unresolved entity), and no Office
    program writes one.

    Raises:
        DocumentError: the part declares a DOCTYPE or has too many elements.
    """
    if _declares_doctype(_head(raw)):
        raise DocumentError(f"The part {name} declares a DOCTYPE, which Word never writes; the file is not opened.")
    if raw.count(b"<") > MAX_TAGS:
        raise DocumentError(f"The part {name} has more than {MAX_TAGS // 1_000_000} million tags; it is not opened.")


def _declares_doctype(head: str) -> bool:
    """Tell whether a DOCTYPE follows the blanks, instructions and comments that a part begins with.

    A loop, since a pattern that repeats all three takes time that doubles with each of them.
    """
    at = 1 if head.startswith("\ufeff") else 0
    while (blanks := _BLANKS.match(head, at)) is not None:
        at = blanks.end()
        closing = next((closing for opening, closing in _PROLOG_ITEMS if head.startswith(opening, at)), "")
        end = head.find(closing, at) if closing else -1
        if end < 0:
            break
        at = end + len(closing)
    return head.startswith("<!DOCTYPE", at)


def _head(raw: bytes) -> str:
    head = raw[:_PROLOG_BYTES]
    if head.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return head.decode("utf-16-le", "replace")
    if head.startswith((codecs.BOM_UTF16_BE, b"\0<")):
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")
