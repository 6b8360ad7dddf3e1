"""Applies the policies to one person: which sections hold for them, and what these say; see `core.policies`."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from core.cached_property import cached_property
from core.errors import PolicyRefused
from core.policies.rules import EVERYBODY, Group, Names, PolicyFile, Rules, matches
from core.policies.style import HouseStyle
from core.text.catalogues import N_

Level = Literal["installation", "workspace", "group"]
LEVELS: tuple[Level, ...] = ("installation", "workspace", "group")
ADMINISTRATOR = "your administrator"


class Model(Protocol):
    """What rules ask of a model. Real: `core.llm.models_file.EndpointEntry`."""

    @property
    def name(self) -> str:
        """The name of its endpoint."""

    @property
    def names(self) -> tuple[str, ...]:
        """What rules may call it: by its endpoint, and by its model where that is known."""

    @property
    def region(self) -> str:
        """Where it runs, or "" if nobody said."""

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine or is marked as local."""


@dataclass(frozen=True)
class PersonFacts:
    """What is known of a person, by which they are in groups.

    Attributes:
        workspace: through which the request comes.
        workspaces: all of their sign-ins.
        addresses: their email addresses, in small letters.
        names: their sign-ins, as `WORKSPACE/PERSON`.
        claims: groups and roles that their sign-ins said.
        roles: what these and the settings open.
    """

    workspace: str
    workspaces: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Section:
    """A part of the policies that holds for a person; `because` says why they are in the group."""

    level: Level
    name: str
    rules: Rules
    title: str = ""
    because: str = ""

    @property
    def key(self) -> str:
        """How the text names it."""
        return f"{self.level}.{self.name}" if self.name else self.level

    @property
    def words(self) -> str:
        """What to call it."""
        name = self.title or self.name
        if self.level == "group":
            return N_(f"the group {name}")
        return f"the {self.level} {name}" if name else N_("the installation")


@dataclass(frozen=True)
class Refusal:
    """Why something is not allowed: by which rule of which section, and who can change it."""

    what: str
    rule: str
    section: Section
    ask: str

    @property
    def sentence(self) -> str:
        """The reason in one sentence."""
        return N_(f"{self.what} is not allowed by the rule {self.rule} of {self.section.words}; ask {self.ask}.")

    def error(self) -> PolicyRefused:
        """Return it as what a person meets."""
        fix = "The page Policies of the console shows all rules that hold for you."
        return PolicyRefused(self.sentence, fix=fix, rule=self.key)

    @property
    def key(self) -> str:
        """The rule as the text names it."""
        return f"{self.section.key}.{self.rule}"

    def to_json(self) -> dict[str, str]:
        """Return the public form."""
        return {"what": self.what, "rule": self.key, "ask": self.ask, "message": self.sentence}


@dataclass(frozen=True)
class PersonPolicy:
    """The sections that hold for a person, in the order of resolution. Each question returns None for yes.

    `elsewhere` are those of the other workspaces of the person: what is learnt from them is learnt at every door.
    """

    sections: tuple[Section, ...] = ()
    ask: str = ""
    elsewhere: tuple[Section, ...] = ()

    @cached_property
    def style(self) -> HouseStyle:
        """The house style that holds for them."""
        most_special_first = sorted(self.sections, key=lambda section: -LEVELS.index(section.level))
        parts = [(each.key, each.rules.style) for each in most_special_first if "style" in each.rules.model_fields_set]
        return HouseStyle(parts)

    def recipe(self, name: str) -> Refusal | None:
        """Whether a recipe is allowed."""
        return self._listed("recipes", N_(f"The recipe {name}"), (name,))

    def surface(self, name: str) -> Refusal | None:
        """Whether a surface is allowed."""
        return self._listed("surfaces", N_(f"The surface {name}"), (name,))

    def source(self, *names: str) -> Refusal | None:
        """Whether a source is allowed, which has some names: its own, its kind."""
        return self._listed("sources", N_(f"The source {names[0]}"), names)

    @property
    def has_source_rules(self) -> bool:
        """Whether any section says anything of sources."""
        said = (section.rules.sources for section in self.sections)
        return any(names.allow is not None or names.deny for names in said)

    def mailbox(self, kind: str, address: str) -> Refusal | None:
        """Whether a mailbox of a kind (`imap`, `graph`) with an address may be connected."""
        return self._listed("mailboxes", N_(f"The mailbox {address or kind}"), (kind, address.casefold()))

    def model(self, model: Model) -> Refusal | None:
        """Whether a model may be asked."""
        what = N_(f"The model {model.name}")
        if refusal := self._listed("models", what, model.names):
            return refusal
        if model.is_local:
            return None  # it is in every region
        for section in self.sections:
            if section.rules.models.local_only:
                return self._refusal(what, "models.local_only", section)
        for sections in self._levels():
            asked = [section for section in sections if section.rules.models.regions is not None]
            if asked and not any(matches(model.region, section.rules.models.regions or ()) for section in asked):
                where = model.region or "no region that is known"
                return self._refusal(f"{what} ({where})", "models.regions", asked[0])
        return None

    def models(self, models: Sequence[Model]) -> Refusal | None:
        """Whether any of some models may be asked; the reason is that of the first."""
        refusals = [self.model(model) for model in models]
        return refusals[0] if all(refusals) and refusals else None

    def learning(self) -> Refusal | None:
        """Whether anything may be learnt from their work."""
        denied = (section for section in (*self.sections, *self.elsewhere) if section.rules.learning is False)
        section = next(denied, None)
        return self._refusal(N_("Learning from your work"), "learning", section) if section else None

    def grounds(self) -> Refusal | None:
        """Whether their drafts may rest on sources, past answers and standing facts."""
        section = next((section for section in self.sections if section.rules.grounds is False), None)
        return self._refusal(N_("Resting drafts on what is known"), "grounds", section) if section else None

    def tokens_per_day(self) -> "Limit | None":
        """Return how many tokens they may use in a day, whatever the door."""
        return self._budget("tokens_per_day")

    def usd_per_day(self) -> "Limit | None":
        """Return how many USD they may use in a day, whatever the door."""
        return self._budget("usd_per_day")

    def _budget(self, key: Literal["tokens_per_day", "usd_per_day"]) -> "Limit | None":
        """Return the smallest of what the levels allow; of the groups together the largest counts."""
        limits = []
        for sections in self._levels():
            said = [(value, s) for s in sections if (value := getattr(s.rules.budget, key)) is not None]
            if said:
                most, section = max(said, key=lambda limit: limit[0])
                limits.append(Limit(most, f"budget.{key} of {section.words}", self.asked(section)))
        return min(limits, key=lambda limit: limit.most, default=None)

    def _listed(self, matter: str, what: str, names: Sequence[str]) -> Refusal | None:
        for section in self.sections:
            if _is_on(names, _names(section, matter).deny):
                return self._refusal(what, f"{matter}.deny", section)
        for sections in self._levels():
            with_list = [section for section in sections if _names(section, matter).allow is not None]
            if with_list and not any(_is_on(names, _names(section, matter).allow or ()) for section in with_list):
                return self._refusal(what, f"{matter}.allow", with_list[0])
        return None

    def _levels(self) -> Iterator[list[Section]]:
        for level in LEVELS:
            yield [section for section in self.sections if section.level == level]

    def _refusal(self, what: str, rule: str, section: Section) -> Refusal:
        return Refusal(what, rule, section, self.asked(section))

    def asked(self, section: Section) -> str:
        """Return whom to ask about a section."""
        return section.rules.ask or self.ask or ADMINISTRATOR


NO_POLICY = PersonPolicy()


@dataclass(frozen=True)
class Limit:
    """The most of something, the rule that says so, and who can change it."""

    most: float
    rule: str
    ask: str


class PolicySet:
    """Policies, ready to be applied: what a question about one person costs does not grow with the groups' members.

    Args:
        file: what was read.
    """

    def __init__(self, file: PolicyFile) -> None:
        self.file = file
        self._members = {name: frozenset(group.members) for name, group in file.group.items()}
        self._claims = {name: frozenset(group.claims) for name, group in file.group.items()}
        self._included_in: dict[str, list[str]] = defaultdict(list)
        for name, group in file.group.items():
            for inner in group.groups:
                self._included_in[inner].append(name)

    def of(self, facts: PersonFacts) -> PersonPolicy:
        """Return what holds for a person."""
        sections = [Section("installation", "", self.file.installation)]
        if rules := self.file.workspace.get(facts.workspace):
            sections.append(Section("workspace", facts.workspace, rules))
        reasons = self._reasons(facts)
        for name, group in self.file.group.items():
            if name in reasons:
                sections.append(Section("group", name, group, group.title, reasons[name]))
        others = sorted((facts.workspaces & self.file.workspace.keys()) - {facts.workspace})
        elsewhere = (Section("workspace", name, self.file.workspace[name]) for name in others)
        return PersonPolicy(tuple(sections), self.file.ask, tuple(elsewhere))

    def _reasons(self, facts: PersonFacts) -> dict[str, str]:
        """Return why the person is in each of their groups."""
        who = {EVERYBODY, *facts.names, *facts.addresses}
        who |= {f"*@{address.rpartition('@')[2]}" for address in facts.addresses}
        found: dict[str, str] = {}
        for name, group in self.file.group.items():
            if reason := self._own_reason(name, group, facts, who):
                found[name] = reason
        waiting = deque(found)
        while waiting:
            inner = waiting.popleft()
            for name in self._included_in.get(inner, ()):
                if name not in found:
                    found[name] = f"includes {inner}"
                    waiting.append(name)
        return found

    def _own_reason(self, name: str, group: Group, facts: PersonFacts, who: set[str]) -> str:
        if claims := self._claims[name] & facts.claims:
            return f"claim {min(claims)}"
        if members := self._members[name] & who:
            return f"member {min(members)}"
        if roles := facts.roles & {*group.roles}:
            return f"role {min(roles)}"
        return ""


def _names(section: Section, matter: str) -> Names:
    names: Names = getattr(section.rules, matter)
    return names


def _is_on(names: Iterable[str], listed: tuple[str, ...]) -> bool:
    return any(matches(name, listed) for name in names)
