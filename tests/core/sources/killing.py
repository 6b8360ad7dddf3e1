"""A reading of a source that is killed at each call of its connector, one after another, and then comes to its end."""

from collections.abc import Callable
from typing import Any, TypeVar

from core.sources.model import ChangePage, Content, ItemChange, Source
from core.sources.ports import Connector
from core.sources.search import Sources
from core.sources.sync import Slice, Sync
from core.store.tables import sources as table
from integrations.registry import read_file

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone: nothing that handles errors sees it."""


class Dying:
    """A connector whose process dies at one of its calls."""

    def __init__(self, connector: Connector, calls: int) -> None:
        self._connector, self._left = connector, calls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def changes(self, source: Source, cursor: str) -> ChangePage:
        return self._counted(lambda: self._connector.changes(source, cursor))

    def fetch(self, source: Source, item: ItemChange) -> Content:
        return self._counted(lambda: self._connector.fetch(source, item))

    def _counted(self, call: Callable[[], T]) -> T:
        found = call()
        if not self._left:
            raise Killed
        self._left -= 1
        return found


def read_killed(sources: Sources, connector: Connector, source: Source, kills: int) -> Slice:
    """Read a source while its process is killed so often, each time one call later, and then to its end."""
    for calls in range(kills):
        try:
            read(sources, Dying(connector, calls), source)
        except Killed:
            with sources.store.database.write() as connection:  # the lease of whoever was killed runs out
                connection.execute(table.update().values(lease_until=0.0))
        else:
            raise AssertionError("it was over before it was killed")
    return read(sources, connector, source)


def read(sources: Sources, connector: Any, source: Source) -> Slice:
    """Read a source to its end."""
    sync = Sync(sources.store, sources.items, sources.indexer, lambda _name: connector, read_file)
    while (done := sync.work(source.id)) and done.more:
        pass
    assert done
    return done
