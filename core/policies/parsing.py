"""Reads policies: every problem with its line, and warnings of names that nothing here bears."""

import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from pydantic import ValidationError

from core.errors import PolicyError
from core.policies.rules import LanguageStyle, Names, PolicyFile, Rules
from core.policies.toml_lines import line_of_error, line_of_key
from core.validation_messages import did_you_mean, key_problem

MAX_BYTES = 8_000_000
MAX_PROBLEMS = 20
# Of what it has no list, an installation cannot tell a wrong name from a right one.
Known = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Warned:
    """A rule that has no effect: its name is borne by nothing, or another group says otherwise."""

    line: int
    text: str


@dataclass(frozen=True)
class _Problems:
    """Collects what is wrong with a text."""

    text: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, key: tuple[object, ...], problem: str) -> None:
        self.found.append((line_of_key(self.text, key), problem))


def parse_policies(text: str, file_name: str) -> PolicyFile:
    """Return the policies that a TOML text describes. `file_name` is for the messages.

    Raises:
        PolicyError: lists every problem as `line N: key: what; fix`.
    """
    if len(text) > MAX_BYTES:
        raise PolicyError(
            f"{file_name} is larger than {MAX_BYTES:,} bytes.", fix="Use groups from the sign-in provider instead."
        )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = line_of_error(error, text)
        wrong = str(error).partition(" (at ")[0]
        message = f"{file_name} is not valid TOML on line {line}: {wrong}."
        raise PolicyError(message, fix="Correct that line.", line=line) from error
    if not data:
        # A file that is being rewritten is empty for a moment; that does not mean no rules.
        raise PolicyError(f"{file_name} is empty.", fix="Write [installation] for no rules.", line=1)
    problems = _Problems(text)
    try:
        # Through JSON, since pydantic's strict mode takes arrays for tuples only from there.
        file = PolicyFile.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        for entry in error.errors()[:MAX_PROBLEMS]:
            problems.add(entry["loc"], key_problem(entry, PolicyFile))
        raise _refused(file_name, problems.found) from error
    if cycle := _cycle(file):
        words = " includes ".join(cycle)
        problems.add(("group", cycle[0], "groups"), f"group.{cycle[0]}.groups: {words}; take one of these out")
        raise _refused(file_name, problems.found)
    return file


def _refused(file_name: str, problems: list[tuple[int, str]]) -> PolicyError:
    listed = "; ".join(f"line {line}: {problem}" for line, problem in problems)
    fix = "Correct the line." if len(problems) == 1 else "Correct these lines."
    end = "" if listed.endswith("?") else "."
    return PolicyError(f"{file_name}, {listed}{end}", fix=fix, line=problems[0][0])


def _cycle(file: PolicyFile) -> list[str]:
    """Return the names of groups of which each includes the next, the first one again at the end; [] for none."""
    included = {name: set(group.groups) & file.group.keys() for name, group in file.group.items()}
    try:
        TopologicalSorter(included).prepare()
    except CycleError as error:
        return [*reversed(error.args[1])]
    return []


def warnings_of(file: PolicyFile, text: str, known: Known) -> list[Warned]:
    """Return the names in rules that nothing bears, each with the nearest one.

    Args:
        file: what `text` describes.
        text: for the lines.
        known: the names that there are, by `recipes`, `surfaces`, `models`, `regions`, `sources`; what is no key is
            not looked at.
    """
    found = [*_unknown_groups(file), *_unknown_names(file, known), *_contradictions(file)]
    return [Warned(line_of_key(text, key), f"{'.'.join(key)}: {problem}") for key, problem in found]


def _unknown_groups(file: PolicyFile) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, group in file.group.items():
        for other in group.groups:
            if other not in file.group:
                near = did_you_mean(other, [known for known in file.group if known != name])
                yield ("group", name, "groups"), f"there is no group {other}; {near}"
        if not (group.claims or group.members or group.roles or group.groups):
            yield ("group", name), "nobody is in it; give it claims, members, roles or groups"


def _unknown_names(file: PolicyFile, known: Known) -> Iterator[tuple[tuple[str, ...], str]]:
    for place, rules in _sections(file):
        for matter, key, listed in _listed(rules):
            names = known.get("regions" if key == "regions" else matter)
            for name in listed if names is not None else ():
                if "*" not in name and name not in (names or ()):
                    what = "region" if key == "regions" else matter.removesuffix("s")
                    near = did_you_mean(name, sorted(names or ())) if names else "there are none"
                    yield (*place, matter, key), f"there is no {what} {name}; {near}"


def _contradictions(file: PolicyFile) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what the styles of two groups say differently."""
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for name, group in file.group.items():
        for language in ("", *group.style.languages):
            place = ("group", name, "style", *filter(None, (language,)))
            for key, matter, value in _style_values(group.style.in_language(language) or group.style):
                first, other = said.setdefault((language, matter or key), (name, value))
                if other != value:
                    what = f"{matter!r} is {_shown(value)} here and" if matter else "here it is another than"
                    where = f"{_shown(other)} in group {first}" if matter else f"in group {first}"
                    yield (*place, key), f"{what} {where}; whoever is in both gets that of {first}"


def _style_values(style: LanguageStyle) -> Iterator[tuple[str, str, str]]:
    """Yield key, word and value of all that a style says once of a matter."""
    for preferred, forms in style.use.items():
        yield from (("use", form, preferred) for form in forms)
        yield "use", preferred, preferred
    yield from (("avoid", word, "") for word in style.avoid)
    for key in ("register", "greeting", "closing", "signature"):
        value = style.form_of_address if key == "register" else getattr(style, key)
        if value:
            yield key, "", value


def _shown(term: str) -> str:
    return f"written {term!r}" if term else "avoided"


def _listed(rules: Rules) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for matter in ("recipes", "surfaces", "models", "sources"):
        names: Names = getattr(rules, matter)
        yield matter, "allow", names.allow or ()
        yield matter, "deny", names.deny
    yield "models", "regions", rules.models.regions or ()


def _sections(file: PolicyFile) -> Iterator[tuple[tuple[str, ...], Rules]]:
    yield ("installation",), file.installation
    yield from ((("workspace", name), rules) for name, rules in file.workspace.items())
    yield from ((("group", name), rules) for name, rules in file.group.items())
