"""What a draft may rest on beside what was given: standing facts, past answers and passages of sources.

All of it is found within the rights of the person who asks, and shown with its source. It may be switched off: by a
recipe, by a policy, by the person. Without it a draft is written as if nothing were known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, NamedTuple

from core.drafts import JsonObject
from core.errors import InlaidError
from core.insight.learning.examples import MAX_CLOSING_CHARS, MAX_GREETING_CHARS, PastWork, most_alike
from core.job import Job
from core.logs import logger
from core.policies.enforcement import Policies
from core.recipes.model import Recipe
from core.sources.facts import StandingFact, StandingFacts
from core.sources.recipients import Recipient, RecipientRights
from core.sources.search import Sources, ground
from core.text.asks import asks_in_attachment, find_wanted
from core.text.catalogues import N_
from core.text.content import Ranking, content_stems
from core.text.forms import BETWEEN_MAILS
from core.text.language import language_or_spoken
from core.text.sentences import split_paragraphs, split_sentences, unwrap
from core.writing.checks.grounds import INSTRUCTION
from core.writing.grounded.asked import Asking, things_asked
from core.writing.grounded.fill import FIELDS, open_fields
from core.writing.grounded.knowledge import is_named
from core.writing.grounded.passages import PASSAGES, GroundPassage, passages_value, read_passages

log = logger(__name__)
REPLY = "reply"
PastWorkOf = Callable[[Job, Recipe], Sequence[PastWork]]
# Gives what is to be looked for in other words and languages.
Wordings = Callable[[str], Sequence[str]]
# What a surface read of the files that came with a message, as passages; for this job only.
ATTACHED = "attached"
MAX_QUESTIONS, MAX_FIELDS, MAX_FOUND_EACH, LINKED_EACH, MAX_PASSAGES, MAX_PAST, MAX_OF_FILES = 8, 16, 4, 2, 16, 3, 12
# Of the messages and files of a conversation where a question is asked.
MAX_SAID = 40


class Filled(NamedTuple):
    """Inputs with what a draft may rest on, and sentences on what could not be read for it."""

    inputs: JsonObject
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroundFinder:
    """Finds grounds for the drafts of people.

    Args:
        facts: standing facts, and what people chose.
        policies: for whom grounds are switched off.
        sources: what the organisation has written down; None: there is none.
        past: gives what a person answered before.
        leaves_out: whether a mail rests only on passages that all who get it may read.
    """

    facts: StandingFacts
    policies: Policies
    sources: Sources | None = None
    past: PastWorkOf = lambda _job, _recipe: ()
    leaves_out: bool = False

    def fill_in(
        self,
        job: Job,
        recipe: Recipe,
        inputs: Mapping[str, Any],
        goes_to: Sequence[Recipient] = (),
        wordings: Wordings = lambda _text: (),
    ) -> "Filled":
        """Return the inputs with what the draft may rest on, unless somebody filled that in or it is switched off.

        `goes_to` are those who will get it, where it is a mail; `wordings` is asked where sources have other languages.
        """
        attached = inputs.get(ATTACHED)
        inputs = {name: value for name, value in inputs.items() if name != ATTACHED}
        told = read_passages(str(attached)) if attached else []
        inputs = _with_questions_of_files(recipe, inputs, told)
        notices = [N_(f"Not read: {file.title}") for file in told if not file.text]
        wanted = recipe.grounds and recipe.input_named(PASSAGES) is not None and not inputs.get(PASSAGES)
        if not wanted:
            return Filled(inputs, tuple(notices))
        files = nearest([file for file in told if file.text], questions_of(recipe, inputs))
        known = [*(self._known(job, recipe, inputs, wordings) if self._may_use(job) else ())]
        closed = self._closed(job, known, goes_to)
        found = [*files, *(passage for passage in known if passage not in closed)]
        found = found[: MAX_PASSAGES + len(files)]
        if closed:
            titles = ", ".join(dict.fromkeys(f"“{passage.title}”" for passage in closed))
            notices.append(N_(f"Left out, since not everybody who gets this may read it: {titles}."))
        return Filled({**inputs, PASSAGES: passages_value(found)} if found else inputs, tuple(notices))

    def _closed(self, job: Job, known: Sequence[GroundPassage], goes_to: Sequence[Recipient]) -> list[GroundPassage]:
        """Return the passages that are left out of a mail, since not all who get it may read them."""
        if not self.leaves_out or self.sources is None or not (goes_to or job.is_mail):
            return []
        places = {passage.place for passage in known if passage.place}
        if not goes_to:  # a mail to a file, or a further version of one: who gets it is not known
            return [passage for passage in known if passage.place]
        closed = RecipientRights(self.sources).unreadable((job.workspace, job.person), goes_to, places)
        return [passage for passage in known if passage.place in closed]

    def _may_use(self, job: Job) -> bool:
        if self.policies.of(job.workspace, job.person).grounds() is not None:
            return False
        return self.facts.are_wanted(self.facts.identity(job.workspace, job.person))

    def _known(
        self, job: Job, recipe: Recipe, inputs: Mapping[str, Any], wordings: Wordings
    ) -> Iterator[GroundPassage]:
        questions = questions_of(recipe, inputs)
        if not questions:
            return
        language = language_or_spoken(str(inputs.get(recipe.main_input) or ""))
        yield from _named(self.facts.known_to(job.workspace, job.person), questions, language)
        yield from self._past_answers(job, recipe, questions)
        yield from self._found(job, questions, language, wordings)

    def _past_answers(self, job: Job, recipe: Recipe, questions: Sequence[str]) -> Iterator[GroundPassage]:
        works = [
            work for work in self.past(job, recipe) if work.is_own and (not work.job_id or work.job_id != job.work_id)
        ]
        # What was answered tells as much of what it answers as what was asked.
        whole = {replace(work, given=f"{work.given}\n{work.used}"): work for work in works}
        chosen = {whole[work]: None for question in questions for work in most_alike(question, [*whole], 1)}
        for work in [*chosen][:MAX_PAST]:
            title = N_(f"Your answer to {work.subject}") if work.subject else N_("An answer of yours")
            yield GroundPassage(0, title, "", _body(work.used), date=work.day, kind="answer")

    def _found(self, job: Job, questions: Sequence[str], language: str, wordings: Wordings) -> Iterator[GroundPassage]:
        """Yield the passages of sources, those first that come first for one of the questions.

        Where there are sources in another language than theirs, they are looked for in other wordings too.
        """
        if self.sources is None:
            return
        try:
            is_abroad = bool(self.sources.index.languages() - {"", language})
            asked = [*questions, *(wordings("\n".join(questions)) if is_abroad else ())]
            found = [
                self.sources.search(job.workspace, job.person, question, limit=MAX_FOUND_EACH) for question in asked
            ]
            reader = self.sources.reader_of(job.workspace, job.person)
            found = self.sources.with_linked(found, [reader], LINKED_EACH)
        except InlaidError as error:
            # A draft without them is better than none.
            log.warning("written without sources", code=error.code, job_id=job.id)
            return
        hits = (hit for rank in zip_longest(*found) for hit in rank if hit)
        for hit in {hit.place: hit for hit in hits}.values():
            yield ground(hit)


def past_answers(recipes: Mapping[str, Recipe], past_work: PastWorkOf) -> PastWorkOf:
    """Return what gives a person's past answers: for a form those to mails, since a form itself says no sentences."""

    def found(job: Job, recipe: Recipe) -> Sequence[PastWork]:
        is_form = recipe.input_named(FIELDS) is not None and REPLY in recipes
        return past_work(job, recipes[REPLY] if is_form else recipe)

    return found


def nearest(files: Sequence[GroundPassage], questions: Sequence[str], most: int = MAX_OF_FILES) -> list[GroundPassage]:
    """Return the passages of what came with a job that have most in common with what is asked, in their order."""
    if len(files) <= most:
        return [*files]
    ranking = Ranking([content_stems(f"{file.title} {file.text}") for file in files])
    asked = {stem for question in questions for stem in content_stems(question)}
    return [files[place] for place in sorted(ranking.best(asked, most))]


def questions_of(recipe: Recipe, inputs: Mapping[str, Any]) -> list[str]:
    """Return what has to be looked up for a draft: what a message asks, what a person says, what a form wants."""
    main = recipe.input_named(recipe.main_input)
    text, told = str(inputs.get(recipe.main_input) or ""), str(inputs.get(INSTRUCTION) or "")
    if recipe.input_named(FIELDS):
        # What the brief says need not be known.
        return open_fields(str(inputs.get(FIELDS) or ""), text)[:MAX_FIELDS]
    if main and main.foreign:
        found = things_asked(text, Asking(language_or_spoken(text))) or [*find_wanted(text).all]
    else:
        found = [unwrap(sentence) for sentence in split_sentences(text)]
    found = [*found, *(unwrap(sentence) for sentence in split_sentences(told))]
    return [*dict.fromkeys(question for question in found if content_stems(question))][:MAX_QUESTIONS]


def _with_questions_of_files(recipe: Recipe, inputs: JsonObject, files: Sequence[GroundPassage]) -> JsonObject:
    """Return the inputs with what files ask that came with a message, where it says that its questions stand there.

    They stand behind the message as those of another mail do, in their words.
    """
    main, text = recipe.input_named(recipe.main_input), str(inputs.get(recipe.main_input) or "")
    if not (files and main and main.foreign and any(map(asks_in_attachment, split_sentences(text)))):
        return inputs
    asked = dict.fromkeys(line for file in files for line in find_wanted(file.text).all)
    return {**inputs, recipe.main_input: BETWEEN_MAILS.join(filter(None, (text, "\n".join(asked))))}


def _named(facts: Sequence[StandingFact], questions: Sequence[str], language: str) -> Iterator[GroundPassage]:
    """Yield the facts of which a question says the name, or a phrase for it."""
    for fact in facts:
        passage = GroundPassage(
            0, fact.name, "", fact.text, kind="fact", phrases=fact.phrases, is_guarded=fact.is_guarded
        )
        if fact.language in {"", language} and any(is_named(passage, question) for question in questions):
            yield passage


def _body(used: str) -> str:
    """Return a past answer without its greeting and closing."""
    parts = split_paragraphs(used)
    parts = parts[1:] if len(parts) > 1 and len(parts[0]) <= MAX_GREETING_CHARS else parts
    parts = parts[:-1] if len(parts) > 1 and len(parts[-1]) <= MAX_CLOSING_CHARS else parts
    return "\n\n".join(parts)
