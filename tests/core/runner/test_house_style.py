"""The house style in drafts: told to every model that writes, kept by the checks, corrected in documents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.drafts import ChatMessage, Draft
from core.job import Job, JobRequest, MailFileTarget, Target
from core.llm.routes import Models, only
from core.policies.enforcement import Policies
from core.policies.in_force import PolicyBook
from core.policies.resolution import PersonFacts
from core.recipes.loader import load_recipes
from core.runner.draft_cache import DraftCache
from core.runner.pipeline import Pipeline
from core.store import Store
from tests.in_memory import Answer, MemoryProgress, ScriptedChat

TEXT = """
[installation.style]
guide = "Short sentences, no jargon."
[installation.style.en]
use = { customer = ["client"], customers = ["clients"] }
avoid = { synergy = "say what works together" }
[installation.style.de]
register = "formal"
use = { Kunde = ["Klient"], Kunden = ["Klienten"] }
[group.finance]
members = ["fin/ada"]
[group.finance.style]
guide = "Figures first."
[group.finance.style.de]
register = "informal"
"""
GUIDE = "Short sentences, no jargon."


@dataclass
class Desk:
    """A pipeline with one scripted model under a house style."""

    store: Store
    folder: Path
    text: str = TEXT
    chat: ScriptedChat = field(default_factory=lambda: ScriptedChat([]))

    def write(
        self,
        recipe: str,
        inputs: dict[str, Any],
        answers: Sequence[Answer] = (),
        *,
        further: dict[str, Any] | None = None,
        **asked: Any,
    ) -> Draft:
        """Write a draft; without answers by the rules alone. `asked` is what else the request says."""
        self.chat = ScriptedChat(answers or ["x"], repeat_last=True, is_small=not answers)
        return self.pipeline(only(self.chat)).generate(self.job(recipe, inputs, **asked), further or {}, self.diary)

    def job(
        self,
        recipe: str,
        inputs: dict[str, Any],
        *,
        surface: str = "api",
        person: str = "ben",
        target: Target | None = None,
    ) -> Job:
        return self.store.jobs.add(JobRequest(recipe, inputs, surface, person, workspace="fin", target=target))[0]

    def pipeline(self, models: Models, cache: DraftCache | None = None) -> Pipeline:
        book = PolicyBook(self.folder / "policies.toml", self.store.records)
        newest = book.versions.newest_number()
        book.versions.save(self.text, by="Ada", after=newest)
        policies = Policies(book, _facts)
        return Pipeline(load_recipes(), models, cache=cache, policies=policies)

    @property
    def diary(self) -> MemoryProgress:
        return MemoryProgress()

    @property
    def systems(self) -> list[str]:
        return [asked[0].content for asked in self.chat.asked if asked[0].role == "system"]


def _facts(workspace: str, person: str) -> PersonFacts:
    return PersonFacts(workspace, names=frozenset({f"{workspace}/{person}"}))


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return Desk(sqlite_store, tmp_path)


def answer_to(messages: Sequence[ChatMessage]) -> str:
    """Answer as any recipe wants to be answered."""
    told = messages[-1].content
    items = [{"text": "The client pays.", "quote": "The client pays on Monday", "who": "", "due": ""}]
    entry = {"text": "The client pays on Monday.", "passage": 1, "quote": "The client pays on Monday."}
    if "numbers" in messages[0].content and "[1]" in told:
        return "[1] =\n[2] ="
    return json.dumps({"items": items, "answer": [entry], "customer": {"value": "", "quote": ""}})


@pytest.mark.parametrize("name", sorted(load_recipes()))
def test_every_recipe_tells_the_model_the_house_style(desk: Desk, name: str) -> None:
    recipe = load_recipes()[name]
    text = "The client pays on Monday. We tell the clients about it."
    required = {each.name: text for each in recipe.inputs if each.required}
    known = {"target_language": "German", "fields": "customer", "passages": "The client pays on Monday."}
    inputs = {**required, **{key: value for key, value in known.items() if recipe.input_named(key)}}
    desk.write(name, inputs, [answer_to])
    assert desk.systems
    # To correct a text is not to word it anew.
    assert {system.count(GUIDE) for system in desk.systems} == {0 if name == "proofread" else 1}
    term = "Write “Kunde”, never “Klient”." if name == "translate" else "Write “customer”, never “client”."
    assert term in desk.systems[0]


def test_paragraphs_of_a_document_are_written_in_the_house_style(desk: Desk) -> None:
    paragraphs = [{"id": "p1", "hash": "h", "text": "The client has to be told about this as soon as we can do so."}]
    desk.write("plain", {}, ["[1] We tell the customer soon.\nWhy: shorter"], further={"paragraphs": paragraphs})
    assert GUIDE in desk.systems[0]


def test_a_slip_is_mended_once_and_what_is_left_is_told_at_its_place(desk: Desk) -> None:
    draft = desk.write("compose", {"brief": "tell Tom the visit is on Monday"}, [SLIP, MENDED])
    assert "customer" in draft.text
    assert not [finding for finding in draft.findings if finding.check == "house_style"]
    assert "The house style writes “customer” instead of “client”." in desk.chat.asked[1][-1].content
    stubborn = desk.write("compose", {"brief": "tell Tom the visit is on Monday"}, [SLIP])
    (finding,) = [finding for finding in stubborn.findings if finding.check == "house_style"]
    assert (finding.place, finding.severity) == ("client", "warn")
    assert "“customer”" in finding.sentence


SLIP = "Subject: Visit on Monday\n\nHi Tom,\n\nthe visit of the client is on Monday.\n\nBest regards"
MENDED = SLIP.replace("client", "customer")


def test_an_entry_of_a_list_has_its_remark_and_keeps_its_quote(desk: Desk) -> None:
    thread = "Ben: we have to call the client on Monday, I think."
    entry = {"text": "Call our client", "quote": "we have to call the client on Monday", "who": "Ben", "due": "Monday"}
    draft = desk.write("actions", {"text": thread}, [json.dumps({"items": [entry]})])
    assert draft.items is not None
    assert draft.items[0].quote == entry["quote"]
    assert [finding.place for finding in draft.findings if finding.check == "house_style"] == ["client"]


def test_rules_never_touch_what_others_said(desk: Desk) -> None:
    thread = (
        "From: Ann\nDate: 3 May 2026\n\nWho tells the client about the keys of the office in Berlin?\n\n"
        "From: Ben\nDate: 4 May 2026\n\nI will send the client the contract and the keys by Friday.\n"
    )
    draft = desk.write("summarize", {"text": thread})
    assert "I will send the client the contract" in draft.text
    assert "customer" not in draft.text
    assert not [finding for finding in draft.findings if finding.check == "house_style"]


DOCUMENT = [
    ("The clients were told, and a client asked why.", "The customers were told, and a customer asked why."),
    ("They said “our client is king” to everybody who was there.", None),
    ("Our client, the Client Alliance, sees the synergy.", "Our customer, the Client Alliance, sees the synergy."),
    ("We hope for synergy between the two houses this year.", None),
]  # fmt: skip


def test_a_document_is_corrected_with_the_reason_and_a_word_without_term_gets_a_comment(desk: Desk) -> None:
    paragraphs = [{"id": f"p{at}", "hash": "h", "text": text} for at, (text, _) in enumerate(DOCUMENT)]
    draft = desk.write("proofread", {}, further={"paragraphs": paragraphs})
    edits = {edit.id: edit for edit in draft.edits or ()}
    assert [edits[f"p{at}"].text if f"p{at}" in edits else None for at in range(4)] == [new for _, new in DOCUMENT]
    assert edits["p0"].reason.startswith("clients → customers: house style: write “customers”.")
    assert (edits["p3"].quote, edits["p3"].text) == ("synergy", None)
    assert "say what works together" in edits["p3"].comment
    assert draft.notices[0].startswith("2 of 4 paragraphs changed")


def test_a_term_is_corrected_in_the_language_of_its_paragraph(desk: Desk) -> None:
    paragraphs = [
        {"id": "p1", "hash": "h", "text": "Der Klient hat uns am Montag geschrieben und wartet auf eine Antwort."},
        {"id": "p2", "hash": "h", "text": "The Klient brand is not ours, as everybody here will know."},
    ]
    draft = desk.write("proofread", {}, further={"paragraphs": paragraphs})
    assert [edit.text for edit in draft.edits or ()] == [paragraphs[0]["text"].replace("Klient", "Kunde")]


def test_a_small_window_leaves_room_for_style_and_text(desk: Desk) -> None:
    desk.text = TEXT.replace(GUIDE, "x " * 290)
    text = "The meeting of the board is on Tuesday at 3 pm in room 4. " * 400
    desk.chat = ScriptedChat(["- The meeting is on Tuesday."], repeat_last=True, window_tokens=3000, is_small=False)
    desk.pipeline(only(desk.chat)).generate(desk.job("summarize", {"text": text}), {}, desk.diary)
    for asked in desk.chat.asked:
        assert sum(len(message.content) for message in asked) < 3000 * 4.5


def test_a_draft_says_under_which_style_it_was_made_and_serves_no_other(desk: Desk, sqlite_store: Store) -> None:
    chat = ScriptedChat(["We meet on Tuesday in room 4."], repeat_last=True, is_small=False)
    cache = DraftCache(sqlite_store.records, 60.0)
    inputs = {"text": "The meeting is on Tuesday in room 4."}

    def drafted(person: str) -> Draft:
        return desk.pipeline(only(chat), cache).generate(desk.job("rewrite", inputs, person=person), {}, desk.diary)

    ben, again, ada = drafted("ben"), drafted("ben"), drafted("ada")
    assert len(chat.asked) == 2
    assert ben.house_style == again.house_style != ada.house_style
    assert all((ben.house_style, ada.house_style))
    assert ben.prompt_hash == ada.prompt_hash  # it tells the recipe's wording, for everybody
    desk.text = TEXT.replace("no jargon", "no slang")
    assert drafted("ben").house_style != ben.house_style
    assert len(chat.asked) == 3


def test_without_policies_nothing_is_told_and_nothing_noted(sqlite_store: Store) -> None:
    chat = ScriptedChat(["We meet on Tuesday."], repeat_last=True, is_small=False)
    job = sqlite_store.jobs.add(JobRequest("rewrite", {"text": "The meeting is on Tuesday."}, "api", "ben"))[0]
    draft = Pipeline(load_recipes(), only(chat)).generate(job, {}, MemoryProgress())
    assert draft.house_style == ""
    assert "House style" not in chat.asked[0][0].content


MAILS = TEXT.replace('register = "formal"', "register = 'formal'\nsignature = '''{name}\nExample GmbH, Bremen'''")
ASKED = {
    "message": "Hallo Tom, kannst du mir bis Freitag die Liste schicken?",
    "owner_name": "Tom Fox",
    "sender_name": "Ann Lee",
}
WRITTEN = "Hallo Ann,\n\ndie Liste kommt am Freitag.\n\nViele Grüße\nTom Fox"
SIGNED = "Tom Fox\nExample GmbH, Bremen"


@pytest.mark.parametrize("answers", [(), (WRITTEN,)])
def test_a_mail_is_signed_once_in_both_lanes_and_a_chat_message_never(desk: Desk, answers: tuple[str, ...]) -> None:
    desk.text = MAILS
    of_mailbox = desk.write("reply", ASKED, answers, surface="mail")
    assert of_mailbox.text.endswith(f"\n{SIGNED}")
    assert of_mailbox.text.count("Example GmbH") == of_mailbox.text.count("Tom Fox") == 1
    by_target = desk.write("reply", ASKED, answers, surface="slack", target=MailFileTarget())
    assert by_target.text == of_mailbox.text
    in_chat = desk.write("reply", ASKED, answers, surface="slack")
    assert "Example GmbH" not in in_chat.text


def test_two_groups_are_greeted_in_their_register_in_both_lanes(desk: Desk) -> None:
    ben, ada = (desk.write("reply", ASKED, person=person).text for person in ("ben", "ada"))
    assert ben.startswith("Guten Tag Ann Lee,")
    assert ben.endswith("Mit freundlichen Grüßen\nTom Fox")
    assert ada.startswith("Hallo Ann,")
    assert ada.endswith("Viele Grüße\nTom Fox")
    for person, told in (("ben", "Sie"), ("ada", "du")):
        desk.write("reply", ASKED, [WRITTEN], person=person)
        assert f"Form of address: {told}\n" in desk.chat.asked[0][-1].content
        assert f"Where the reader is addressed: {told}, never" in desk.systems[0]


def test_what_the_owner_says_stands_in_a_reply_in_the_register_of_the_house(desk: Desk) -> None:
    told = {**ASKED, "instruction": "Die Liste kommt am Freitag."}
    ben, ada = (desk.write("reply", told, person=person).text for person in ("ben", "ada"))
    assert ben == "Guten Tag Ann Lee,\n\ndie Liste kommt am Freitag.\n\nMit freundlichen Grüßen\nTom Fox"
    assert ada == "Hallo Ann,\n\ndie Liste kommt am Freitag.\n\nViele Grüße\nTom Fox"


def test_a_brief_written_out_keeps_its_own_greeting_and_gets_the_closing_of_the_house(desk: Desk) -> None:
    brief = "Hallo Ann,\n\nwir treffen uns am Montag um 10 Uhr in Raum 4 und sprechen über die Liste."
    draft = desk.write("compose", {"brief": brief, "owner_name": "Tom Fox"}, surface="mail")
    assert draft.text.startswith("Hallo Ann,")
    assert draft.text.endswith("Mit freundlichen Grüßen\nTom Fox")


def test_a_model_is_told_how_to_greet_and_to_close_where_the_person_has_not_set_it(desk: Desk) -> None:
    desk.text = TEXT.replace('register = "formal"', 'greeting = "Moin {name},"\nclosing = "Herzlich"')
    desk.write("reply", ASKED, [WRITTEN])
    assert "- Greeting line: Moin Ann,\n- Closing line: Herzlich" in desk.systems[0]
    desk.write("reply", {**ASKED, "greeting": "Hi Ann!", "closing": "Tom"}, [WRITTEN])
    assert "Herzlich" not in desk.systems[0]
    assert "Moin" not in desk.systems[0]
    desk.write("rewrite", {"text": "Wir sehen uns am Montag in Raum 4, denke ich."}, ["Wir sehen uns am Montag."])
    assert "Herzlich" not in desk.systems[0]
