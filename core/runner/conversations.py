"""What a question stands in: what its person asked before it, and what was said where it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.drafts import Draft, DraftSource
from core.errors import InlaidError, JobCancelled, JobOverdue, LeaseLost, NotFoundError, UnreadableJob
from core.job import Job
from core.people import People
from core.recipes.model import Recipe
from core.store.jobs import JobStore
from core.text.catalogues import ENGLISH, N_, current_locale
from core.text.language import language_or_spoken
from core.text.lexicon import by_language, lexicon
from core.text.wishes import COURTESIES, Act, read_act, spoken_language

# Inputs of a recipe that knows conversations: the job that this one follows, what was asked before, a line each, and
# what was said where it is asked.
FOLLOWS, EARLIER, SAID = "follows", "earlier", "said"
MAX_EARLIER = 3
# The recipe that tells what a conversation says to a question, and its inputs.
SUMMARY, SUMMARIZED, FOCUS = "summarize", "text", "focus"
SMALL_TALK = COURTESIES | {"help"}
NOTHING_BESIDE = N_("No source that you may read surely answers this.")


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

    def cited(self, job: Job, follows: str) -> list[DraftSource]:
        """Return what the answer before a question quotes from sources; [] where nothing is known of it.

        Args:
            job: the one that follows.
            follows: the id of the job before it.
        """
        try:
            before = self.jobs.get(follows)
        except (NotFoundError, UnreadableJob):
            return []
        if (before.workspace, before.person) not in self.people.names(job.workspace, job.person) or not before.draft:
            return []
        return [source for source in before.draft.sources if source.quote and source.place]


def small_talk(said: str, act: Act, draft: Draft | None = None) -> str:
    """Return a fitting line for what is said, in the language of the person; "" for what is no small talk."""
    return line_said(said, act, draft) if act in SMALL_TALK else ""


def line_said(said: str, wording: str, draft: Draft | None = None) -> str:
    """Return a line in the language in which the person is spoken to; English may only stand for an unknown one."""
    person = current_locale()
    language = spoken_language(said, beside=draft.text if draft else "", person=person)
    return lexicon(language if person == ENGLISH else person).wording(f"talk.{wording}")


def said_back(job: Job, recipe: Recipe) -> Draft | None:
    """Return what who only thanks, greets or says goodbye hears in place of an answer; None for a question.

    Nothing is looked up for it, and no model is asked.
    """
    said = str(job.inputs.get(recipe.main_input, ""))
    act = read_act(said) if recipe.input_named(FOLLOWS) and not job.refines else "change"
    if act not in COURTESIES:
        return None
    return Draft(job_id=job.id, recipe=recipe.name, text=line_said(said, "hello_asked" if act == "hello" else act))


def answer_where_asked(
    generate: Callable[[Job, Mapping[str, Any]], Draft],
    job: Job,
    question: str,
    said: str,
    further: Mapping[str, Any],
) -> Draft:
    """Return one answer to a question from what was said where it is asked, and from sources.

    The messages are among the passages that it is answered from. A model that cites one has read them all. Else what
    was said stands beside the answer, as a summary for this question tells it: what rules quote may not be what a
    conversation comes to.

    Args:
        generate: writes the draft of a job with further inputs.
        job: of the question.
        question: what is asked.
        said: all of the conversation.
        further: inputs of the job.

    Raises:
        InlaidError: whatever `generate` raises.
    """
    answer = generate(job, further)
    if answer.model and not answer.skeleton and any(source.kind == "file" for source in answer.sources):
        return answer
    try:
        summary = generate(replace(job, recipe=SUMMARY, inputs={FOCUS: question}), {SUMMARIZED: said})
    except (JobCancelled, JobOverdue, LeaseLost):  # no fault of the summary: the job is to stop
        raise
    except InlaidError as error:
        if error.retryable:
            raise
        return answer
    # What only says why there is no summary answers who asked for one, and nobody else.
    is_wanted = lexicon("mul")["questions.sums_up"].search(question) and not _is_cited(answer)
    is_enough = not is_wanted if summary.is_refusal else summary.skeleton
    return answer if is_enough else _together(answer, summary, question)


def _is_cited(answer: Draft) -> bool:
    """Tell whether an answer is sure, or quotes what may be one."""
    return not answer.skeleton or any(source.quote for source in answer.sources)


def _together(answer: Draft, summary: Draft, question: str) -> Draft:
    """Return a sure answer with the summary below it; else the summary, with what may be the answer below that."""
    is_cited = _is_cited(answer)
    made: tuple[Draft, ...] = (summary,)
    if not answer.skeleton:
        language = language_or_spoken(question)
        words = lexicon(language if language in by_language("questions") else "en")
        texts = [answer.text, f"{words.wording('questions.said_here')}\n{summary.text}"]
        made = (answer, summary)
    else:
        texts = [summary.text, *([answer.text] if is_cited else [])]
    nothing = (NOTHING_BESIDE,) if answer.skeleton else ()
    told = {
        "text": "\n\n".join(texts),
        "skeleton": False,
        "sources": answer.sources if is_cited else (),
        "findings": tuple(finding for draft in made for finding in draft.findings),
        "notices": (*(notice for draft in made for notice in draft.notices), *nothing),
        "escalations": tuple(step for draft in made for step in draft.escalations),
        "model": answer.model or summary.model,
        "usage": answer.usage + summary.usage,
    }
    return answer.model_copy(update=told)
