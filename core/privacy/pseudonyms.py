"""Puts placeholders for what is personal into a text that leaves the installation, and the true words back.

Each word of a name has a placeholder of its own, so that a first name alone, a possessive, a name broken by a line end
or one in another order is covered, and the true spelling comes back. What a model makes of a placeholder on the way
(another case, a blank or a backslash for the underscore, brackets around it) is understood.
"""

import functools
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from core.errors import ModelAnswerError
from core.privacy.detection import Kind, Personal, find_personal, known_name_words, name_data
from core.text.forms import ALPHABETIC, ALPHANUMERIC, count_between, digits_of, without_accents
from core.text.lexicon import either

# Endings that a name may bear: possessives and cases. The ending stays outside the placeholder.
_ENDINGS = "(?:['\u2019]?s|es|n|ns|en|ens|e|i|ie|a|u|em|om|ov|owi|ovi|y|\u0105|\u0119|ego|emu)"
_MIN_INFLECTED_CHARS = 4
# Names that are everyday words too: in small letters they are taken for the word.
_WORDS = frozenset(name_data()["everyday"].split())
# Kana, Chinese characters, hangul and Thai have no blanks between words.
_UNSPACED = ("\u3040\u30ff", "\u3400\u9fff", "\uac00\ud7af", "\u0e00\u0e7f")
_SEPARATORS = "[ ()./\u00a0\\n-]{0,3}"
_DIGITS = re.compile(f"\\d(?:{_SEPARATORS}\\d){{5,}}")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_KINDS: tuple[Kind, ...] = ("NAME", "MAIL", "PHONE", "ACCOUNT")
# Other stems, should a text hold something that looks like a placeholder already.
_STEMS = ("{}", "{}X", "{}QX", "HIDDEN{}QX")
# What looks like a placeholder, ours or one that a model made up or translated.
_ANY_PLACEHOLDER = re.compile(r"(?<![A-Za-z])[^\W\d_a-z]{3,60}\\?_\d+")


class LeakError(ModelAnswerError):
    """A text that was about to leave still held something personal: nothing was sent."""


class Pseudonyms:
    """The placeholders of one job: the same words have the same placeholders in all its calls. Thread-safe.

    Args:
        names: what is known to be a name, such as the sender's; each word of it counts.
        texts: what the job is about; looked through when the first text is to be hidden.
    """

    def __init__(self, names: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
        self._lock = threading.RLock()
        self._placeholders: dict[str, str] = {}
        self._personal: dict[str, Personal] = {}
        self._counts: dict[Kind, int] = dict.fromkeys(_KINDS, 0)
        self._stem = _STEMS[0]
        self._hiding: re.Pattern[str] | None = None
        self._seen = ""
        self._has_brackets = False
        self._unread: tuple[str, ...] | None = tuple(texts)
        self._names = tuple(names)

    def _learn(self, texts: Iterable[str]) -> None:
        self._seen = "\n".join(texts)
        self._stem = next((stem for stem in _STEMS if not _restoring(stem).search(self._seen)), _STEMS[-1])
        for name in self._names:
            self._add(known_name_words(name))
        self._add(find_personal(self._seen))

    def hide(self, text: str) -> str:
        """Return the text with placeholders for all that is personal in the job.

        Raises:
            LeakError: something personal is still in it.
        """
        with self._lock:
            if self._unread is not None:
                self._learn(self._unread)
                self._unread = None
            if not self._placeholders:
                return text
            if self._hiding is None:
                self._hiding = _hiding(self._personal.values())
            hidden = self._hiding.sub(lambda match: self._placeholder_of(match), text)
            self._require_hidden(hidden)
            self._has_brackets = self._has_brackets or bool(_BRACKETED.search(hidden))
        return hidden

    def counts(self) -> Mapping[str, int]:
        """Return how many different things of each kind have a placeholder by now."""
        with self._lock:
            return {str(kind): count for kind, count in self._counts.items()}

    def restore(self, text: str) -> str:
        """Return the text with the true words.

        Raises:
            ModelAnswerError: it holds a placeholder that stands for nothing.
        """
        restored = self.restored_so_far(text)
        for left in _ANY_PLACEHOLDER.findall(restored):
            if left not in self._seen:
                raise ModelAnswerError(
                    "The model mixed up the placeholders that stand for personal data.", fix="Try again."
                )
        return restored

    def restored_so_far(self, text: str) -> str:
        """Return the text with the true words, as far as its placeholders are known."""
        with self._lock:
            originals = {placeholder: original for original, placeholder in self._placeholders.items()}
            stem = self._stem

        def original(match: re.Match[str]) -> str:
            kind = next(kind for kind in _KINDS if stem.format(kind).casefold() == match["stem"].casefold())
            return originals.get(f"{stem.format(kind)}_{match['number']}", match[0])

        # Brackets around a placeholder are the model's own, unless some were sent.
        bare = text if self._has_brackets else _BRACKETED.sub(r"\1", text)
        return _restoring(stem).sub(original, bare) if originals else text

    def _add(self, found: Iterable[Personal]) -> None:
        for personal in found:
            known = self._personal.get(personal.text)
            if known is None:
                self._new_placeholder(personal.kind, personal.text)
            if known is None or (personal.is_sure and not known.is_sure):
                self._personal[personal.text] = personal
                self._hiding = None

    def _new_placeholder(self, kind: Kind, text: str) -> str:
        self._counts[kind] += 1
        self._placeholders[text] = f"{self._stem.format(kind)}_{self._counts[kind]}"
        return self._placeholders[text]

    def _placeholder_of(self, match: re.Match[str]) -> str:
        """Return the placeholder of a form as it stands, so that exactly this form comes back."""
        kind = next(kind for kind in _KINDS if match.lastgroup == kind)
        return self._placeholders.get(match[0]) or self._new_placeholder(kind, match[0])

    def _require_hidden(self, hidden: str) -> None:
        """Look at the text in another way than it was hidden: by its bare words, digits and addresses."""
        ours = "|".join(f"{self._stem.format(kind)}_\\d+" for kind in _KINDS)
        compatible = unicodedata.normalize("NFKC", re.sub(ours, " ", hidden))
        plain = compatible.casefold()
        words = set(ALPHANUMERIC.findall(compatible))
        folded = set(ALPHABETIC.findall(plain))
        runs = [digits_of(run) for run in _DIGITS.findall(plain)]
        for personal in self._personal.values():
            if personal.kind == "NAME":
                leaks = _is_left(personal, words, folded, plain)
            elif personal.kind == "MAIL":
                leaks = personal.text.casefold() in plain
            else:
                leaks = any(digits_of(personal.text) in run for run in runs)
            if leaks:
                raise LeakError("Personal data could not be hidden from a model elsewhere.", fix="Use a local model.")


class RestoredStream:
    """Puts true words into an answer while it is written; holds back what may be the start of a placeholder.

    Args:
        pseudonyms: what to put back.
        show: hears the restored text.
    """

    def __init__(self, pseudonyms: Pseudonyms, show: Callable[[str], None]) -> None:
        self._pseudonyms = pseudonyms
        self._show = show
        self._held = ""

    def add(self, piece: str) -> None:
        """Take a piece of the answer; "" only lets the listener be heard."""
        self._held += piece
        # A placeholder may come as two words ("NAME 1"), so the last two are held back.
        ends = [match.end() for match in re.finditer(r"\s+", self._held)]
        ready, self._held = (self._held[: ends[-2]], self._held[ends[-2] :]) if len(ends) > 1 else ("", self._held)
        self._show(self._pseudonyms.restored_so_far(ready))

    def finish(self) -> None:
        """Show the rest."""
        self._show(self._pseudonyms.restored_so_far(self._held))
        self._held = ""


_BRACKETED = re.compile(r"(?<!\[)\[((?:HIDDEN)?(?:NAME|MAIL|PHONE|ACCOUNT)Q?X?_\d+)\](?!\])")


@functools.cache
def _restoring(stem: str) -> re.Pattern[str]:
    """Match a placeholder in whatever form a model gives it back."""
    stems = (stem.format(kind) for kind in _KINDS)
    return either(stems, r"(?<![^\W_])(?P<stem>", r")(?:\\?[_ \n-]){0,2}(?P<number>\d+)(?!\d)")


def _hiding(learnt: Iterable[Personal]) -> re.Pattern[str]:
    by_kind: dict[Kind, list[str]] = {kind: [] for kind in ("MAIL", "PHONE", "ACCOUNT", "NAME")}
    for personal in sorted(learnt, key=lambda one: -len(one.text)):
        by_kind[personal.kind].append(_form(personal))
    groups = (f"(?P<{kind}>{'|'.join(forms)})" for kind, forms in by_kind.items() if forms)
    return either(groups, flags=0)


def _form(one: Personal) -> str:
    """Return a pattern for a stretch in every form that is covered."""
    if one.kind == "MAIL":
        return rf"(?i:(?<![\w.+-]){re.escape(one.text)}(?!\w))"
    if one.kind in {"PHONE", "ACCOUNT"}:
        signs = [re.escape(sign) for sign in one.text if sign.isalnum() or sign == "+"]
        return rf"(?<![\w+]){_SEPARATORS.join(signs)}(?!\w)"
    if count_between(one.text, *_UNSPACED):
        return re.escape(one.text)
    is_word = one.text.casefold() in _WORDS or not one.is_sure
    forms = {form for spelling in _spellings(one.text) for form in (spelling, spelling.capitalize(), spelling.upper())}
    forms |= set() if is_word else {form.lower() for form in forms}
    forms = {re.sub("['\u2019]", "['\u2019]", re.escape(form)) for form in forms}
    ending = f"{_ENDINGS}?" if len(one.text) >= _MIN_INFLECTED_CHARS else "(?:['\u2019]?s)?"
    return rf"(?<![^\W_])(?:{'|'.join(sorted(forms))})\d*(?={ending}(?![^\W_]))"


def _spellings(name: str) -> set[str]:
    """Return a name as it is, without accents, and with German letters written out."""
    written_out = name.translate(_WRITTEN_OUT)
    return {name, written_out, without_accents(name)}


def _is_left(one: Personal, words: set[str], folded: set[str], plain: str) -> bool:
    name = one.text.casefold()
    if count_between(name, *_UNSPACED):
        return name in plain
    return one.text in words or (one.is_sure and name in folded and name not in _WORDS)
