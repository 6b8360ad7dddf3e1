"""Values for a form: each stands in the brief, and what the brief does not say stays open."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from core.drafts import ChatMessage
from core.errors import AnswerCut
from core.recipes.loader import load_recipes
from core.writing.grounded.fill import NOT_LOOKED_FOR, field_names, label_of, open_fields
from core.writing.grounded.labels import spoken
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


def test_a_fact_behind_one_name_is_no_value_of_another() -> None:
    assert values(run("start_date, end_date", brief="Start date: 3 July 2027")) == {"start_date": "3 July 2027"}


@pytest.mark.parametrize(
    ("brief", "value"),
    [
        ("Deposit 300 euros.", "300 euros"),
        ("Rent 900 euros, deposit 300 euros, paid at once", "300 euros"),
        ("Rent 900 euros, deposit 300 euros, if they insist", ""),
        ("Rent 900 euros and a deposit of EUR 300.", "EUR 300"),
        ("Weber, with a deposit of 300 euros.", "300 euros"),
        ("We want no deposit of 300 euros.", ""),
        ("Deposit 3 was lost.", ""),
        ("Deposit to be agreed.", ""),
    ],
)
def test_a_figure_right_behind_its_name_is_its_value(brief: str, value: str) -> None:
    assert values(run("Deposit, rent", brief=brief)).get("Deposit", "") == value


@pytest.mark.parametrize(
    ("brief", "ticked", "is_open"),
    [
        ("Payment by transfer.", "transfer", False),
        ("Payment: cash", "cash", False),
        ("Payment not by transfer.", "", True),
        ("Payment by cash or transfer.", "", True),
        ("They want tents.", "", True),
    ],
)
def test_the_box_that_the_brief_names_is_ticked(brief: str, ticked: str, *, is_open: bool) -> None:
    labels = "Payment \u2610 cash \u2610 transfer"
    result = choose_plan("fill", small=True)(RECIPE, {"brief": brief, "fields": "x", "labels": labels}, Scripted())
    assert values(result).get("Payment", "") == ticked
    assert ("Payment: \u2610 cash \u2610 transfer" in [gap.question for gap in result.gaps]) is is_open


def test_the_whole_value_of_a_label_is_its_option_though_it_is_a_word_of_doubt() -> None:
    given = {"brief": "Retainer paid: no.", "fields": "x", "labels": "Retainer paid \u2610 yes \u2610 no"}
    assert values(choose_plan("fill", small=True)(RECIPE, given, Scripted()))["Retainer paid"] == "no"


def test_yes_is_an_answer_only_behind_its_label() -> None:
    fill = choose_plan("fill", small=True)
    given = {"fields": "x", "labels": "Insured \u2610 yes \u2610 no"}
    assert values(fill(RECIPE, {"brief": "Did they agree? Yes.", **given}, Scripted())) == {}
    assert values(fill(RECIPE, {"brief": "Insured: yes", **given}, Scripted())) == {"Insured": "yes"}


def test_blanks_of_a_template_are_told_as_they_stand_there() -> None:
    given = {"brief": BRIEF, "fields": "customer, manager", "blanks": "Signature: ____\n____"}

    gaps = choose_plan("fill", small=True)(RECIPE, given, Scripted()).gaps

    assert [gap.question for gap in gaps] == ["manager?", "Signature: ____", "____"]


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


@pytest.mark.parametrize("answer", ["no JSON", "[]", "", '{"contact": {"value": "Ann'])
def test_an_answer_in_another_form_leaves_what_rules_found_and_the_rest_open(answer: str) -> None:
    result = run("customer, contact", Scripted(answer), small=False)
    assert values(result) == {"customer": "Contoso Ltd"}
    assert [gap.question for gap in result.gaps] == ["contact?"]
    assert result.notices[0] == NOT_LOOKED_FOR
    assert (result.skeleton, result.cause) == (True, "model_answer")  # the next model is asked


def test_a_value_that_is_none_is_left_out() -> None:
    result = run("contact", Scripted('{"contact": 3}'), small=False)
    assert (values(result), result.skeleton) == ({}, False)


def test_without_fields_those_that_the_brief_labels_are_taken() -> None:
    assert values(run("")) == {"customer": "Contoso Ltd"}


def test_names_of_fields_are_read_as_people_say_them() -> None:
    assert [spoken(name) for name in ("customer_name", "CustomerName", "due-date")] == [
        "customer name", "customer name", "due date"
    ]  # fmt: skip
    assert field_names(" a, b\nb ,,c ") == ["a", "b", "c"]


HANDBOOK = GroundPassage(
    0, "Handbook, Contracts", "", "Notice period: three months\nDate: 4 May 2020\nPlan: Basic; Fee: 12 euros",
    place="7/0",
)  # fmt: skip
ANSWER = GroundPassage(0, "Your answer to Order", "", "Our details:\nVAT number: GB 482 9301 77", kind="answer")


def from_known(fields: str, *passages: GroundPassage, model: Scripted | None = None) -> PlanResult:
    given = {"brief": BRIEF, "fields": fields, "passages": passages_value(passages)}
    return choose_plan("fill", small=model is None)(RECIPE, given, model or Scripted())


def test_what_the_brief_leaves_open_comes_from_sources_and_own_answers_each_with_its_place() -> None:
    result = from_known("customer, notice_period, VAT number, plan, start_date", HANDBOOK, ANSWER)
    assert values(result) == {
        "customer": "Contoso Ltd",
        "notice_period": "three months",
        "VAT number": "GB 482 9301 77",
        "start_date": "14 March 2027",
    }
    assert [
        (source.number, source.title, source.quote, source.supports, source.place) for source in result.sources
    ] == [
        (1, "Handbook, Contracts", "Notice period: three months", "three months", "7/0"),
        (2, "Your answer to Order", "VAT number: GB 482 9301 77", "GB 482 9301 77", ""),
    ]
    assert [gap.question for gap in result.gaps] == ["plan?"]


def test_what_the_brief_says_stands_and_days_are_never_another_matters() -> None:
    other = GroundPassage(0, "Old offer", "", "Customer: Fabrikam\nSigning date: 1 May 2020\nTo: ann@x.example")
    given = {"brief": "Customer: Contoso", "fields": "customer, signing_date, to", "passages": passages_value([other])}
    result = choose_plan("fill", small=True)(RECIPE, given, Scripted())
    assert values(result) == {"customer": "Contoso"}
    assert result.sources == ()


def test_where_sources_say_different_things_the_field_stays_open_and_offers_each_with_its_place() -> None:
    memo = GroundPassage(0, "Memo", "", "Notice period: six weeks")
    again = GroundPassage(0, "Copy", "", "Notice period: Three months")
    result = from_known("notice_period", HANDBOOK, memo, again)
    assert values(result) == {}
    assert [(gap.question, gap.choices) for gap in result.gaps] == [("notice period?", ("three months", "six weeks"))]
    assert [(source.title, source.supports) for source in result.sources] == [
        ("Handbook, Contracts", "three months"),
        ("Memo", "six weeks"),
    ]


def test_a_larger_model_looks_in_the_sources_for_what_is_then_open_and_invents_nothing() -> None:
    told = GroundPassage(0, "Terms", "", "Either side may end the contract within three months.")
    model = Scripted(
        {
            "notice_period": {"value": "three months", "quote": "may end the contract within three months"},
            "warranty": {"value": "two years", "quote": "for two years"},
        }
    )
    result = from_known("customer, notice_period, warranty, end_date", told, model=model)
    assert values(result) == {"customer": "Contoso Ltd", "notice_period": "three months", "end_date": "14 March 2027"}
    assert [(source.title, source.quote) for source in result.sources] == [
        ("Terms", "may end the contract within three months")
    ]
    assert [gap.question for gap in result.gaps] == ["warranty?"]
    assert len(model.asked) == 2
    assert "Terms" not in model.asked[0]


class OnlyBriefs(Scripted):
    """A model that gives no form once it is asked about passages."""

    def __call__(self, messages: Sequence[ChatMessage], **options: Any) -> str:
        written = super().__call__(messages, **options)
        return "Sorry!" if "Either side" in messages[-1].content else written


def test_no_form_from_the_sources_leaves_what_the_brief_gave() -> None:
    told = GroundPassage(0, "Terms", "", "Either side may end the contract within three months.")
    model = OnlyBriefs({"contact": {"value": "Ann Lee", "quote": "we spoke with Ann Lee yesterday"}})
    result = from_known("customer, contact, notice_period", told, model=model)
    assert values(result) == {"customer": "Contoso Ltd", "contact": "Ann Lee"}
    assert [gap.question for gap in result.gaps] == ["notice period?"]
    assert len(model.asked) == 2


class Cut(Scripted):
    """A model whose answers do not come to their end."""

    def __call__(self, messages: Sequence[ChatMessage], **options: Any) -> str:
        raise AnswerCut(super().__call__(messages, **options))


def test_a_form_that_is_complete_without_the_model_is_none_that_failed() -> None:
    told = GroundPassage(0, "Terms", "", "Notice period: three months")
    whole = from_known("customer, notice_period", told, model=Cut())
    assert values(whole) == {"customer": "Contoso Ltd", "notice_period": "three months"}
    assert (whole.skeleton, whole.reason, whole.notices) == (False, "", ())
    left_open = from_known("customer, notice_period, warranty", told, model=Cut())
    assert (left_open.skeleton, left_open.cause, left_open.notices[0]) == (True, "answer_cut", NOT_LOOKED_FOR)


def test_only_what_the_brief_leaves_open_has_to_be_known() -> None:
    assert open_fields("customer, notice_period, total", BRIEF) == ["notice period"]


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


def test_values_within_a_line_fill_their_fields_and_two_for_one_field_leave_it_open() -> None:
    brief = "Customer is Nordwind AG, contact Ms Lang. Product: 20 chairs. Price: 300 euros. Price: 400 euros."

    result = run("customer, contact, product, price", brief=brief)

    assert values(result) == {"customer": "Nordwind AG", "product": "20 chairs"}
    assert [gap.question for gap in result.gaps] == ["contact?", "price?"]


@pytest.mark.parametrize("small", [True, False])
def test_what_is_given_for_a_field_by_its_name_is_its_value_whatever_the_brief_says(small: bool) -> None:
    fields = "Kunde, Price, Price: net, delivery_date"
    brief = "Kunde: Contoso\nKunde: Nordwind\nThe whole is 9 euros."
    given = "Kunde: Südwind: Werke AG\nPrice: net: 300 euros\ndelivery date: soon\nOther: x"
    inputs = {"brief": brief, "fields": fields, "given": given}
    result = choose_plan("fill", small=small)(RECIPE, inputs, Scripted({}))
    assert values(result) == {
        "Kunde": "Südwind: Werke AG",
        "Price": "9 euros",
        "Price: net": "300 euros",
        "delivery_date": "soon",
    }
    open_one = choose_plan("fill", small=small)(RECIPE, {"brief": "-", "fields": "Kunde"}, Scripted({}))
    assert [(gap.place, label_of(gap)) for gap in open_one.gaps] == [("[[Kunde?]]", "Kunde")]


def test_the_first_field_without_a_label_is_an_example_of_how_to_say_it() -> None:
    unsaid = run("customer, project_manager, budget", brief="Customer: Contoso")
    said_twice = run("customer", brief="Customer: Contoso\nCustomer: Nordwind")
    all_said = run("customer", brief="Customer: Contoso")

    assert unsaid.notices == ("Write for example “Project manager: …” on a line of its own.",)
    assert [gap.question for gap in said_twice.gaps] == ["customer?"]
    assert said_twice.notices == all_said.notices == ()


def test_a_place_that_waits_for_its_value_is_none() -> None:
    blank = GroundPassage(
        1, "Blank form", "", "Reference: [Reference]\nDeposit: ____\nMatter: {{ matter }}", kind="file"
    )
    result = from_known("reference, deposit, matter", blank)
    assert values(result) == {}
    assert [label_of(left) for left in result.gaps] == ["reference", "deposit", "matter"]
    assert not any(left.choices for left in result.gaps)
    known = run("reference", brief="Reference: [Reference]\nReference: HP-2026-0417")
    assert values(known) == {"reference": "HP-2026-0417"}
    fact = GroundPassage(1, "Reference", "", "[Reference]", kind="fact")
    assert values(from_known("reference", fact)) == {}
