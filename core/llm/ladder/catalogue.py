"""The open models that Inlaid knows by name: `catalogue.toml` beside this package."""

import functools
import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from core.errors import NotFoundError


class CatalogueEntry(BaseModel):
    """One model, as the head of the file explains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    parameters: int
    licence: str
    languages: tuple[str, ...]
    size_bytes: int
    memory_bytes: int
    context: int
    repository: str
    file: str
    good_for: str
    step: bool = False


@functools.cache
def load_catalogue() -> tuple[CatalogueEntry, ...]:
    """Return all entries, smallest first."""
    text = files("core.llm").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tuple(CatalogueEntry.model_validate(entry) for entry in tomllib.loads(text)["models"])


def catalogue_entry(name: str) -> CatalogueEntry:
    """Return the entry of a name, or of the only one that begins with it.

    Raises:
        NotFoundError: there is none.
    """
    known = {entry.name: entry for entry in load_catalogue()}
    found = [entry for entry in known.values() if entry.name == name.lower()]
    found = found or [entry for entry in known.values() if name and entry.name.startswith(name.lower())]
    if len(found) != 1:
        raise NotFoundError(
            f"The catalogue has {'no model' if not found else 'several models'} called {name}.",
            fix="`inlaid model list` shows the names; hf:OWNER/REPO:FILE, an https address and a file work too.",
        )
    return found[0]
