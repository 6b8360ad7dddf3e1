"""The recipes in force: those of the files, and over them the versions that an administrator saved in the database.

A saved version counts in every process within moments, without a restart; taking it back restores the file's.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from core.errors import NotFoundError, RecipeError
from core.recipes.loader import MAX_FILE_BYTES, load_with_texts, parse_recipe
from core.recipes.model import Recipe
from core.store.records import Record, RecordStore

log = structlog.get_logger(__name__)

KIND = "recipe"
WORKSPACE = "recipes"
LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Version:
    """A saved version: the text, who saved it, and when (Unix seconds by the database's clock)."""

    text: str
    saved_by: str
    saved_at: float


class RecipeBook(Mapping[str, Recipe]):
    """Recipes by name, as they are now.

    Args:
        extra_folder: INLAID_RECIPES_DIR.
        records: where saved versions are kept.
        clock: monotonic seconds.

    Raises:
        RecipeError: a file breaks the format.
    """

    def __init__(
        self, extra_folder: Path | None, records: RecordStore, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._files = load_with_texts(extra_folder)
        self._records = records
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: list[tuple[str, int]] = []
        self._now: dict[str, Recipe] = {name: recipe for name, (recipe, _text) in self._files.items()}

    def __getitem__(self, name: str) -> Recipe:
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def text(self, name: str) -> str:
        """Return the TOML text in force.

        Raises:
            NotFoundError: there is no such recipe.
        """
        saved = self.saved(name)
        return saved.text if saved else self._files[name][1]

    def saved(self, name: str) -> Version | None:
        """Return the version that was saved over the file's, None when the file counts.

        Raises:
            NotFoundError: there is no such recipe.
        """
        self._require(name)
        record = self._records.get(KIND, WORKSPACE, name)
        return Version(record.data["text"], record.data["by"], record.updated_at) if record else None

    def check(self, name: str, text: str) -> Recipe:
        """Return the recipe that a text describes, if it may take this one's place.

        Raises:
            NotFoundError: there is no such recipe.
            RecipeError: names every problem.
        """
        self._require(name)
        text = text.replace("\r\n", "\n")
        if len(text.encode()) > MAX_FILE_BYTES:
            raise RecipeError(f"The recipe is larger than {MAX_FILE_BYTES} bytes.", fix="Shorten its examples.")
        recipe = parse_recipe(text, f"{name}.toml")
        if recipe.name != name:
            raise RecipeError(f"name: the recipe is called {name} here, not {recipe.name}.", fix="Keep its name.")
        return recipe

    def save(self, name: str, text: str, *, by: str) -> Recipe:
        """Put a text over the file's, everywhere.

        Raises:
            NotFoundError: there is no such recipe.
            RecipeError: names every problem; nothing is saved.
        """
        recipe = self.check(name, text)
        self._records.put(KIND, WORKSPACE, name, {"text": text.replace("\r\n", "\n"), "by": by})
        self._forget()
        return recipe

    def restore(self, name: str) -> None:
        """Let the file count again.

        Raises:
            NotFoundError: there is no such recipe.
        """
        self._require(name)
        self._records.delete(KIND, WORKSPACE, name)
        self._forget()

    def _require(self, name: str) -> None:
        if name not in self._files:
            raise NotFoundError(f"There is no recipe called {name[:60]}.", fix="The list of recipes shows them.")

    def _forget(self) -> None:
        with self._lock:
            self._looked_at = float("-inf")

    def _current(self) -> Mapping[str, Recipe]:
        with self._lock:
            if self._clock() - self._looked_at > LOOK_SECONDS:
                self._look()
                self._looked_at = self._clock()
            return self._now

    def _look(self) -> None:
        found: Sequence[Record] = self._records.list(KIND, workspace=WORKSPACE)
        seen = [(record.key, record.version) for record in found]
        if seen == self._seen:
            return
        now = {name: recipe for name, (recipe, _text) in self._files.items()}
        for record in found:
            try:
                now[record.key] = self.check(record.key, record.data["text"])
            except (RecipeError, NotFoundError):
                # Saved under an older format, or its file is gone: the file counts, and work goes on.
                log.warning("saved recipe not used", recipe=record.key)
        self._now, self._seen = now, seen
