"""Values for a form: each stands in the brief, and what the brief does not say stays open."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from core.drafts import ChatMessage
from core.errors import ModelAnswerError
from core.recipes.loader import load_recipes
from core.writing.grounded.fill import field_names, spoken
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import choose_plan
from core.writing.result import PlanResult

BRIEF = """\
Offer for the new year.
Customer: Contoso Ltd
Contact person - we spoke with Ann Lee yesterday.
The whole is 12,500 EUR, to be delivered on 14 March 2027 to ann@contoso.example.
"""
RECIPE = load_recipes()["fill"]


class Scripted:
    """A model that answers with one text, and notes what it was asked."""

    def __init__(self, answer: object = None) -> None:
        self.answer = answer if isinstance(answer, str) else json.dumps(answer)
        self.asked: list[str] = []

    def __call__(self, messages: Sequence[ChatMessage], **_options: Any) -> str:
        self.asked.append(messages[-1].content)
        return self.answer


def run(fields: str, model: Scripted | None = None, *, small: bool = True, brief: str = BRIEF) -> PlanResult:
    plan = choose_plan("fill", small=small)
    return plan(RECIPE, {"brief": brief, "fields": fields}, model or Scripted())


def values(result: PlanResult) -> dict[str, str]:
    return {item.field: item.text for item in result.items or ()}


def test_labelled_lines_and_single_facts_fill_fields_without_a_model() -> None:
    model = Scripted()

    result = run("customer, delivery_date, total_amount, e-mail, project_manager", model)

    assert values(result) == {
        "customer": "Contoso Ltd",
        "delivery_date": "14 March 2027",
        "total_amount": "12,500 EUR",
        "e-mail": "ann@contoso.example",
    }
    assert [gap.question for gap in result.gaps] == ["project manager?"]
    assert model.asked == []


def test_two_facts_of_a_kind_or_two_fields_for_one_fact_decide_nothing() -> None:
    two_dates = run("date", brief="From 1 May 2027 until 3 May 2027.")
    two_fields = run("start_date, end_date", brief="On 1 May 2027.")

    assert values(two_dates) == values(two_fields) == {}


def test_a_larger_model_finds_more_and_invents_nothing() -> None:
    model = Scripted(
        {
            "contact": {"value": "Ann Lee", "quote": "Contact person - we spoke with Ann Lee yesterday."},
            "address": {"value": "1 Main Street", "quote": "1 Main Street"},
            "manager": {"value": "Bob", "quote": "we spoke with Ann Lee yesterday"},
            "customer": {"value": "Evil Corp", "quote": "Evil Corp"},
        }
    )

    result = run("customer, contact, address, manager", model, small=False)

    assert values(result) == {"customer": "Contoso Ltd", "contact": "Ann Lee"}
    assert [gap.question for gap in result.gaps] == ["address?", "manager?"]
    assert "customer" not in model.asked[0].partition("Text:")[0]


@pytest.mark.parametrize("answer", ["no JSON", "[]", '{"contact": 3}', ""])
def test_an_answer_in_another_form_is_no_value(answer: str) -> None:
    try:
        result = run("contact", Scripted(answer), small=False)
    except ModelAnswerError:
        return
    assert values(result) == {}


def test_without_fields_those_that_the_brief_labels_are_taken() -> None:
    assert values(run("")) == {"customer": "Contoso Ltd"}


def test_names_of_fields_are_read_as_people_say_them() -> None:
    assert [spoken(name) for name in ("customer_name", "CustomerName", "due-date")] == [
        "customer name", "customer name", "due date"
    ]  # fmt: skip
    assert field_names(" a, b\nb ,,c ") == ["a", "b", "c"]


def test_a_field_that_bears_the_name_of_a_standing_fact_gets_it_with_its_source() -> None:
    facts = [
        GroundPassage(0, "VAT number", "", "GB 482 9301 77", kind="fact"),
        GroundPassage(0, "IBAN", "", "GB29 NWBK 6016 1331 9268 19", kind="fact", is_guarded=True),
    ]
    values = {"brief": "Customer: Contoso", "fields": "customer, vat_number, iban", "passages": passages_value(facts)}
    result = choose_plan("fill", small=True)(RECIPE, values, Scripted())
    assert {item.field: item.text for item in result.items or ()} == {
        "customer": "Contoso", "vat_number": "GB 482 9301 77",
    }  # fmt: skip
    assert [source.title for source in result.sources] == ["VAT number"]
    assert [gap.question for gap in result.gaps] == ["iban?"]
