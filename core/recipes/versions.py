"""The saved texts of recipes: each is a version with its number, who, when and a note; the newest of a name counts.

A version is one row that is never changed, and its number is taken once: whoever saves second on the same version
hears of it, and a crash leaves a version whole or none. The number stands in the text as its `version`, too, by which
the report compares what versions came to.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

from core.errors import ConflictError, LimitError, NotFoundError
from core.store.records import Record, RecordStore

KIND = "recipe_version"
# Of an earlier release, which kept the newest text alone: one that is there counts as the version 0 of its recipe.
FORMER_KIND = "recipe"
WORKSPACE = "recipes"
MAX_VERSIONS = 50
MAX_RECIPES = 200
MAX_NOTE_CHARS = 200
_DIGITS = 8

# What a version does: its text counts, the file's counts again, or the recipe is offered no more.
State = Literal["saved", "file", "off"]
STATES: tuple[str, ...] = get_args(State)
_ACTIONS: Mapping[State, str] = {"saved": "recipe.changed", "file": "recipe.restored", "off": "recipe.removed"}


class _Stored(TypedDict):
    text: str
    by: str
    note: str
    state: State
    restores: int
    is_own: bool


@dataclass(frozen=True)
class RecipeVersion:
    """A version of a recipe.

    Attributes:
        name: of the recipe.
        number: higher than that of its file; 0 is what was there before the first.
        text: the TOML, with `file` and `off` the one that counted until then.
        saved_by: who saved it, or "" if nobody knows any more.
        saved_at: Unix seconds by the database's clock, 0 for a file.
        note: what they said of it.
        state: what it does.
        restores: the number of the version whose text it repeats; 0 for none.
        is_own: the recipe was made here, and no file had it.
    """

    name: str
    number: int
    text: str
    saved_by: str = ""
    saved_at: float = 0.0
    note: str = ""
    state: State = "saved"
    restores: int = 0
    is_own: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the public form, without the text."""
        return {
            "version": self.number,
            "saved_by": self.saved_by,
            "saved_at": self.saved_at,
            "note": self.note,
            "state": self.state,
            "restores": self.restores,
        }


class RecipeVersions:
    """The versions of all recipes of an installation.

    Args:
        records: where they are kept.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def newest_keys(self) -> Sequence[str]:
        """Return the key of the newest version of each recipe that has any; it costs one small query."""
        return self._records.last_keys(KIND, WORKSPACE, suffix_chars=_DIGITS + 1)

    def by_key(self, key: str) -> RecipeVersion | None:
        """Return the version of a key, or None if it is gone."""
        record = self._records.get(KIND, WORKSPACE, key)
        return _version(record) if record else None

    def newest(self, name: str) -> RecipeVersion | None:
        """Return the newest version of a recipe, or None if none was saved."""
        key = next((key for key in self.newest_keys() if name_of(key) == name), "")
        return self.by_key(key) if key else None

    def former(self) -> list[RecipeVersion]:
        """Return what an earlier release saved."""
        return [
            RecipeVersion(record.key, 0, record.data["text"], record.data["by"], record.updated_at)
            for record in self._records.list(FORMER_KIND, workspace=WORKSPACE)
        ]

    def list(self, name: str) -> list[RecipeVersion]:
        """Return the versions of a recipe, the newest first."""
        found = self._records.list(KIND, workspace=WORKSPACE, prefix=f"{name}.")
        return [_version(record) for record in reversed(found)]

    def get(self, name: str, number: int) -> RecipeVersion:
        """Return one version.

        Raises:
            NotFoundError: no version has that number, or no longer.
        """
        found = self.by_key(_key(name, number))
        if found is None:
            fix = f"List them with: inlaid recipes history {name[:40]}"
            raise NotFoundError(f"There is no version {number} of the recipe {name[:40]}.", fix=fix)
        return found

    def add(self, version: RecipeVersion, *, after: int) -> RecipeVersion:
        """Store a version that was made from the one with the number `after`, which has to be the newest; 0 for none.

        Raises:
            ConflictError: somebody saved another one in between.
            LimitError: there are too many recipes, or the note is too long.
        """
        if len(version.note) > MAX_NOTE_CHARS:
            raise LimitError(f"The note is longer than {MAX_NOTE_CHARS} characters.", fix="Shorten it.")
        newest = {name_of(key): number_of(key) for key in self.newest_keys()}
        if newest.get(version.name, 0) != after:
            raise self._conflict(version.name)
        if version.name not in newest and len(newest) >= MAX_RECIPES:
            raise LimitError(f"{MAX_RECIPES} recipes have versions here already.", fix="Keep others as files.")
        stored: _Stored = {
            "text": version.text,
            "by": version.saved_by,
            "note": version.note,
            "state": version.state,
            "restores": version.restores,
            "is_own": version.is_own,
        }
        told = {"version": version.number, "restores": version.restores}
        key = _key(version.name, version.number)
        try:
            self._records.put(KIND, WORKSPACE, key, stored, expected_version=0, told=told, action=self._action(version))
        except ConflictError:
            raise self._conflict(version.name) from None
        kept = self.list(version.name)
        for old in kept[MAX_VERSIONS:]:
            self._records.delete(KIND, WORKSPACE, _key(old.name, old.number))
        return kept[0]

    def _action(self, version: RecipeVersion) -> str:
        return "recipe.made" if version.is_own and version.number == 1 else _ACTIONS[version.state]

    def _conflict(self, name: str) -> ConflictError:
        newest = self.newest(name)
        who = f" by {newest.saved_by}" if newest and newest.saved_by else ""
        number = f", as version {newest.number}" if newest else ""
        return ConflictError(
            f"The recipe {name} was saved{who} in between{number}. Nothing of yours was saved.",
            fix="Review what has changed, then save your version over it.",
        )


def name_of(key: str) -> str:
    """Return whose version a key names."""
    return key[: -_DIGITS - 1]


def number_of(key: str) -> int:
    """Return which version a key names."""
    return int(key[-_DIGITS:])


def diff_lines(before: str, after: str) -> list[str]:
    """Return what differs between two texts, as a unified diff without its head: `+`, `-`, a blank, or `@@`."""
    return [*difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)][2:]


def _key(name: str, number: int) -> str:
    return f"{name}.{number:0{_DIGITS}d}"


def _version(record: Record) -> RecipeVersion:
    data: _Stored = record.data
    return RecipeVersion(
        name_of(record.key),
        number_of(record.key),
        data["text"],
        data["by"],
        record.updated_at,
        data["note"],
        data["state"],
        data["restores"],
        data["is_own"],
    )
