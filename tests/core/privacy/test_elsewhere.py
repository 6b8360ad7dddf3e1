"""The pipeline with a model elsewhere: what reaches its server, and what the person gets to see."""

import re
from collections.abc import Iterator

import pytest

from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies

MESSAGE = """Hi Tom,

could you send the report to Sabine Krüger (sabine.krueger@example.com, +49 30 1234567) by Friday?

Best regards,
Anna"""
INPUTS = {"message": MESSAGE, "sender_name": "Anna Schmidt", "owner_name": "Tom Becker", "instruction": "Agree."}
PERSONAL = re.compile(r"(?i)\b(?:anna|schmidt|tom|becker|sabine|krüger)\b|example\.com|1234567")


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


def agree(body: replies.Json) -> replies.Reply:
    """Answer with the words that stand for Sabine, as a model would that was told of her."""
    prompt = str(body["messages"][-1]["content"])
    [whom] = re.findall(r"report to (\S+) ", prompt)[:1] or ["her"]
    return replies.Answer(f"The report for {whom} by Friday is a good idea.")


def test_a_model_elsewhere_learns_nobodys_name_and_the_person_reads_the_true_ones(site: Site) -> None:
    site.add("away", local=False).respond = agree
    draft = site.write("reply", INPUTS)
    assert "The report for Sabine by Friday is a good idea." in draft.text
    assert not draft.skeleton
    assert [PERSONAL.findall(chat.prompt) for chat in site.servers["away"].chats] == [[]] * len(
        site.servers["away"].chats
    )
    assert "for Sabine by Friday" in "".join(site.diary.pieces)
    assert "NAME_" not in "".join(site.diary.pieces) + draft.text


def test_a_local_model_reads_everything(site: Site) -> None:
    site.add("here").respond = agree
    site.write("reply", INPUTS)
    assert "Sabine Krüger" in site.servers["here"].chats[0].prompt


def test_mixed_up_placeholders_are_a_fault_of_the_endpoint(site: Site) -> None:
    site.add("away", local=False).respond = lambda _body: replies.Answer(
        "The report for NAME_99 by Friday is a good idea."
    )
    site.add("here").respond = agree
    draft = site.write("reply", INPUTS)
    assert draft.model == "here-model"
    assert "placeholders" in draft.escalations[0].reason


def test_what_cannot_be_hidden_is_not_sent(site: Site) -> None:
    away = site.add("away", local=False)
    site.add("here").respond = agree
    # The second is no number that any rule finds, but its digits are those of the first.
    numbers = "Pay to DE89 3704 0044 0532 0130 00, or to \uff24E89 3704 0044 0532 0130 00."
    draft = site.write("reply", {**INPUTS, "message": f"{MESSAGE}\n{numbers}"})
    assert (draft.model, away.chats) == ("here-model", [])
    assert "hidden" in draft.escalations[0].reason


def test_a_document_has_the_same_placeholders_in_all_its_paragraphs(site: Site) -> None:
    away = site.add("away", local=False)
    away.respond = lambda body: replies.Answer(str(body["messages"][-1]["content"]))
    texts = ["The plan of Sabine Krüger is good.", "It was Sabine Krüger who made it.", "We ask Krüger about it."]
    paragraphs = [{"id": f"p{at}", "hash": "h", "text": text} for at, text in enumerate(texts)]
    site.pipeline().generate(site.job("rewrite", {}), {"paragraphs": paragraphs}, site.diary)
    last = [str(chat.body["messages"][-1]["content"]) for chat in away.chats]
    assert not [prompt for prompt in last if PERSONAL.search(prompt)]
    names = {tuple(re.findall(r"NAME_\d+", prompt)) for prompt in last}
    assert len({name for found in names for name in found}) == 2


@pytest.mark.parametrize("local", [True, False])
def test_the_fixed_part_of_a_prompt_is_the_same_for_every_request(site: Site, local: bool) -> None:
    server = site.add("it", local=local)
    server.respond = agree
    for name, message in (("Anna Schmidt", MESSAGE), ("Paul Klein", "Is the room free on Monday, asks Ida Braun?")):
        site.write("reply", {**INPUTS, "sender_name": name, "message": message})
    first, other = (server.chats[at].body["messages"] for at in (0, -1))
    fixed = [one["role"] for one in first].index("user")
    assert first[: fixed + 2] == other[: fixed + 2]
    assert fixed > 0
