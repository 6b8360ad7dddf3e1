"""What CSS hides from a person: enough of it to find hidden text in mails and pages. Pure and linear.

They hide text for honest reasons (preview lines of newsletters) and for bad ones (instructions to a
model, written in white on white). A person sees neither, so neither is part of the mail's text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "navy": (0, 0, 128), "maroon": (128, 0, 0), "purple": (128, 0, 128), "teal": (0, 128, 128),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "orange": (255, 165, 0),
    "azure": (240, 255, 255), "mintcream": (245, 255, 250), "honeydew": (240, 255, 240), "aliceblue": (240, 248, 255),
    "lavenderblush": (255, 240, 245), "seashell": (255, 245, 238), "darkblue": (0, 0, 139),
}  # fmt: skip
_FUNCTIONS = frozenset(["rgb", "rgba", "hsl", "hsla"])
# Of the first number, a hue, and of the others.
_HUE_UNITS, _SHARE_UNITS = frozenset(["", "%", "deg"]), frozenset(["", "%"])
_UNITS = frozenset(["", "px", "pt", "em", "rem", "%", "ex", "vh", "vw"])
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)
_COMPOUND = re.compile(r"(?:\*|[a-z][\w-]{0,80})?(?:[.#][\w-]{1,80}){0,8}")
_ATTRIBUTE = re.compile(r"\[(class|id)~?=[\"']?([\w-]{1,80})[\"']?\]")
_ON_EVERY_SCREEN = frozenset({"@media all", "@media screen", "@media only all", "@media only screen"})
_MAX_CSS_CHARS = 200_000
_MAX_NESTED_BLOCKS = 5
_MAX_CHECKS = 400_000
# Colours nearer than this, per channel, cannot be told apart on a screen.
_NEAR = 20
_SIDES = ("height", "max-height", "width", "max-width")
_TINY_FONT = {"": 1.5, "px": 1.5, "pt": 1.5, "em": 0.1, "rem": 0.1, "%": 10, "ex": 0.2, "vh": 0.1, "vw": 0.1}
_KNOWN = (
    "display visibility opacity mso-hide overflow overflow-x overflow-y height max-height width max-width position left"
    " top right bottom text-indent margin-left margin-top clip clip-path transform filter color background font"
    " font-size -webkit-text-fill-color background-color background-image white-space"
)
_PROPERTIES = frozenset(_KNOWN.split())
_SHRUNK = re.compile(
    r"scale\(0(?:\.0\d*)?[,)]|inset\((?:[5-9]\d|100)%|circle\(0|rect\([01](?:px)?[ ,]+[01](?:px)?"
    r"|opacity\(0(?:\.0\d*)?%?\)|translate[xy]?\(-\d{4}"
)
_FAR = {"": 500, "px": 500, "pt": 500, "em": 50, "rem": 50, "%": 100, "ex": 100, "vh": 100, "vw": 100}


@dataclass(frozen=True, slots=True)
class Look:
    """How text in an element looks. A background of None is a picture, or not understood: text on it counts as seen.

    What is `hidden` stays so with all in it; an element inside can be made visible again, or large again.
    """

    colour: Colour = BLACK
    background: Colour | None = WHITE
    hidden: bool = False
    invisible: bool = False
    tiny: bool = False
    preformatted: bool = False

    @property
    def visible(self) -> bool:
        """Whether a person can see text that looks like this."""
        if self.hidden or self.invisible or self.tiny:
            return False
        return self.background is None or any(
            abs(first - second) > _NEAR for first, second in zip(self.colour, self.background, strict=True)
        )


def parse_colour(value: str) -> Colour | None:
    """Return the colour, or None when it is not understood."""
    value = value.strip().lower()[:60]
    if value in _NAMES:
        return _NAMES[value]
    digits = value.removeprefix("#")
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) in {6, 8}:
        try:
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
        except ValueError:
            return None
    name, numbers = _function(value)
    if not numbers:
        return None
    in_percent = numbers[0][1] == "%"
    red, green, blue = (number * (2.55 if in_percent else 1) for number, _ in numbers[:3])
    if name.startswith("hsl"):  # here the third number is how light it is
        return WHITE if blue > 95 else BLACK if blue < 5 else None
    levels = [min(255, max(0, int(part))) for part in (red, green, blue)]
    return levels[0], levels[1], levels[2]


def _function(value: str) -> tuple[str, list[tuple[float, str]]]:
    """Return the name and the numbers of `rgb(…)` or `hsl(…)`, with their units; none where it is not understood."""
    name, _, inside = value.partition("(")
    inside, closing, _ = inside.partition(")")
    parts = [_measure(part) for part in inside.replace(",", " ").replace("/", " ").split()]
    units = (_HUE_UNITS, _SHARE_UNITS, _SHARE_UNITS, _SHARE_UNITS)
    numbers = [
        (number, unit)
        for (number, unit), known in zip(parts, units, strict=False)
        if number is not None and unit in known
    ]
    is_known = name in _FUNCTIONS and closing and len(numbers) == len(parts) and len(parts) in {3, 4}
    return name, numbers if is_known else []


def declarations(css: str) -> dict[str, str]:
    """Return `property -> value` of what matters here, in lower case; what is `!important` wins, else the last one."""
    pairs = (part.partition(":") for part in _plain(css).lower().split(";"))
    return cascade({name.strip(): value.strip()} for name, _, value in pairs if name.strip() in _PROPERTIES)


def cascade(styles: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return the style that holds when these follow one another."""
    merged: dict[str, str] = {}
    for style in styles:
        for name, value in style.items():
            if "!" in value or "!" not in merged.get(name, ""):
                merged[name] = value
    return merged


def apply(look: Look, style: dict[str, str]) -> Look:
    """Return how text looks inside an element with this style, within an element that looks like `look`."""
    style = {name: value.partition("!")[0].strip() for name, value in style.items()}
    if hides(style):
        return replace(look, hidden=True)
    if visibility := style.get("visibility"):
        look = replace(look, invisible=visibility in {"hidden", "collapse"})
    if size := style.get("font-size") or _font_shorthand(style.get("font", "")):
        look = replace(look, tiny=_tiny_font(size, look.tiny))
    if white_space := style.get("white-space"):
        look = replace(look, preformatted=white_space.startswith(("pre", "break")))
    if background := style.get("background-color") or style.get("background"):
        look = replace(look, background=_background(background, look.background))
    if "url(" in style.get("background-image", ""):
        look = replace(look, background=None)
    if colour := style.get("-webkit-text-fill-color") or style.get("color"):
        if _transparent(colour):
            return replace(look, hidden=True)
        look = replace(look, colour=parse_colour(colour) or look.colour)
    return look


def hides(style: dict[str, str]) -> bool:
    """Whether an element with this style, and all in it, cannot be seen."""
    clipped = any(style.get(name) in {"hidden", "clip"} for name in ("overflow", "overflow-x", "overflow-y"))
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or _is_faint(*_length(style.get("opacity", "1")))
        or (clipped and any(_is_flat(style.get(side, "")) for side in _SIDES))
        or any(_SHRUNK.match(style.get(name, "")[:200]) for name in ("clip", "clip-path", "transform", "filter"))
        or _far_away(style)
    )


class _Rule(NamedTuple):
    weight: tuple[int, ...]  # ids, classes, tags, and its number among the rules
    path: tuple[frozenset[str], ...]
    style: dict[str, str]


class StyleSheet:
    """The rules of a style sheet for tags, classes and ids, also within others; all other selectors are left out.

    Rules inside of `@media` with a condition and the like are left out: they hold on some screens only.
    """

    def __init__(self, css: str) -> None:
        """Read the rules of a style sheet."""
        self._rules: dict[str, list[_Rule]] = {}
        self._checks_left = _MAX_CHECKS
        for number, (selectors, body) in enumerate(_rules(_plain(css[:_MAX_CSS_CHARS]).lower())):
            style = declarations(body)
            for path in filter(None, map(_path, selectors.split(","))):
                ranks = [_rank(name) for names in path for name in names]
                rule = _Rule((*map(ranks.count, range(3)), number), path, style)
                # Found by its most telling name: `#b`, else `.a`, else `p`.
                self._rules.setdefault(min(path[-1], key=lambda name: (_rank(name), name)), []).append(rule)

    @property
    def exhausted(self) -> bool:
        """Whether there was more to compare than is worth it, so that some rules were not applied."""
        return self._checks_left < 0

    def styles(self, path: Sequence[frozenset[str]]) -> list[dict[str, str]]:
        """Return what applies to an element, the weakest first.

        Args:
            path: the names (`p`, `.a`, `#b`) of each element from the outermost to this one.
        """
        if self.exhausted:
            return []
        rules = [rule for name in path[-1] for rule in self._rules.get(name, ())]
        self._checks_left -= len(rules)
        found = [rule for rule in rules if rule.path[-1] <= path[-1] and self._is_within(rule.path, path)]
        return [rule.style for rule in sorted(found)]

    def _is_within(self, wanted: Sequence[frozenset[str]], path: Sequence[frozenset[str]]) -> bool:
        outer, inner = len(wanted) - 2, len(path) - 2
        while outer >= 0 and inner >= 0:
            outer -= wanted[outer] <= path[inner]
            inner -= 1
            self._checks_left -= 1
        return outer < 0


def _rank(name: str) -> int:
    return {"#": 0, ".": 1, "*": 3}.get(name[0], 2)


def _path(selector: str) -> tuple[frozenset[str], ...]:
    """Return the parts of a selector from the outermost on, () when it is not understood."""
    selector = _ATTRIBUTE.sub(lambda match: f"{'.' if match[1] == 'class' else '#'}{match[2]}", selector.strip()[:300])
    parts = selector.replace(">", " ").split()
    if not all(_COMPOUND.fullmatch(part) for part in parts):
        return ()
    return tuple(frozenset(re.findall(r"[.#]?[\w-]+|\*", part)) for part in parts)


def _plain(css: str) -> str:
    """Return CSS without comments and escapes."""
    first, *rest = css.split("/*")
    css = first + "".join(piece.partition("*/")[2] for piece in rest)
    return _ESCAPE.sub(lambda match: chr(min(int(match[1], 16), 0xFFFF)), css) if "\\" in css else css


def _rules(css: str) -> list[tuple[str, str]]:
    rules: list[tuple[str, str]] = []
    blocks: list[str] = []
    text = ""
    for piece in re.split(r"([{}])", css.replace("<!--", "").replace("-->", "")):
        if piece == "{":
            blocks.append(text.rpartition(";")[2].strip())
        elif piece == "}" and blocks:
            selector = blocks.pop()
            always = all(" ".join(block.split()) in _ON_EVERY_SCREEN for block in blocks)
            if always and len(blocks) <= _MAX_NESTED_BLOCKS and not selector.startswith("@"):
                rules.append((selector, text))
        text = "" if piece in {"{", "}"} else piece
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
    value = value.strip()[:60]
    if value == "transparent":
        return True
    if value.startswith("#") and len(value) in {5, 9}:
        return value[4:] in {"0", "1"} if len(value) == 5 else value[7:] < "1a"
    alpha = _function(value)[1][3:]
    return bool(alpha) and _is_faint(*alpha[0])


def _is_faint(number: float | None, unit: str) -> bool:
    return number is not None and number < (10 if unit == "%" else 0.1)


def _is_flat(value: str) -> bool:
    number, unit = _length(value)
    return number is not None and number <= (1 if unit in {"px", "pt"} else 0)


def _tiny_font(value: str, inherited: bool) -> bool:
    number, unit = _length(value)
    if value in {"inherit", "smaller", "larger"} or (unit in {"em", "%", "ex"} and inherited):
        return inherited
    return number is not None and 0 <= number < _TINY_FONT[unit]


def _font_shorthand(value: str) -> str:
    for word in value.split():
        size = word.partition("/")[0]
        if size[:1].isdigit() and size[-1:].isalpha():
            return size
    return ""


def _far_away(style: dict[str, str]) -> bool:
    sides: tuple[str, ...] = ("text-indent", "margin-left", "margin-top")
    if style.get("position") in {"absolute", "fixed", "relative"}:
        sides += ("left", "top", "right", "bottom")
        if any((_length(style.get(side, ""))[0] or 0) >= 3_000 for side in ("left", "top")):
            return True
    lengths = (_length(style[side]) for side in sides if side in style)
    return any(number is not None and number <= -_FAR[unit] for number, unit in lengths)


def _length(value: str) -> tuple[float | None, str]:
    number, unit = _measure(value.strip()[:30])
    return (number, unit) if number is not None and unit in _UNITS else (None, "")


def _measure(value: str) -> tuple[float | None, str]:
    """Return a number and what stands behind it; None where it does not begin with a number."""
    unit = value.lstrip("-0123456789.")
    digits = value.removesuffix(unit)
    try:
        return float(digits), unit.strip()
    except ValueError:
        return None, ""
