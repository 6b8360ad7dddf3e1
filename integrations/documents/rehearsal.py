"""What Inlaid relies on for documents in OneDrive and SharePoint, to be tried beside a document for tests.

The document itself is read and never changed: what is written goes into a copy beside it, which is removed at the end.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from core.cached_property import cached_property
from core.rehearsal import Assumption, Differs, Traces
from core.text.catalogues import N_
from integrations.documents.drive import DriveFiles, DriveItem
from integrations.graph.client import Graph, segment
from integrations.graph.errors import ChangedError


@dataclass
class DriveRehearsal:
    """One rehearsal beside one document.

    Args:
        graph: with the token of a person who may change the document.
        link: of the document, as Share gives it.
        traces: what is made.
    """

    graph: Graph
    link: str
    traces: Traces

    def assumptions(self) -> Sequence[Assumption]:
        """Return what is to be tried, reading first."""
        grant = N_("Grant Files.ReadWrite.All (deploy/entra/word.sh --consent), and open the document to this person.")
        return (
            Assumption("document", "The link leads to the document.", self._opened, grant),
            Assumption("new file", "A copy is put beside the document.", self._copied, grant, writes=True),
            Assumption(
                "stale file",
                "A file that changed meanwhile is not overwritten (If-Match).",
                self._stale,
                "Two people who save at once could lose the first one's change: let Inlaid write copies "
                "(save = copy), and report it.",
                writes=True,
            ),
        )

    @cached_property
    def _files(self) -> DriveFiles:
        return DriveFiles(self.graph)

    @cached_property
    def _document(self) -> DriveItem:
        return self._files.by_link(self.link)

    def _opened(self) -> str:
        return self._document.name

    def _copy(self) -> DriveItem:
        name = f"Inlaid rehearsal {uuid.uuid4().hex[:8]}.docx"
        made = self._files.create(self._document, name, self._files.download(self._document))
        path = f"/drives/{segment(made.drive)}/items/{segment(made.id)}"
        self.traces.note(N_(f"{name} beside {self._document.name}"), partial(self.graph.delete, path))
        return made

    def _copied(self) -> str:
        return self._copy().name

    def _stale(self) -> str:
        made = self._copy()
        data = self._files.download(made)
        self._files.replace(made, data + b"\0")
        try:
            self._files.replace(made, data)
        except ChangedError:
            return N_("refused")
        raise Differs("It was overwritten.")
