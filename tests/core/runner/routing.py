"""A pipeline over two or more fake model servers, as INLAID_MODELS_FILE would set it up."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.drafts import Draft
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile
from core.llm.openai_chat import OpenAIChat
from core.llm.routes import Models
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.runner.pipeline import Pipeline
from core.store import Store
from core.store.tables import model_calls
from tests.fakes.openai_server import OpenAIServer
from tests.in_memory import MemoryProgress


@dataclass
class Site:
    """Servers by the names of their endpoints, and the pipeline over them, in the order in which they were added."""

    store: Store
    stack: ExitStack
    file: dict[str, Any] = field(default_factory=dict)
    servers: dict[str, OpenAIServer] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    diary: MemoryProgress = field(default_factory=MemoryProgress)
    recipes: dict[str, Recipe] = field(default_factory=load_recipes)

    def add(self, name: str, **entry: Any) -> OpenAIServer:
        """Start a server and name it as an endpoint; a large local model unless the entry says otherwise."""
        server = self.servers[name] = self.stack.enter_context(OpenAIServer())
        usual = {"name": name, "url": server.url, "model": f"{name}-model", "size": "large", "timeout_seconds": 20.0}
        self.entries.append({**usual, **entry})
        return server

    def pipeline(self, **parts: Any) -> Pipeline:
        names = [entry["name"] for entry in self.entries]
        data = {"endpoints": self.entries, "routes": {"default": names}, **self.file}
        return Pipeline(self.recipes, Models(ModelsFile.model_validate(data), OpenAIChat), **parts)

    def job(self, recipe: str, inputs: dict[str, Any], **changes: Any) -> Job:
        return self.store.jobs.add(JobRequest(recipe, inputs, "api", "ann", **changes))[0]

    def write(self, recipe: str, inputs: dict[str, Any], **parts: Any) -> Draft:
        """Write one draft with a new pipeline."""
        return self.pipeline(**parts).generate(self.job(recipe, inputs), {}, self.diary)

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls that were written down, oldest first."""
        statement = sa.select(model_calls).order_by(model_calls.c.id)
        with self.store.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(statement)]


def open_site(store: Store) -> Iterator[Site]:
    """Yield an empty site whose servers stop afterwards."""
    with ExitStack() as stack:
        yield Site(store, stack)
