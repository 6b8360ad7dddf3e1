"""What is refused, in which words, and what a question costs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import PolicyRefused, SettingsError
from core.job import JobRequest
from core.llm.models_file import EndpointEntry
from core.policies.enforcement import Policies, load_policies
from core.policies.in_force import PolicyBook
from core.policies.resolution import NO_POLICY, PersonFacts
from core.settings import Settings
from core.store import Store
from tests.policies import policies_of, refusals

EVERYBODY = '[group.all]\nmembers = ["*"]\n'


@dataclass
class Looked:
    """Counts who is looked up."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, workspace: str, person: str) -> PersonFacts:
        self.asked.append((workspace, person))
        return PersonFacts(workspace, addresses=frozenset({person}))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


Make = Callable[[str], Policies]


@pytest.fixture
def looked() -> Looked:
    return Looked()


@pytest.fixture
def make(store: Store, tmp_path: Path, looked: Looked) -> Make:
    def made(text: str) -> Policies:
        book = PolicyBook(tmp_path / "none.toml", store.records)
        if text:
            book.versions.save(text, by="Ada", after=book.versions.newest_number())
        return Policies(book, looked)

    return made


def asked(recipe: str = "compose", surface: str = "api", model: str = "") -> JobRequest:
    return JobRequest(recipe, {"text": "x"}, surface, "ada@example.com", model=model)


def test_without_policies_nobody_is_looked_up(make: Make, looked: Looked) -> None:
    policies = make("")
    policies.require(asked())
    assert policies.of("local", "ada@example.com") is NO_POLICY
    assert looked.asked == []


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ('recipes = { deny = ["compose"] }', "The recipe compose is not allowed by the rule recipes.deny"),
        ('recipes = { allow = ["reply"] }', "The recipe compose is not allowed by the rule recipes.allow"),
        ('surfaces = { deny = ["api"] }', "The surface api is not allowed by the rule surfaces.deny"),
        ('models = { deny = ["big"] }', "The model big is not allowed by the rule models.deny"),
        ("models = { local_only = true }", "The model big is not allowed by the rule models.local_only"),
        ('models = { regions = ["eu"] }', "The model big (us) is not allowed by the rule models.regions"),
    ],
)
def test_a_job_is_refused_with_the_rule_its_group_and_whom_to_ask(make: Make, rule: str, what: str) -> None:
    policies = make(f'ask = "it@example.com"\n{EVERYBODY}{rule}\n')
    big = EndpointEntry(name="big", url="https://models.example", region="us")
    with pytest.raises(PolicyRefused) as caught:
        policies.require(asked(model="big"), [big])
    assert caught.value.message == f"{what} of the group all; ask it@example.com."


def test_one_model_of_several_is_enough(make: Make) -> None:
    small, big = (EndpointEntry(name=name, url="https://models.example") for name in ("small", "big"))
    policies = make(f'{EVERYBODY}models = {{ deny = ["big"] }}\n')
    policies.require(asked(), [big, small])
    with pytest.raises(PolicyRefused, match=r"models\.deny"):
        policies.require(asked(), [big])


def test_a_person_is_looked_up_once_for_many_questions_and_again_when_policies_change(
    store: Store, tmp_path: Path, looked: Looked
) -> None:
    clock = Clock()
    book = PolicyBook(tmp_path / "none.toml", store.records, clock=clock)
    book.versions.save(EVERYBODY, by="Ada", after=0)
    policies = Policies(book, looked, keep_seconds=5.0, clock=clock)
    for _ in range(100):
        policies.require(asked())
    assert len(looked.asked) == 1
    clock.now += 6
    policies.require(asked())
    assert len(looked.asked) == 2
    book.versions.save(f'{EVERYBODY}recipes = {{ deny = ["compose"] }}\n', by="Ada", after=1)
    book.look_again()
    with pytest.raises(PolicyRefused):
        policies.require(asked())


def test_a_group_of_fifty_thousand_costs_no_more_than_one_of_two(make: Make) -> None:
    members = ",".join(f'"m{number}@example.com"' for number in range(50_000))
    policies = make(f'[group.all]\nmembers = [{members}, "ada@example.com"]\nrecipes = {{ deny = ["compose"] }}\n')
    with pytest.raises(PolicyRefused):
        policies.require(asked())
    policies.require(JobRequest("compose", {}, "api", "else@example.com"))


def test_when_no_policies_can_be_used_nothing_is_allowed(store: Store, settings: Settings) -> None:
    settings.home.mkdir(exist_ok=True)
    (settings.home / "policies.toml").write_text("[installation\n")
    with pytest.raises(SettingsError, match="cannot be used") as caught:
        load_policies(settings, store.records).require(asked())
    assert "inlaid doctor" in caught.value.fix


def test_mailboxes_and_learning_are_refused_in_the_same_words(make: Make) -> None:
    policies = make(f'{EVERYBODY}mailboxes = {{ deny = ["imap"] }}\nlearning = false\n')
    with pytest.raises(
        PolicyRefused, match=r"mailbox ada@x\.y is not allowed by the rule mailboxes\.deny of the group"
    ):
        policies.require_mailbox("local", "ada@x.y", "imap", "ada@x.y")
    policies.require_mailbox("local", "ada@x.y", "graph", "ada@x.y")
    with pytest.raises(PolicyRefused, match=r"Learning from your work is not allowed by the rule learning"):
        policies.require_learning("local", "ada@x.y")
    assert policies.may_learn("local", "ada@x.y") is False
    assert make("").may_learn("local", "ada@x.y") is False  # the versions are those of before


def test_every_refusal_stands_in_the_audit_trail_with_its_rule(sqlite_store: Store) -> None:
    policies = policies_of(
        sqlite_store,
        f'{EVERYBODY}recipes = {{ deny = ["*"] }}\nmailboxes = {{ deny = ["imap"] }}\nlearning = false\n'
        'sources = { deny = ["web"] }\nmodels = { local_only = true }\n',
    )
    big = EndpointEntry(name="big", url="https://models.example")
    refused: list[Callable[[], None]] = [
        lambda: policies.require(asked()),
        lambda: policies.require_mailbox("local", "ada@x.y", "imap", "ada@x.y"),
        lambda: policies.require_learning("local", "ada@x.y"),
        lambda: policies.require_source("local", "ada@x.y", "s1", "Intranet", "web"),
        lambda: policies.require_models("local", "ada@x.y", "reply", [big]),
    ]
    for ask in refused:
        with pytest.raises(PolicyRefused):
            ask()
    assert [(thing, rule) for _who, _door, thing, rule in refusals(sqlite_store)] == [
        ("", "group.all.recipes.deny"),
        ("ada@x.y", "group.all.mailboxes.deny"),
        ("", "group.all.learning"),
        ("s1", "group.all.sources.deny"),
        ("", "group.all.models.local_only"),
    ]
