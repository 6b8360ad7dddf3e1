"""Texts for training without what is personal in them: people, addresses, numbers and links become stand-ins.

Names are found and hidden by the pseudonyms that guard models elsewhere, so that every form of a name is covered, and
a text in which anything is left is refused. The placeholders then become everyday words, for a model to learn from.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from core.errors import InlaidError
from core.privacy.detection import find_personal
from core.privacy.pseudonyms import Pseudonyms
from core.text import forms
from core.text.lexicon import either

METHOD = (
    "Names, email addresses, phone and account numbers are replaced as for models elsewhere, then by made-up ones that"
    " stand in the text nowhere else; the same person has the same name within a pair. Links and postal addresses are"
    " replaced by fixed ones. Afterwards each pair is looked through again, and left out when anything is left."
)
_DATA: Mapping[str, Any] = tomllib.loads(files(__package__).joinpath("stand_ins.toml").read_text(encoding="utf-8"))
_NAMES = tuple(_DATA["names"].split())
_STAND_INS = either(_NAMES, r"\b", r"\b", flags=0)
_PLACEHOLDER = re.compile(r"(?:HIDDEN)?(?P<kind>NAME|MAIL|PHONE|ACCOUNT)(?:Q?X)?_(?P<number>\d+)")
LINK = "https://example.org/page"
# A house number beside a street, and a postcode beside a town, in the languages of the recipes.
_STREETS = tuple((either([pattern], flags=0), stand_in) for pattern, stand_in in _DATA["streets"])


class StillPersonal(Exception):
    """A pair in which something personal could not be replaced; its text is in no message."""


def anonymized_texts(texts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the texts of one pair with stand-ins for what is personal, the same in all of them.

    Args:
        texts: by any key.
        names: what is known to be a name besides: of the people of the house and of the recipe's inputs.

    Raises:
        StillPersonal: something is left.
    """
    known = tuple(dict.fromkeys(name for name in names if name.strip()))
    bare = {key: _placeless(text) for key, text in texts.items()}
    pseudonyms = Pseudonyms(known, bare.values())
    try:
        hidden = {key: pseudonyms.hide(text) for key, text in bare.items()}
    except InlaidError:
        raise StillPersonal from None
    whole = "\n".join(hidden.values())
    free = [name for name in _NAMES if name.casefold() not in "\n".join(texts.values()).casefold()]
    # Not always the same names first: a model would learn who writes to whom.
    start = int(hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest(), 16) % max(1, len(free))
    free = free[start:] + free[:start]
    made = {key: _PLACEHOLDER.sub(lambda found: _stand_in(found, free), text) for key, text in hidden.items()}
    _require_nameless(made.values(), free)
    return made


def without_stand_ins(text: str) -> str:
    """Return a nameless text as it is whatever names were chosen, to compare it with others."""
    return _STAND_INS.sub("NAME", text)


def _placeless(text: str) -> str:
    text = forms.LINK.sub(LINK, text)
    for pattern, stand_in in _STREETS:
        text = pattern.sub(stand_in, text)
    return text


def _stand_in(found: re.Match[str], names: list[str]) -> str:
    number = int(found["number"]) - 1
    if found["kind"] == "NAME":
        return names[number % len(names)] if names else "Somebody"
    return {"MAIL": f"name{number + 1}@example.org", "PHONE": "000 000", "ACCOUNT": "00000000"}[found["kind"]]


def _require_nameless(texts: Iterable[str], ours: list[str]) -> None:
    """Look for addresses and numbers once more, by the detector, which does not know the stand-ins."""
    allowed = {name.casefold() for name in ours}
    for match in find_personal("\n".join(texts)):
        is_ours = (
            match.text.casefold() in allowed
            or match.text.endswith("@example.org")
            or not any(sign not in "0 " for sign in match.text)
        )
        if match.kind != "NAME" and not is_ours:
            raise StillPersonal
