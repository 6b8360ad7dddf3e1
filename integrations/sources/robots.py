"""What a site allows robots, by RFC 9309: the longest rule that fits counts, and an allowance wins a tie. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

MAX_ROBOTS_BYTES = 500 * 1024
_MAX_RULES = 5_000
_MAX_DELAY_SECONDS = 30.0


@dataclass(frozen=True)
class Rule:
    """What is said of the paths that fit a pattern: `*` is anything, `$` at its end the end of the path."""

    pattern: str
    is_allowed: bool

    def fits(self, path: str) -> bool:
        """Whether a path, with its query, fits."""
        is_whole = self.pattern.endswith("$")
        first, *rest = self.pattern.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        place = len(first)
        for piece in rest[:-1] if is_whole else rest:
            found = path.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        if not is_whole:
            return True
        return path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= place if rest else place == len(path)


@dataclass(frozen=True)
class Robots:
    """The rules of a site for one robot. `delay_seconds` is what it wants between two requests, 0 for no word of it."""

    rules: Sequence[Rule] = ()
    delay_seconds: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be fetched."""
        path = unquote(path)
        fitting = [rule for rule in self.rules if rule.fits(path)]
        return max(fitting, key=lambda rule: (len(rule.pattern), rule.is_allowed)).is_allowed if fitting else True


NOTHING = Robots((Rule("/", is_allowed=False),))


def read_robots(text: str, robot: str) -> Robots:
    """Return the rules for a robot: those of the groups that name it, else of those for all.

    Args:
        text: of the file `robots.txt`.
        robot: its name, "inlaid".
    """
    own: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    is_named = names_own = names_all = has_own = False
    for line in text.splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            if not is_named:
                names_own = names_all = False
            is_named = True
            names_own = names_own or value.lower() == robot.lower()
            names_all = names_all or value == "*"
            has_own = has_own or names_own
        elif key in {"allow", "disallow", "crawl-delay"}:
            is_named = False
            own += [(key, value)] * names_own
            general += [(key, value)] * names_all
    return _robots((own if has_own else general)[:_MAX_RULES])


def _robots(lines: Sequence[tuple[str, str]]) -> Robots:
    rules = tuple(Rule(unquote(value), key == "allow") for key, value in lines if value and key != "crawl-delay")
    delays = [value for key, value in lines if key == "crawl-delay" and value.replace(".", "", 1).isdecimal()]
    return Robots(rules, min(_MAX_DELAY_SECONDS, float(delays[0])) if delays else 0.0)
