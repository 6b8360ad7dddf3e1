"""The passages for a question, from what the person who asks may read."""

from dataclasses import dataclass

from core.errors import InputError
from core.job import LOCAL_WORKSPACE, Job
from core.people import Identity, People, load_people
from core.settings import Settings
from core.sources.collection import Collection
from core.store import Store
from core.writing.grounded.passages import passages_value

MAX_PASSAGES = 6
ADD = "Add documents with: inlaid sources add PATH; with --shared everybody of your organisation may read them."


@dataclass(frozen=True)
class Sources:
    """Retrieval for jobs.

    Args:
        collection: the documents.
        people: who is who across surfaces, so that one's own documents are found from everywhere.
        local_person: who adds documents on this machine.
    """

    collection: Collection
    people: People
    local_person: str = ""

    def names(self, workspace: str, person: str) -> list[Identity]:
        """Return every name of a person; the workspaces among them are those whose shared documents they may read."""
        names = self.people.names(workspace, person)
        # What is shared here is for everybody of the organisation, also for somebody without a known address.
        return [*names, Identity(LOCAL_WORKSPACE, "")] if self.people.is_own(workspace, person) else names

    def passages(self, job: Job, question: str) -> str:
        """Return the passages for a job's question as the value of an input.

        Raises:
            InputError: nothing is connected that the person may read.
        """
        names = self.names(job.workspace, job.person)
        found = self.collection.search(names, question, limit=MAX_PASSAGES)
        if not found and not self.collection.documents(names):
            is_here = (job.workspace, job.person) == (LOCAL_WORKSPACE, self.local_person)
            fix = ADD if is_here else "Ask your administrator to connect documents that everybody may read."
            raise InputError("No sources are connected yet.", fix=fix)
        return passages_value([(one.title, one.link, one.text) for one in found])


def load_sources(settings: Settings, store: Store) -> Sources:
    """Return the retrieval of an installation."""
    return Sources(Collection(store.records), load_people(settings, store.records), settings.local_person)
