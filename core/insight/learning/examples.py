"""Past work as examples for larger models: first the person's own, then what others share.

Similar means the same recipe and words in common, rare ones more than frequent ones. Of drafts only what went out
nearly as it was drafted is an example; of other work, what the person lets an integration keep. An example is no source
for what a draft says. The work of others is anonymized.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.drafts import without_signature
from core.insight.learning.rule_store import RuleStore
from core.insight.report.counting_rules import JobMetrics
from core.insight.report.rollup_store import RollupStore
from core.job import LOCAL_WORKSPACE
from core.outcomes import DecidedChange, edit_distance, shown_text
from core.people import Identity, People
from core.privacy.detection import find_personal
from core.recipes.model import CHAT, Example, Recipe
from core.recipes.render import own_lines, render_messages
from core.store import Store
from core.text.content import Ranking, content_stems
from core.text.sentences import split_paragraphs

# What a person wrote without us: {"recipe", "usual_words", "works": [{"given", "used"}]}.
PAST_WORK_KIND = "past_work"
MAX_EXAMPLES = 2
MAX_CANDIDATES = 60
# Of one document.
MAX_CHANGES = 20
# The share of content words that must be in the example, too.
MIN_SHARED = 0.25
MAX_DISTANCE = 0.3
_MAX_CHARS = 3000
MAX_GREETING_CHARS, MAX_CLOSING_CHARS = 60, 120
_STAND_INS = {
    "NAME": ("Robin", "Kim", "Sascha", "Toni", "Jona", "Mika", "Noa", "Luca"),
    "MAIL": ("name@example.org",),
    "PHONE": ("000 000",),
    "ACCOUNT": ("00000000",),
}


@dataclass(frozen=True)
class PastWork:
    """What a recipe was given and what was used of it in the end. `is_own`: by the person who asks now.

    `subject` and `day` (2026-03-31) tell people which work it was, "" where that is not known. `is_chat`: it is a
    message in a chat.
    """

    given: str
    used: str
    is_own: bool
    job_id: str = ""
    subject: str = ""
    day: str = ""
    is_chat: bool = False


@dataclass(frozen=True)
class Experience:
    """All past work of one recipe that may serve a person as an example.

    Attributes:
        own: the person's.
        others: what others share, without names.
        usual_words: how many words the person's own work of this kind mostly has; 0 when that is not known.
    """

    own: tuple[PastWork, ...] = ()
    others: tuple[PastWork, ...] = ()
    usual_words: int = 0

    def examples(
        self, recipe: Recipe, texts: Sequence[str], *, besides: str, is_chat: bool = False
    ) -> tuple[Example, ...]:
        """Return up to two examples like one of the texts, own ones first; never the job `besides`.

        A recipe that writes for chats and mails alike learns each from its like.
        """
        own = [work for work in self.own if not work.job_id or work.job_id != besides]
        chosen: list[PastWork] = []
        differs = recipe.input_named(CHAT) is not None
        for works in (own, self.others):
            for text in texts:
                if len(chosen) < MAX_EXAMPLES:
                    alike = (work for work in works if not differs or work.is_chat == is_chat)
                    others = [work for work in alike if work not in chosen]
                    chosen += most_alike(text, others, MAX_EXAMPLES - len(chosen))
        return tuple(_example(recipe, work) for work in chosen)


NO_EXPERIENCE = Experience()


class Examples:
    """Finds past work.

    Args:
        store: where it is.
        people: who is who across surfaces.
        rules: who lets others learn from their work.
    """

    def __init__(self, store: Store, people: People, rules: RuleStore) -> None:
        self._store = store
        self._rollup = RollupStore(store.database)
        self._people = people
        self._rules = rules

    def experience(self, who: Identity, workspace: str, recipe: Recipe) -> Experience:
        """Return the past work that may serve a person who asks in a workspace."""
        names = self._people.names_of(who)
        kept = [
            record.data
            for name, person in names
            for record in self._store.records.list(PAST_WORK_KIND, workspace=name, person=person)
            if record.data["recipe"] == recipe.name
        ]
        written = [_kept_work(work) for data in kept for work in data["works"]]
        usual_words = max((int(data["usual_words"]) for data in kept), default=0)
        own = (*written, *self._used_drafts(names, recipe))
        return Experience(own, tuple(self._others(who, workspace, recipe)), usual_words)

    def _used_drafts(self, names: Sequence[tuple[str, str]], recipe: Recipe) -> Iterator[PastWork]:
        for workspace, person in names:
            for metrics in self._rollup.used_jobs(workspace, recipe.name, person=person, limit=MAX_CANDIDATES):
                yield from self._past(metrics, recipe)

    def _others(self, who: Identity, workspace: str, recipe: Recipe) -> Iterator[PastWork]:
        """Return what others of the same team share, without names; only in the installation's own workspace."""
        if workspace != LOCAL_WORKSPACE:
            return
        for metrics in self._rollup.used_jobs(workspace, recipe.name, person=None, limit=MAX_CANDIDATES):
            other = self._people.identity(workspace, metrics.person)
            if other == who or not metrics.dimensions.team or not self._rules.shares_examples(other):
                continue
            if metrics.dimensions.team == self._team(who):
                for past in self._past(metrics, recipe):
                    yield PastWork(*nameless(past.given, past.used), is_own=False, is_chat=past.is_chat)

    def _team(self, who: Identity) -> str:
        record = self._store.records.get("team", who.workspace, who.person)
        return str(record.data) if record else ""

    def _past(self, metrics: JobMetrics, recipe: Recipe) -> list[PastWork]:
        """Return what was given and what was used of it, of a document for each change that was taken."""
        job = self._store.jobs.get(metrics.job_id)
        if job.draft is None or job.draft.skeleton:
            return []
        if job.draft.edits is not None:
            changes = self._store.outcomes.changes_of(job)
            taken = [change for change in changes if not change.is_refused and _is_near(change)]
            found = [(change.before, change.used) for change in taken[:MAX_CHANGES]]
        elif job.draft.items is not None or metrics.distance is None or metrics.distance > MAX_DISTANCE:
            return []
        else:
            used = self._store.outcomes.used_text(job) or shown_text(job.draft)
            used = without_signature(used, job.draft.signature)
            found = [(str(job.inputs.get(recipe.main_input) or ""), used)]
        subject, day = str(job.inputs.get("subject") or ""), time.strftime("%Y-%m-%d", time.gmtime(job.created_at))
        return [
            PastWork(given, used, is_own=True, job_id=job.id, subject=subject, day=day, is_chat=job.is_chat)
            for given, used in found
            if given and used and max(len(given), len(used)) <= _MAX_CHARS
        ]


def _kept_work(work: Mapping[str, object]) -> PastWork:
    """Return a work as an integration keeps it; earlier ones bear no subject and no day."""
    given, used, subject, day = (str(work.get(name, "")) for name in ("given", "used", "subject", "day"))
    return PastWork(given, used, is_own=True, subject=subject, day=day)


def _is_near(change: DecidedChange) -> bool:
    """Whether a change was used nearly as it was proposed."""
    return edit_distance(change.proposed, change.used) <= MAX_DISTANCE


def _example(recipe: Recipe, work: PastWork) -> Example:
    """Return past work in the recipe's own form: the text that was given stays fenced as somebody's words."""
    values = {recipe.main_input: work.given}
    if "subject" in recipe.output.parts and recipe.input_named("subject"):
        values["subject"] = "…"  # past work is kept without
    is_chat = work.is_chat and recipe.input_named(CHAT) is not None
    values |= {CHAT: "yes"} if is_chat else {}
    user = render_messages(recipe, values)[-1].content
    return Example(user=user, assistant=body_of(work.used, recipe, values))


def body_of(used: str, recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return what the model has to write of a used text: what the person set around it is put there by code."""
    parts = split_paragraphs(used)
    opening, closing = own_lines(recipe, values)
    if opening and len(parts) > 1 and len(parts[0]) <= MAX_GREETING_CHARS:
        parts = parts[1:]
    if closing and len(parts) > 1 and len(parts[-1]) <= MAX_CLOSING_CHARS:
        parts = parts[:-1]
    return "\n\n".join(parts)


def most_alike(text: str, works: Sequence[PastWork], limit: int) -> list[PastWork]:
    """Return the past works that have most in common with a text, and none that has little."""
    if not works:
        return []
    ranking = Ranking([content_stems(work.given) for work in works])
    asked = set(content_stems(text[:_MAX_CHARS]))
    alike = [place for place in ranking.best(asked, len(works)) if _is_alike(ranking, asked, place)]
    return [works[place] for place in alike[:limit]]


def _is_alike(ranking: Ranking, asked: set[str], place: int) -> bool:
    return ranking.shared(asked, place) >= MIN_SHARED * len(asked)


def nameless(given: str, used: str) -> tuple[str, str]:
    """Return both texts with stand-ins for what is personal in them, the same in both."""
    found = sorted(
        {entry.text: entry.kind for entry in find_personal(f"{given}\n{used}")}.items(),
        key=lambda entry: -len(entry[0]),
    )
    counts: Counter[str] = Counter()
    for original, kind in found:
        choices = _STAND_INS[kind]
        stand_in = choices[counts[kind] % len(choices)]
        counts[kind] += 1
        given, used = given.replace(original, stand_in), used.replace(original, stand_in)
    return given, used
