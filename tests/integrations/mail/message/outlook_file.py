"""Writes mails as Outlook saves them: properties ([MS-OXMSG]) in a compound file ([MS-CFB], version 3)."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT, _BINARY, _NUMBER = 0x001F, 0x0102, 0x0003


@dataclass
class Storage:
    """A folder of a compound file: streams as bytes, other folders."""

    entries: dict[str, "bytes | Storage"] = field(default_factory=dict)


def outlook_mail(
    *,
    subject: str,
    sender: str,
    to: Mapping[str, str],
    body: str = "",
    html: bytes = b"",
    attachments: Sequence[str] = (),
) -> bytes:
    """Return a mail as a .msg file; the sender stands in the headers of the internet, as in received mail."""
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x1000: body, 0x007D: f"From: {sender}\r\n"}
    root = _properties(texts, {0x1013: html} if html else {}, {0x3FDE: 65001}, head=_counts(len(to), len(attachments)))
    for number, (name, address) in enumerate(to.items()):
        root.entries[f"__recip_version1.0_#{number:08X}"] = _properties({0x3001: name, 0x39FE: address})
    for number, name in enumerate(attachments):
        root.entries[f"__attach_version1.0_#{number:08X}"] = _properties({0x3707: name})
    return compound_file(root)


def _counts(recipients: int, attachments: int) -> bytes:
    return struct.pack("<8x4I8x", recipients, attachments, recipients, attachments)


def _properties(
    texts: Mapping[int, str],
    binaries: Mapping[int, bytes] | None = None,
    numbers: Mapping[int, int] | None = None,
    head: bytes = bytes(8),
) -> Storage:
    storage = Storage()
    rows = [struct.pack("<HHIQ", _NUMBER, name, 6, number) for name, number in (numbers or {}).items()]
    values = [(name, _TEXT, text.encode("utf-16-le")) for name, text in texts.items()]
    values += [(name, _BINARY, data) for name, data in (binaries or {}).items()]
    for name, kind, data in values:
        rows.append(struct.pack("<HHIQ", kind, name, 6, len(data) + 2 * (kind == _TEXT)))
        storage.entries[f"__substg1.0_{name:04X}{kind:04X}"] = data
    storage.entries["__properties_version1.0"] = head + b"".join(rows)
    return storage


class _Sectors:
    """Streams cut into sectors, and the chains that lead through them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.data = bytearray()
        self.chain: list[int] = []

    def add(self, stream: bytes) -> int:
        count = -(-len(stream) // self.size)
        if not count:
            return _END
        start = len(self.chain)
        self.chain += [*range(start + 1, start + count), _END]
        self.data += stream.ljust(count * self.size, b"\0")
        return start


def compound_file(root: Storage) -> bytes:
    """Return a compound file."""
    large, small = _Sectors(_SECTOR), _Sectors(_MINI)
    rows: list[bytes] = []
    _directory("Root Entry", root, rows, large, small)
    mini_start = large.add(bytes(small.data))
    rows[0] = rows[0][:116] + struct.pack("<IQ", mini_start, len(small.data))
    while len(rows) % 4:
        rows.append(bytes(68) + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(48))
    directory = large.add(b"".join(rows))
    mini_table = struct.pack(f"<{len(small.chain)}I", *small.chain)
    mini_table += b"\xff" * (-len(mini_table) % _SECTOR)
    mini_fat = large.add(mini_table)
    tables = 1
    while tables * (_SECTOR // 4) < len(large.chain) + tables:
        tables += 1
    fat_start = len(large.chain)
    chain = [*large.chain, *[_FAT] * tables]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    listed = [*range(fat_start, fat_start + tables), *[_FREE] * (109 - tables)]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIII", 0, tables, directory, 0, _CUTOFF)
    head += struct.pack("<IIII", mini_fat, len(mini_table) // _SECTOR, _END, 0) + struct.pack("<109I", *listed)
    return head + bytes(large.data) + fat


def _directory(name: str, node: "bytes | Storage", rows: list[bytes], large: _Sectors, small: _Sectors) -> int:
    """Add the row of an entry and of all in it; return its number. Neighbours hang on each other's right side."""
    number = len(rows)
    rows.append(b"")
    child, start, size, kind = _FREE, 0, 0, 1
    if isinstance(node, bytes):
        start, size, kind = (small if len(node) < _CUTOFF else large).add(node), len(node), 2
    else:
        children = [_directory(key, entry, rows, large, small) for key, entry in sorted(node.entries.items())]
        for left, right in pairwise(children):
            rows[left] = rows[left][:72] + struct.pack("<I", right) + rows[left][76:]
        child = children[0] if children else _FREE
    label = name.encode("utf-16-le") + b"\0\0"
    head = label.ljust(64, b"\0") + struct.pack("<HBB", len(label), 5 if not number else kind, 1)
    rows[number] = head + struct.pack("<III", _FREE, _FREE, child) + bytes(36) + struct.pack("<IQ", start, size)
    return number
