"""The recipes in force: those of the files, over them the texts that authors saved, and those that they made here.

What is saved counts in every process within moments, without a restart. A file of the same name wins over a recipe that
was made here, so that a release which brings one is not changed by accident.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from core.errors import ConflictError, InputError, NotFoundError, RecipeError
from core.logs import logger
from core.recipes.loader import MAX_FILE_BYTES, parse_recipe, parse_written, read_recipe_files
from core.recipes.model import Recipe
from core.recipes.versions import RecipeVersion, RecipeVersions
from core.store.records import RecordStore
from core.text.catalogues import N_

log = logger(__name__)

LOOK_SECONDS = 2.0
MAX_TITLE_CHARS = 80
_SAVE = N_("Save it as that one's next version (`inlaid recipes save`), or take another name.")
_ROLL_BACK = N_("Take another name, or put a version of it in force again (`inlaid recipes rollback`).")


class RecipeBook(Mapping[str, Recipe]):
    """Recipes by name, as they are now. Threads may share it.

    Args:
        extra_folder: INLAID_RECIPES_DIR.
        records: where saved versions are kept.
        clock: monotonic seconds.

    Raises:
        RecipeError: the folder does not exist.

    Attributes:
        broken: why a file is left out, for each that is.
    """

    def __init__(
        self, extra_folder: Path | None, records: RecordStore, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        read = read_recipe_files(extra_folder)
        self._files, self.broken = read.recipes, read.broken
        self.records = records
        self._versions = RecipeVersions(records)
        self._former = {version.name: version for version in self._versions.former() if version.name in self._files}
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: Sequence[str] | None = None
        self._read: dict[str, tuple[RecipeVersion, Recipe | None]] = {}
        self._now: dict[str, Recipe] = {}
        self._off: dict[str, Recipe] = {}

    def __getitem__(self, name: str) -> Recipe:
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def for_job(self, name: str) -> Recipe | None:
        """Return a recipe for a job that was asked for: one that was switched off meanwhile is still known."""
        return self._current().get(name) or self._off.get(name)

    def title_of(self, name: str) -> str:
        """Return what people call a recipe: its title, or its name where it is no longer known."""
        recipe = self.for_job(name)
        return recipe.title if recipe else name

    def switched_off(self) -> list[Recipe]:
        """Return the recipes that are offered no more, by name."""
        self._current()
        return [self._off[name] for name in sorted(self._off)]

    def is_own(self, name: str) -> bool:
        """Whether a recipe was made here, and no file has it."""
        return name not in self._files and self.newest(name) is not None

    def text(self, name: str) -> str:
        """Return the TOML text in force, of one that is switched off the last one.

        Raises:
            NotFoundError: there is no such recipe.
        """
        return self._in_force(name).text

    def newest(self, name: str) -> RecipeVersion | None:
        """Return the newest version that was saved of a recipe, or None if only its file is there."""
        return self._versions.newest(name) or self._former.get(name)

    def newest_number(self, name: str) -> int:
        """Return the number of the newest version, 0 when none was saved."""
        newest = self.newest(name)
        return newest.number if newest else 0

    def history(self, name: str) -> list[RecipeVersion]:
        """Return the versions of a recipe, the newest first; the last is the file's, where there is one.

        Raises:
            NotFoundError: there is no such recipe.
        """
        saved = self._versions.list(name)
        first = [self._former[name]] if name in self._former else []
        if name in self._files:
            first = first or [RecipeVersion(name, 0, self._files[name][1], state="file")]
        if not saved and not first:
            raise _not_found(name)
        return [*saved, *first]

    def version(self, name: str, number: int) -> RecipeVersion:
        """Return one version.

        Raises:
            NotFoundError: there is no such recipe, or version, or no longer.
        """
        if number == 0:
            oldest = self.history(name)[-1]
            if oldest.number == 0:
                return oldest
        return self._versions.get(name, number)

    def before(self, version: RecipeVersion) -> RecipeVersion | None:
        """Return the version before one, None for the first that is kept."""
        older = (known for known in self.history(version.name) if known.number < version.number)
        return next(older, None)

    def check(self, name: str, text: str) -> Recipe:
        """Return the recipe that a text describes, if it may take this one's place.

        Raises:
            NotFoundError: there is no such recipe.
            RecipeError: names every problem.
        """
        self._in_force(name)
        recipe = _parsed(text, name, parse_written)
        if recipe.name != name:
            raise RecipeError(f"name: the recipe is called {name} here, not {recipe.name}.", fix="Keep its name.")
        return recipe

    def check_new(self, text: str) -> Recipe:
        """Return the recipe that a text describes, if its name is free.

        Raises:
            RecipeError: names every problem.
            ConflictError: there is a recipe of that name, or was.
        """
        recipe = _parsed(text, "The recipe", parse_written)
        if recipe.name in self._files:
            raise ConflictError(f"There is a recipe called {recipe.name} already.", fix=_SAVE)
        if known := self.newest(recipe.name):
            off = known.state == "off"
            state = "is switched off" if off else "is there already"
            raise ConflictError(f"A recipe called {recipe.name} {state}.", fix=_ROLL_BACK if off else _SAVE)
        return recipe

    def create(self, text: str, *, by: str, note: str = "") -> Recipe:
        """Make a new recipe, which counts everywhere.

        Raises:
            RecipeError, ConflictError: see `check_new`; nothing is saved.
            LimitError: there are too many, or the note is too long.
        """
        name, text = self.check_new(text).name, _with_head(_unix(text), {"version": 1})
        self._add(RecipeVersion(name, 1, text, by, note=note, is_own=True), after=0)
        return self.check(name, text)

    def save(self, name: str, text: str, *, by: str, after: int, note: str = "", restores: int = 0) -> Recipe:
        """Put a text in force, everywhere.

        Args:
            name: of the recipe.
            text: the TOML.
            by: who saves it.
            after: the number of the version that it was made from, 0 for the file's.
            note: what they say of it.
            restores: the number of the version whose text it is.

        Raises:
            NotFoundError: there is no such recipe.
            RecipeError: names every problem; nothing is saved.
            ConflictError: somebody saved another version in between; nothing is saved.
            LimitError: the note is too long.
        """
        self.check(name, text)
        number, is_own = self._next(name, after), name not in self._files
        text = _unix(text) if restores else _with_head(_unix(text), {"version": number})
        self._add(RecipeVersion(name, number, text, by, note=note, restores=restores, is_own=is_own), after=after)
        return self.check(name, text)

    def roll_back(self, name: str, number: int, *, by: str, after: int, note: str = "") -> None:
        """Put an earlier version in force again, as the next one; 0 is the file's.

        Raises:
            NotFoundError: there is no such recipe or version.
            RecipeError: that version was saved under an older format.
            ConflictError: somebody saved another version in between.
        """
        version = self.version(name, number)
        if version.state == "file":
            file = self._files[name][1]
            self._add(RecipeVersion(name, self._next(name, after), file, by, note=note, state="file"), after=after)
            return
        self.save(name, version.text, by=by, after=after, note=note, restores=number)

    def switch_off(self, name: str, *, by: str, after: int, note: str = "") -> None:
        """Offer a recipe that was made here no more; jobs that wait are done, and its versions stay.

        Raises:
            NotFoundError: there is no such recipe.
            InputError: it is a file's.
            ConflictError: somebody saved another version in between.
        """
        if name in self._files:
            fix = "A policy keeps it from people: recipes = { deny = [...] }. Or put its file's version in force again."
            raise InputError(f"The recipe {name} comes with a file, and cannot be removed here.", fix=fix)
        text, number = self._in_force(name).text, self._next(name, after)
        self._add(RecipeVersion(name, number, text, by, note=note, state="off", is_own=True), after=after)

    def copy_of(self, name: str) -> str:
        """Return the text of a new recipe that begins as another one.

        Raises:
            NotFoundError: there is no such recipe.
        """
        taken = {*self._current(), *self._off}
        free = next(new for number in range(2, len(taken) + 3) if (new := f"{name[:36]}-{number}") not in taken)
        title = f"{(self.for_job(name) or self[name]).title} (copy)"[-MAX_TITLE_CHARS:]
        return _with_head(self.text(name), {"name": free, "title": title, "version": 1})

    def new_text(self) -> str:
        """Return the text of a new recipe with the usual parts."""
        return (files("core.recipes") / "new_recipe.toml").read_text(encoding="utf-8")

    def _next(self, name: str, after: int) -> int:
        """Return the number of the next version: the report tells it from that of the file, too."""
        return max(after, self._files[name][0].version if name in self._files else 0) + 1

    def _in_force(self, name: str) -> RecipeVersion:
        newest = self.newest(name)
        if name in self._files:
            is_saved = newest and newest.state == "saved" and not newest.is_own
            file = RecipeVersion(name, 0, self._files[name][1], state="file")
            return newest if newest and is_saved else file
        if newest is None:
            raise _not_found(name)
        return newest

    def _add(self, version: RecipeVersion, *, after: int) -> None:
        self._versions.add(version, after=after)
        with self._lock:
            self._looked_at = float("-inf")

    def _current(self) -> Mapping[str, Recipe]:
        with self._lock:
            if self._clock() - self._looked_at > LOOK_SECONDS:
                self._look()
                self._looked_at = self._clock()
            return self._now

    def _look(self) -> None:
        keys = self._versions.newest_keys()
        if keys == self._seen:
            return
        self._read = {key: self._read.get(key) or read for key in keys if (read := self._read_version(key))}
        now = {name: recipe for name, (recipe, _text) in self._files.items()}
        newest = {name: _usable(version) for name, version in self._former.items()}
        off = dict[str, Recipe]()
        for version, recipe in self._read.values():
            newest[version.name] = (version, recipe)
        for version, recipe in newest.values():
            if version.is_own and version.name in self._files:
                log.warning("a recipe that was made here is not used: a file has its name", recipe=version.name)
            elif recipe and version.state == "saved":
                now[version.name] = recipe
            elif recipe and version.state == "off":
                off[version.name] = recipe
        self._now, self._off, self._seen = now, off, keys

    def _read_version(self, key: str) -> tuple[RecipeVersion, Recipe | None] | None:
        if key in self._read:
            return self._read[key]
        version = self._versions.by_key(key)
        if version is None or (version.name not in self._files and not version.is_own):
            return None  # its file is gone
        return _usable(version)


class RecipesOn(Mapping[str, Recipe]):
    """Those of some recipes, as they are now, that are for one surface.

    Args:
        recipes: all of them.
        surface: the name of the surface.
    """

    def __init__(self, recipes: Mapping[str, Recipe], surface: str) -> None:
        self._recipes = recipes
        self._surface = surface

    def __getitem__(self, name: str) -> Recipe:
        recipe = self._recipes[name]
        if self._surface not in recipe.surfaces:
            raise KeyError(name)
        return recipe

    def __iter__(self) -> Iterator[str]:
        return (name for name, recipe in [*self._recipes.items()] if self._surface in recipe.surfaces)

    def __len__(self) -> int:
        return sum(1 for _name in self)


def _usable(version: RecipeVersion) -> tuple[RecipeVersion, Recipe | None]:
    try:
        return version, _parsed(version.text, f"{version.name}.toml")
    except RecipeError:
        # Saved in an older format: the file's version is used, and work continues.
        log.warning("saved recipe not used", recipe=version.name)
        return version, None


def _parsed(text: str, what: str, parse: Callable[[str, str], Recipe] = parse_recipe) -> Recipe:
    if len(text.encode("utf-8", "replace")) > MAX_FILE_BYTES:
        raise RecipeError(f"The recipe is larger than {MAX_FILE_BYTES} bytes.", fix="Shorten its examples.")
    return parse(_unix(text), what)


def _with_head(text: str, values: Mapping[str, str | int]) -> str:
    """Return a recipe's text with other values of keys that stand before its first table; what is missing is added."""
    lines, waiting = text.split("\n"), dict(values)
    for number, line in enumerate(lines):
        key = line.partition("=")[0].strip()
        if key in waiting:
            lines[number] = f"{key} = {json.dumps(waiting.pop(key), ensure_ascii=False)}"
        if line.startswith("[") or not waiting:
            break
    return "\n".join([*(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in waiting.items()), *lines])


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _not_found(name: str) -> NotFoundError:
    return NotFoundError(f"There is no recipe called {name[:60]}.", fix="The list of recipes shows them.")
