"""What CSS hides from a person: enough of it to find hidden text in mails. Pure and linear.

Mails hide text for honest reasons (preview lines of newsletters) and for bad ones (instructions to a
model, written in white on white). A person sees neither, so neither is part of the mail's text.
"""

import re
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "navy": (0, 0, 128), "maroon": (128, 0, 0), "purple": (128, 0, 128), "teal": (0, 128, 128),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "orange": (255, 165, 0),
}  # fmt: skip
_FUNCTION = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,6})(%?))?\s*\)")
_LENGTH = re.compile(r"(-?\d{0,6}\.?\d{0,6})\s*(px|pt|em|rem|%|ex|vh|vw)?$")
# Colours nearer than this, per channel, cannot be told apart on a screen.
_NEAR = 20
_SIDES = ("height", "max-height", "width", "max-width")
_TINY_FONT = {"": 1.5, "px": 1.5, "pt": 1.5, "em": 0.1, "rem": 0.1, "%": 10, "ex": 0.2, "vh": 0.1, "vw": 0.1}


@dataclass(frozen=True, slots=True)
class Look:
    """How text in an element looks. A background of None is a picture, or not understood: text on it counts as seen."""

    colour: Colour = BLACK
    background: Colour | None = WHITE
    hidden: bool = False

    @property
    def visible(self) -> bool:
        """Whether a person can see text that looks like this."""
        if self.hidden or self.background is None:
            return not self.hidden
        return any(abs(one - two) > _NEAR for one, two in zip(self.colour, self.background, strict=True))


def parse_colour(value: str) -> Colour | None:
    """Return the colour, or None when it is not understood."""
    value = value.strip().lower()[:60]
    if value in _NAMES:
        return _NAMES[value]
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) == 6:
        try:
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
        except ValueError:
            return None
    match = _FUNCTION.match(value)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def declarations(css: str) -> dict[str, str]:
    """Return `property -> value` of a style attribute, in lower case; the last one wins."""
    found = {}
    for part in css.lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def apply(look: Look, style: dict[str, str]) -> Look:
    """Return how text looks inside an element with this style, within an element that looks like `look`."""
    if hides(style):
        return replace(look, hidden=True)
    background = style.get("background-color") or style.get("background")
    if background:
        look = replace(look, background=_background(background, look.background))
    if colour := style.get("color"):
        if _transparent(colour):
            return replace(look, hidden=True)
        look = replace(look, colour=parse_colour(colour) or look.colour)
    return look


def hides(style: dict[str, str]) -> bool:
    """Whether an element with this style, and all in it, cannot be seen."""
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") == "all"
        or _is_zero(style.get("opacity", "1"))
        or _tiny_font(style.get("font-size") or _font_shorthand(style.get("font", "")))
        or (style.get("overflow") == "hidden" and any(_is_zero(style.get(side, "1")) for side in _SIDES))
        or _far_away(style)
    )


def hiding_selectors(css: str) -> frozenset[str]:
    """Return the simple selectors (`.a`, `#b`, `td`) of a style sheet that hide what they match.

    Rules inside of `@media` and the like are left out: they hold on some screens only.
    """
    found: set[str] = set()
    for selector, body in _rules(css[:200_000]):
        if hides(declarations(body)):
            for one in selector.lower().split(","):
                one = one.strip()
                if re.fullmatch(r"[a-z0-9]*[.#]?[\w-]{1,80}", one):
                    found.add(one)
    return frozenset(found)


def _rules(css: str) -> list[tuple[str, str]]:
    rules: list[tuple[str, str]] = []
    depth, selector, skipping = 0, "", False
    for piece in re.split(r"([{}])", re.sub(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|<!--|-->", "", css)):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            skipping = skipping and depth > 0
        elif depth == 0:
            selector = piece.rpartition(";")[2].strip()
            skipping = selector.startswith("@")
        elif depth == 1 and not skipping:
            rules.append((selector, piece))
    return rules


def _background(value: str, below: Colour | None) -> Colour | None:
    if "url(" in value or "gradient" in value:
        return None
    if _transparent(value) or value in {"none", "inherit", "initial"}:
        return below
    for word in [value, *value.split()]:
        colour = parse_colour(word)
        if colour is not None:
            return colour
    return None


def _transparent(value: str) -> bool:
    if value.strip() == "transparent":
        return True
    match = _FUNCTION.match(value.strip()[:60])
    return bool(match and match[4] is not None and _is_zero(match[4]))


def _is_zero(value: str) -> bool:
    number, _unit = _length(value)
    return number == 0


def _tiny_font(value: str) -> bool:
    number, unit = _length(value)
    return number is not None and 0 <= number < _TINY_FONT[unit]


def _font_shorthand(value: str) -> str:
    for word in value.split():
        size = word.partition("/")[0]
        if size[:1].isdigit() and size[-1:].isalpha():
            return size
    return ""


def _far_away(style: dict[str, str]) -> bool:
    if style.get("position") in {"absolute", "fixed"} and any(
        (_length(style.get(side, ""))[0] or 0) <= -500 for side in ("left", "top")
    ):
        return True
    return (_length(style.get("text-indent", ""))[0] or 0) <= -500


def _length(value: str) -> tuple[float | None, str]:
    match = _LENGTH.match(value.strip()[:30])
    if not match or match[1] in {"", "-", ".", "-."}:
        return None, ""
    return float(match[1]), match[2] or ""
