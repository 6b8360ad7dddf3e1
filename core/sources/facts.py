"""Standing facts: short texts with a name that drafts may use, such as "booking link" or "notice period".

Each belongs to a person, or to a group or everybody of the installation; those an administrator keeps. A person's own
goes before the group's of the same name, and that before everybody's.
"""

import hashlib
from dataclasses import asdict, dataclass

from core.drafts import JsonObject
from core.errors import InputError, LimitError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import Identity, People
from core.policies.enforcement import Policies
from core.privacy.detection import find_personal
from core.store.records import Record, RecordStore
from core.text.language import is_language_code

KIND = "standing_fact"
CHOICE_KIND = "grounds_choice"
EVERYBODY, GROUP = "everybody", "group:"
MAX_FACTS, MAX_PHRASES = 200, 10
MAX_NAME_CHARS, MAX_TEXT_CHARS = 80, 2000


@dataclass(frozen=True)
class StandingFact:
    """A text with a name.

    Attributes:
        name: what it is called ("booking link").
        text: what a draft may say.
        phrases: other words by which people ask for it.
        language: of the text, "" when it serves in every language.
        audience: whose it is: "" for the person's own, `everybody`, or `group:NAME`.
        is_guarded: whether only the person may put it into a text; what looks like an account always is.
    """

    name: str
    text: str
    phrases: tuple[str, ...] = ()
    language: str = ""
    audience: str = ""
    is_guarded: bool = False

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {**asdict(self), "phrases": list(self.phrases)}


class StandingFacts:
    """The standing facts of an installation, and whether people want drafts to rest on what is known.

    Args:
        records: where they are, sealed.
        people: who is who across surfaces.
        policies: which groups a person is in.
    """

    def __init__(self, records: RecordStore, people: People, policies: Policies) -> None:
        self._records = records
        self._people = people
        self._policies = policies

    def identity(self, workspace: str, person: str) -> Identity:
        """Return under which name a person's own facts are kept."""
        return self._people.identity(workspace, person)

    def own(self, who: Identity) -> list[StandingFact]:
        """Return the person's own facts, by name."""
        return self._of(who.workspace, who.person)

    def shared(self) -> list[StandingFact]:
        """Return the facts of groups and of everybody, by name."""
        return self._of(LOCAL_WORKSPACE, "")

    def _of(self, workspace: str, person: str) -> list[StandingFact]:
        found = (_fact(record) for record in self._records.list(KIND, workspace=workspace, person=person))
        return sorted(found, key=lambda fact: (fact.name.casefold(), fact.audience, fact.language))

    def known_to(self, workspace: str, person: str) -> list[StandingFact]:
        """Return what a person's drafts may use; of the same name and language only what is nearest to the person."""
        sections = self._policies.of(workspace, person).sections
        groups = {f"{GROUP}{section.name}" for section in sections if section.level == "group"}
        shared = self.shared() if self._people.is_own(workspace, person) or workspace == LOCAL_WORKSPACE else []
        in_order = [fact for fact in shared if fact.audience == EVERYBODY]
        in_order += [fact for fact in shared if fact.audience in groups]
        in_order += self.own(self._people.identity(workspace, person))
        return [*{(fact.name.casefold(), fact.language): fact for fact in in_order}.values()]

    def put(self, who: Identity, fact: StandingFact) -> StandingFact:
        """Keep a fact, in place of an earlier one of the same name, language and audience.

        Raises:
            InputError: name or text cannot be used.
            LimitError: there are too many.
        """
        fact = _checked(fact)
        workspace, person = _owner(who, fact.audience)
        key = _key(who, fact.audience, fact.name, fact.language)
        is_new = self._records.get(KIND, workspace, key) is None
        if is_new and len(self._records.list(KIND, workspace=workspace, person=person)) >= MAX_FACTS:
            raise LimitError(f"{MAX_FACTS} facts are kept at most.", fix="Remove one that is not needed any more.")
        self._records.put(KIND, workspace, key, fact.to_json(), person=person)
        return fact

    def remove(self, who: Identity, name: str, *, audience: str = "", language: str | None = None) -> int:
        """Remove a fact, in one language or in all, and return how many texts that were.

        Raises:
            NotFoundError: nothing has that name.
        """
        workspace, person = _owner(who, audience)
        found = [
            record.key
            for record in self._records.list(KIND, workspace=workspace, person=person)
            if (fact := _fact(record)).name.casefold() == " ".join(name.split()).casefold()
            and fact.audience == audience
            and language in {None, fact.language}
        ]
        if not found:
            raise NotFoundError(f"There is no fact called {name[:80]}.", fix="List them with: inlaid facts list")
        return sum(self._records.delete(KIND, workspace, key) for key in found)

    def are_wanted(self, who: Identity) -> bool:
        """Whether the person's drafts may rest on sources, facts and past answers; yes unless they said no."""
        record = self._records.get(CHOICE_KIND, who.workspace, who.person)
        return record is None or record.data.get("use") is not False

    def want(self, who: Identity, *, use: bool) -> None:
        """Note whether the person's drafts may rest on what is known."""
        self._records.put(CHOICE_KIND, who.workspace, who.person, {"use": use}, person=who.person)


def _checked(fact: StandingFact) -> StandingFact:
    name, text = " ".join(fact.name.split()), fact.text.strip()
    phrases = tuple(dict.fromkeys(filter(None, (" ".join(phrase.split()) for phrase in fact.phrases))))
    if not name or not text:
        raise InputError("A fact needs a name and a text.", fix='For example: inlaid facts set "booking link" TEXT')
    if len(name) > MAX_NAME_CHARS or len(text) > MAX_TEXT_CHARS:
        fix = f"A name has up to {MAX_NAME_CHARS} characters, a text up to {MAX_TEXT_CHARS:,}."
        raise InputError("The fact is too long.", fix=fix)
    if len(phrases) > MAX_PHRASES or any(len(phrase) > MAX_NAME_CHARS for phrase in phrases):
        fix = f"Give up to {MAX_PHRASES}, of up to {MAX_NAME_CHARS} characters each."
        raise InputError("There are too many phrases, or one is too long.", fix=fix)
    if fact.language and not is_language_code(fact.language):
        raise InputError(f"{fact.language[:20]!r} is no language.", fix="Write two letters, such as de.")
    if fact.audience not in {"", EVERYBODY} and not fact.audience.removeprefix(GROUP):
        raise InputError("A fact of a group needs the group's name.", fix="Use a name from the policies.")
    is_guarded = fact.is_guarded or any(personal.kind == "ACCOUNT" for personal in find_personal(text))
    return StandingFact(name, text, phrases, fact.language, fact.audience, is_guarded)


def _owner(who: Identity, audience: str) -> tuple[str, str]:
    return (LOCAL_WORKSPACE, "") if audience else (who.workspace, who.person)


def _key(who: Identity, audience: str, name: str, language: str) -> str:
    owner = f":{audience}" if audience else who.person
    # Keys of records stand in the clear.
    digest = hashlib.sha256(f"{name.casefold()}\0{language}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{owner}/{digest[:32]}"


def _fact(record: Record) -> StandingFact:
    data = dict(record.data)
    return StandingFact(**{**data, "phrases": tuple(data["phrases"])})
