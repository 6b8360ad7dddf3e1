"""What was asked before: the questions that a follow-up rests on, all of one person."""

from dataclasses import dataclass

from core.errors import NotFoundError, UnreadableJob
from core.job import Job
from core.people import People
from core.recipes.model import Recipe
from core.store.jobs import JobStore

# Inputs of a recipe that knows conversations: the job that this one follows, and what was asked before, a line each.
FOLLOWS, EARLIER = "follows", "earlier"
MAX_EARLIER = 3


@dataclass(frozen=True)
class Conversations:
    """Finds what was asked before.

    Args:
        jobs: every job.
        people: who is who, since a question may follow one that was asked by another door.
    """

    jobs: JobStore
    people: People

    def earlier(self, job: Job, recipe: Recipe, follows: str) -> str:
        """Return the questions before a job, a line each, the oldest first.

        Args:
            job: the one that follows.
            recipe: of both.
            follows: the id of the job before it.

        Raises:
            NotFoundError: there is no such job of this person.
        """
        names, found = self.people.names(job.workspace, job.person), list[str]()
        while follows and len(found) < MAX_EARLIER:
            try:
                before = self.jobs.get(follows)
            except (NotFoundError, UnreadableJob):
                if found:
                    break
                raise
            if (before.workspace, before.person) not in names:
                raise NotFoundError("There is no such job.", fix="Follow one of your own questions.")
            found.append(" ".join(str(before.inputs.get(recipe.main_input, "")).split()))
            follows = str(before.inputs.get(FOLLOWS) or "")
        return "\n".join(reversed(found))
