"""From bytes to text: charsets that are not what they claim, and characters that nobody sees. Pure."""

import codecs
import re

from core.text.forms import chars_between

# What mail programs declare, and what they really send (the wider charset holds the declared one).
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_ALIASES = {"ansi_x3.4-1968": "ascii", "ks_c_5601-1987": "euc_kr", "unicode-1-1-utf-7": "utf-7"}
_IN_HTML = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 5_000
_ESCAPED_JAPANESE = (b"\x1b$B", b"\x1b$@")
# Codecs of Python that are no charsets of text, or that are slow on hostile input.
_REFUSED = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_SINGLE_BYTE = frozenset({"cp1252", "utf-8", "iso8859-15", "cp1254"})
_GUESSED = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "gb18030", "big5", "cp932", "euc_jp", "cp949"]
_SAMPLE_BYTES = 8_192
# Control characters, and those that take no room on the screen: they can hide text or turn it round.
_INVISIBLE = chars_between(
    *("\x00\x08", "\x0e\x1f", "\x7f\x84", "\x86\x9f", "\xad", "\u034f", "\u061c", "\u180e"),
    *("\u200b", "\u200e\u200f", "\u202a\u202e", "\u2060\u206f", "\ud800\udfff", "\ufe00\ufe0d", "\ufeff"),
    *("\ufff9\ufffb", "\U000e0000\U000e01ef"),
)
_CLEANED = str.maketrans(
    {"\xa0": " ", **dict.fromkeys("\r\x85\u2028\u2029\x0b\x0c", "\n"), **dict.fromkeys(_INVISIBLE, "")}
)


def declared_in_html(data: bytes) -> str:
    """Return the charset that a page of HTML declares at its beginning, "" for none."""
    declared = _IN_HTML.search(data[:_HEAD_BYTES])
    return declared[1].decode("ascii", "replace") if declared else ""


def decode_bytes(data: bytes, declared: str = "") -> str:
    """Return the text of `data`. The declared charset is believed only as far as it fits."""
    codec = _codec(declared)
    if any(escape in data for escape in _ESCAPED_JAPANESE):
        # The newest of these charsets holds what Windows adds to the one that is declared, if any is.
        japanese = _strict(data.replace(b"\x1b$B", b"\x1b$(Q"), "iso2022_jp_2004") or _strict(data, "iso2022_jp_ext")
        if japanese is not None:
            return japanese
    if codec in _SINGLE_BYTE or not codec:
        # Text that is valid UTF-8 by chance is very rare, UTF-8 that is declared as Latin-1 is not.
        decoded = _strict(data, "utf-8")
        if decoded is not None:
            return decoded
    decoded = _strict(data, codec) if codec else None
    return decoded if decoded is not None else _guess(data, codec)


def clean_text(text: str) -> str:
    """Return the text with line ends as newlines, and without characters that a person cannot see."""
    return text.replace("\r\n", "\n").translate(_CLEANED)


def _codec(declared: str) -> str:
    """Return Python's name for the declared charset, or "" when there is no such charset."""
    # `x-euc-jp`, `windows-874`, `cp-850`, `iso-8859-8-i`: the same under other names.
    name = declared.strip(" \t\"'").lower().removeprefix("x-").removesuffix("-i").removesuffix("-e")
    page = name.removeprefix("windows").removeprefix("cp").removeprefix("ibm").removeprefix("-")
    name = f"cp{page}" if page != name and page.isdecimal() else name
    try:
        known = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return "" if known in _REFUSED else _WIDER.get(known, known)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _guess(data: bytes, codec: str) -> str:
    if codec == "cp1252":  # five bytes have no meaning in it; all else is as declared
        return data.decode("cp1252", "replace")
    if codec:
        # A damaged character or two is better than another alphabet.
        lenient = data.decode(codec, "replace")
        if lenient.count("\ufffd") * 100 <= len(lenient):
            return lenient
    from charset_normalizer import from_bytes  # 3 MB, for what says no charset that holds

    best = from_bytes(data[:_SAMPLE_BYTES], cp_isolation=_GUESSED).best()
    return data.decode(best.encoding if best else "cp1252", "replace")
