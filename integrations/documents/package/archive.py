"""The zip container: what its first bytes say, every check before any XML is parsed, and a writer that copies bytes.

Entries that did not change are copied as they were compressed, so they stay byte for byte the same and cost nothing.
Record layouts: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import codecs
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.errors import DocumentError

# Real reports with pictures stay far below these; a bomb has to pass all of them at once.
MAX_FILE_BYTES = 100_000_000
MAX_ENTRIES = 5_000
MAX_TOTAL_BYTES = 300_000_000
MAX_XML_BYTES = 64_000_000
# Deflate reaches 1,000 : 1 on repetition. A long document of like paragraphs may do so too, hence the floor.
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 40_000_000
_CHUNK_BYTES = 1 << 20
_INPUT_BYTES = 1 << 14
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
_END_RECORD = struct.Struct("<4s4H2LH")
_UTF8_NAME = 0x800
_READ_MORE = "Open it in Word and save it again under another name."
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
_PROLOG_ITEMS = (("<?", "?>"), ("<!--", "-->"))


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file of the archive and where its compressed bytes begin."""

    info: zipfile.ZipInfo
    start: int

    @property
    def is_xml(self) -> bool:
        """Tell whether this is a part that may be parsed."""
        return self.info.filename.lower().endswith((".xml", ".rels", ".vml"))


class Archive:
    """A checked zip file. Nothing is inflated further than its declared size."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.entries = _index(data)
        self._texts: dict[str, bytes] = {}
        for name, entry in self.entries.items():
            content = _inflate(data, entry)
            if content is not None:
                self._texts[name] = content

    def read(self, name: str) -> bytes:
        """Return the content of an XML entry."""
        return self._texts[name]

    def xml_names(self) -> list[str]:
        """Return the names of the entries that hold XML."""
        return list(self._texts)

    def forget(self, name: str) -> None:
        """Free the raw text of an entry that has been parsed."""
        self._texts.pop(name, None)

    def rewrite(self, changed: Mapping[str, bytes]) -> bytes:
        """Return the archive with the content of `changed` in place of, or after, what was there."""
        out = io.BytesIO()
        central: list[bytes] = []
        for name, entry in self.entries.items():
            if name in changed:
                central.append(_write(out, entry.info, *_pack(changed[name])))
            else:
                info = entry.info
                raw = self.data[entry.start : entry.start + info.compress_size]
                central.append(_write(out, info, raw, info.compress_type, info.CRC, info.file_size))
        for name, content in changed.items():
            if name not in self.entries:
                central.append(_write(out, zipfile.ZipInfo(name), *_pack(content)))
        start = out.tell()
        directory = b"".join(central)
        out.write(directory)
        out.write(_END_RECORD.pack(b"PK\x05\x06", 0, 0, len(central), len(central), len(directory), start, 0))
        return out.getvalue()


def _index(data: bytes) -> dict[str, ArchiveEntry]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    # NotImplementedError is what zipfile raises for compression methods and versions that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise DocumentError("The file is damaged: its zip container cannot be read.", fix=_READ_MORE) from error
    if len(infos) > MAX_ENTRIES:
        raise DocumentError(f"The file holds {len(infos)} entries; more than {MAX_ENTRIES} are not opened.")
    _check_sizes(infos)
    entries: dict[str, ArchiveEntry] = {}
    seen: set[str] = set()
    for info in infos:
        _check_name(info, seen)
        if not info.is_dir():
            entries[info.filename] = ArchiveEntry(info, _content_start(data, info))
    return entries


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MAX_TOTAL_BYTES or _is_bomb(total, packed):
        raise DocumentError(f"The file would unpack to {total // 1_000_000} MB and was not opened.")
    for info in infos:
        limit = MAX_XML_BYTES if info.filename.lower().endswith((".xml", ".rels")) else MAX_TOTAL_BYTES
        if info.file_size > limit or _is_bomb(info.file_size, info.compress_size):
            raise DocumentError(f"A part would unpack to {info.file_size // 1_000_000} MB and was not opened.")


def _is_bomb(size_bytes: int, packed_bytes: int) -> bool:
    return size_bytes > RATIO_FLOOR_BYTES and size_bytes > MAX_RATIO * max(packed_bytes, 1)


def _check_name(info: zipfile.ZipInfo, seen: set[str]) -> None:
    name = info.orig_filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or "\x00" in name or ":" in parts[0]:
        raise DocumentError(f"The file holds an entry with an unsafe name ({name[:60]!r}) and was not opened.")
    if name.lower() in seen:
        raise DocumentError(f"The file holds two entries named {name[:60]!r} and was not opened.")
    seen.add(name.lower())
    if info.flag_bits & 0x1:
        raise DocumentError("The file is protected by a zip password.", fix="Remove the password and try again.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DocumentError("The file is packed in a way that Word does not use.", fix=_READ_MORE)


def _content_start(data: bytes, info: zipfile.ZipInfo) -> int:
    header = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise DocumentError("The file is damaged: an entry is not where its directory says.", fix=_READ_MORE)
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = info.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)
    if start + info.compress_size > len(data):
        raise DocumentError("The file is damaged: it ends too early.", fix=_READ_MORE)
    return start


def _inflate(data: bytes, entry: ArchiveEntry) -> bytes | None:
    """Check the real size and checksum of an entry; return its content when it is XML, else None."""
    info = entry.info
    raw = memoryview(data)[entry.start : entry.start + info.compress_size]
    plain = [bytes(raw)] if info.compress_type == zipfile.ZIP_STORED else _unpacked(raw)
    chunks: list[bytes] = []
    size = checksum = 0
    for chunk in plain:
        size += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if size > info.file_size:
            raise DocumentError("A part unpacks to more than it declares; the file was not opened.")
        if entry.is_xml:
            chunks.append(chunk)
    if size != info.file_size or checksum != info.CRC:
        raise DocumentError("The file is damaged: a part does not match its checksum.", fix=_READ_MORE)
    return b"".join(chunks) if entry.is_xml else None


def _unpacked(raw: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(raw), _INPUT_BYTES):
            pending: bytes | memoryview = raw[start : start + _INPUT_BYTES]
            while pending and not unpacker.eof:
                yield unpacker.decompress(pending, _CHUNK_BYTES)
                pending = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise DocumentError("The file is damaged: a part cannot be unpacked.", fix=_READ_MORE) from error


def _pack(content: bytes) -> tuple[bytes, int, int, int]:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    raw = packer.compress(content) + packer.flush()
    return raw, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content)


def _write(out: io.BytesIO, info: zipfile.ZipInfo, raw: bytes, method: int, checksum: int, size: int) -> bytes:
    """Write one entry; return its record for the central directory."""
    name = info.filename.encode()
    flags = 0 if info.filename.isascii() else _UTF8_NAME
    year, month, day, hour, minute, second = info.date_time
    date = (year - 1980) << 9 | month << 5 | day
    time = hour << 11 | minute << 5 | second // 2
    sizes = (method, time, date, checksum, len(raw), size, len(name), 0)
    start = out.tell()
    out.write(_LOCAL_HEADER.pack(b"PK\x03\x04", 20, flags, *sizes))
    out.write(name)
    out.write(raw)
    return _CENTRAL_HEADER.pack(b"PK\x01\x02", 20, 20, flags, *sizes, 0, 0, 0, info.external_attr, start) + name


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
        raise DocumentError(f"The part {name} declares a DOCTYPE, which Word never does; the file was not opened.")
    if raw.count(b"<") > MAX_TAGS:
        raise DocumentError(f"The part {name} has more than {MAX_TAGS // 1_000_000} million tags; it was not opened.")


def _declares_doctype(head: str) -> bool:
    """Tell whether a DOCTYPE follows the blanks, instructions and comments that a part begins with.

    A loop, since a pattern that repeats all three takes time that doubles with each of them.
    """
    at = 1 if head.startswith("\ufeff") else 0
    while True:
        while head[at : at + 1].isspace():
            at += 1
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
