"""What a draft may rest on: found for what is asked, within rights, and switched off by recipe, policy and person."""

from collections.abc import Sequence
from typing import Any

import pytest

from core.insight.learning.examples import PastWork
from core.job import Job, JobRequest, MailFileTarget
from core.people import load_people
from core.policies.enforcement import Policies
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.runner.grounds import ATTACHED, MAX_OF_FILES, GroundFinder, Wordings, past_answers, questions_of
from core.settings import Settings
from core.sources.facts import StandingFact, StandingFacts
from core.sources.recipients import Recipient
from core.sources.search import Sources
from core.sources.terms import load_term_keys
from core.store import Store
from core.text.forms import BETWEEN_MAILS
from core.writing.grounded.passages import GroundPassage, passages_value, read_passages
from tests.core.sources.making import add_document, item_store, reader_of, source_store
from tests.memory_index import MemoryPassageIndex
from tests.policies import FOR_ALL, policies_of

REPLY = load_recipes()["reply"]
ASKED = {"message": "What does parking cost? Could you send me your booking link?"}


class Desk:
    """A finder over a store, with what tests put into it."""

    def __init__(self, store: Store, settings: Settings, policy: str = FOR_ALL) -> None:
        people = load_people(settings, store.records)
        self.store, self.past = store, list[PastWork]()
        self.leaves_out, self.message = False, ""
        self.policies: Policies = policies_of(store, policy, settings)
        self.facts = StandingFacts(store.records, people, self.policies)
        self.sources = Sources(
            source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(),
            load_term_keys(store.records.cipher), people, store.records, local_person="ann",
        )  # fmt: skip

    def found(
        self,
        inputs: dict[str, Any] = ASKED,
        recipe: Recipe = REPLY,
        person: str = "ann",
        goes_to: Sequence[Recipient] = (),
        target: MailFileTarget | None = None,
        wordings: Wordings = lambda _text: (),
    ) -> Sequence[GroundPassage]:
        job: Job = self.store.jobs.add(JobRequest(recipe.name, inputs, "api", person, target=target))[0]
        finder = GroundFinder(self.facts, self.policies, self.sources, lambda _job, _recipe: self.past, self.leaves_out)
        inputs, self.notices = finder.fill_in(job, recipe, inputs, goes_to, wordings)
        self.message = str(inputs.get("message"))
        assert ATTACHED not in inputs
        return read_passages(inputs["passages"]) if inputs.get("passages") else []


@pytest.fixture
def desk(sqlite_store: Store, settings: Settings) -> Desk:
    return Desk(sqlite_store, settings)


def know(desk: Desk) -> None:
    add_document(desk.sources, "Parking", "Parking costs 12 pounds a day.")
    desk.facts.put(desk.facts.identity("local", "ann"), StandingFact("booking link", "https://x.example/b"))
    desk.past.append(
        PastWork("What does parking cost?", "Hi Bo,\n\nIt is free on Sundays.\n\nAnn", True, "", "Cars", "2026-03-04")
    )


def test_facts_past_answers_and_sources_are_found(desk: Desk) -> None:
    know(desk)
    found = {passage.kind: passage for passage in desk.found()}
    assert found["fact"].text == "https://x.example/b"
    assert (found["answer"].text, found["answer"].shown_title) == (
        "It is free on Sundays.",
        "Your answer to Cars (2026-03)",
    )
    assert found["source"].text == "Parking costs 12 pounds a day."


def test_sources_in_another_language_are_looked_for_in_other_wordings_once_for_all_that_is_asked(desk: Desk) -> None:
    asked = list[str]()

    def wordings(text: str) -> Sequence[str]:
        asked.append(text)
        return ["Urlaubsanspruch Arbeitstage Kalenderjahr"]

    mail = {"message": "How many days off do I get? And when does the canteen open?"}
    add_document(desk.sources, "Canteen", "The canteen opens at noon and closes at two in the afternoon.")
    assert "Canteen" in {passage.title for passage in desk.found(mail, wordings=wordings)}
    assert asked == []  # all is in the language of the mail
    add_document(desk.sources, "Handbuch", "Der Urlaubsanspruch beträgt 30 Arbeitstage im Kalenderjahr.")
    assert "Handbuch" not in {passage.title for passage in desk.found(mail)}
    assert {"Canteen", "Handbuch"} <= {passage.title for passage in desk.found(mail, wordings=wordings)}
    assert len(asked) == 1
    assert len(asked[0].splitlines()) == 2


def test_a_past_answer_is_found_by_what_it_says(desk: Desk) -> None:
    used = "A pallet takes 48 boxes of the pump. We ship on Tuesdays."
    desk.past.append(PastWork("Some numbers, please.", used, is_own=True))
    found = desk.found({"message": "How many boxes of the pump fit on a pallet?"})
    assert [passage.text for passage in found] == [used]


def test_files_of_the_message_come_first_and_count_even_where_the_rest_is_off(desk: Desk) -> None:
    know(desk)
    file = passages_value([GroundPassage(0, "Offer.pdf", "", "The total is 12.", kind="file")])
    assert next(passage.kind for passage in desk.found({**ASKED, ATTACHED: file})) == "file"
    desk.facts.want(desk.facts.identity("local", "ann"), use=False)
    assert [passage.title for passage in desk.found({**ASKED, ATTACHED: file})] == ["Offer.pdf"]


QUESTIONS = "Order 7\n\n1. Can you deliver 40 units by Friday?\n2. Which colours are there?"


@pytest.mark.parametrize(
    "said",
    [
        "Please see my attached questions.",
        "Could you answer the questions in the attached document?",
        "Bitte beantworten Sie die angehängten Fragen.",
        "Merci de répondre aux questions ci-jointes.",
        "Por favor, responda a las preguntas adjuntas.",
    ],
)
def test_what_a_file_asks_is_asked_where_the_message_says_that_its_questions_stand_there(desk: Desk, said: str) -> None:
    file = passages_value([GroundPassage(0, "q.docx", "", QUESTIONS, document="q.docx", kind="file")])
    desk.found({"message": said, ATTACHED: file})
    assert desk.message == (f"{said}{BETWEEN_MAILS}Can you deliver 40 units by Friday?\nWhich colours are there?")


@pytest.mark.parametrize(
    "said", ["The answers to your questions are attached. Is Monday ok?", "Is the attached plan ok?"]
)
def test_what_a_file_asks_is_its_own_where_the_message_says_nothing_of_it(desk: Desk, said: str) -> None:
    file = passages_value([GroundPassage(0, "q.docx", "", QUESTIONS, document="q.docx", kind="file")])
    desk.found({"message": said, ATTACHED: file})
    assert desk.message == said


def test_a_file_that_could_not_be_read_is_said(desk: Desk) -> None:
    file = passages_value([GroundPassage(0, "a.docx: It is protected.", "", "", kind="file")])
    assert desk.found({**ASKED, ATTACHED: file}) == []
    assert desk.notices == ("Not read: a.docx: It is protected.",)


def test_a_mail_rests_on_what_all_who_get_it_may_read_where_the_house_wants_that(desk: Desk) -> None:
    know(desk)
    kim, mia = Recipient("kim@customer.example", "Kim"), Recipient("mia@house.example", "Mia", is_inside=True)
    desk.leaves_out = True
    assert {passage.kind for passage in desk.found(goes_to=[kim])} == {"fact", "answer"}
    assert desk.notices == ("Left out, since not everybody who gets this may read it: “Parking”.",)
    assert {passage.kind for passage in desk.found(goes_to=[mia])} == {"fact", "answer", "source"}
    assert not desk.notices
    assert {passage.kind for passage in desk.found(target=MailFileTarget())} == {"fact", "answer"}
    desk.leaves_out = False
    assert "source" in {passage.kind for passage in desk.found(goes_to=[kim])}


def test_of_a_long_file_the_parts_about_what_is_asked_count(desk: Desk) -> None:
    parts = [GroundPassage(0, "Book.pdf", "", f"Chapter {number} is about ships.", kind="file") for number in range(40)]
    parts[33] = GroundPassage(0, "Book.pdf", "", "Parking costs 12 pounds.", kind="file")
    found = desk.found({**ASKED, ATTACHED: passages_value(parts)})
    assert len(found) == MAX_OF_FILES
    assert "Parking costs 12 pounds." in [passage.text for passage in found]


def test_they_are_switched_off_by_recipe_policy_and_person(desk: Desk, settings: Settings) -> None:
    know(desk)
    assert desk.found(recipe=REPLY.model_copy(update={"grounds": False})) == []
    assert desk.found(person="bob") != []
    desk.facts.want(desk.facts.identity("local", "bob"), use=False)
    assert desk.found(person="bob") == []
    assert desk.found() != []
    off = Desk(desk.store, settings, f"{FOR_ALL}grounds = false\n")
    off.past = desk.past
    assert off.found() == []


def test_what_somebody_gives_stays(desk: Desk) -> None:
    know(desk)
    assert [passage.text for passage in desk.found({**ASKED, "passages": "Parking is free."})] == ["Parking is free."]


def test_a_form_is_told_of_sources_and_own_answers_for_what_its_brief_leaves_open(desk: Desk) -> None:
    fill = load_recipes()["fill"]
    add_document(desk.sources, "Terms", "Notice period: three months")
    desk.past.append(PastWork("The VAT number?", "Hi,\n\nVAT number: GB 482\n\nAnn", True, "", "Order"))
    asked = {"brief": "Customer: Contoso", "fields": "customer, notice_period, vat_number"}
    found = {passage.kind: passage.text for passage in desk.found(asked, fill)}
    assert found == {"source": "Notice period: three months", "answer": "VAT number: GB 482"}
    known = {"brief": "Notice period: one day", "fields": "notice_period"}
    assert desk.found(known, fill) == []


def test_a_form_takes_what_its_person_wrote_in_answers_to_mails(sqlite_store: Store) -> None:
    recipes, asked = load_recipes(), list[str]()

    def past_work(_job: Job, recipe: Recipe) -> Sequence[PastWork]:
        asked.append(recipe.name)
        return ()

    job: Job = sqlite_store.jobs.add(JobRequest("fill", {}, "api", "ann"))[0]
    for name in ("fill", "compose"):
        past_answers(recipes, past_work)(job, recipes[name])
    assert asked == ["reply", "compose"]


def test_nothing_asked_is_nothing_looked_up(desk: Desk) -> None:
    know(desk)
    assert desk.found({"message": "Thanks!"}) == []


def test_what_is_looked_up_follows_the_recipe() -> None:
    recipes = load_recipes()
    assert (
        questions_of(REPLY, {"message": "Hi. What is it? When?", "instruction": "Send the link."})[-1]
        == "Send the link."
    )
    assert questions_of(recipes["fill"], {"brief": "x", "fields": "Customer, booking_link"}) == [
        "customer",
        "booking link",
    ]
    assert questions_of(recipes["compose"], {"brief": "Invite Mira. Add my booking link."})[1] == "Add my booking link."
