"""A document as a template: its places get what the brief says."""

from typing import Any

import pytest

from core.drafts import Draft
from core.job import JobRequest
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.store import Store
from core.writing.filling import NO_PLACES
from tests.in_memory import MemoryProgress, ScriptedChat

BRIEF = "Customer: Contoso Ltd\nContact person: Ann Lee"
TEMPLATE = ("Offer for {{ customer }}", "Contact: [Contact person], price: <Price>", "Signed: ______", "No place.")


def filled(store: Store, *texts: str, brief: str = BRIEF) -> Draft:
    """Return what rules make of it: a model that is asked has no answer and fails."""
    job = store.jobs.add(JobRequest("fill", {"brief": brief}, "api", "ann"))[0]
    paragraphs: list[dict[str, Any]] = [{"id": f"p{at}", "hash": "h", "text": text} for at, text in enumerate(texts)]
    pipeline = Pipeline(load_recipes(), only(ScriptedChat([], is_small=True)))
    return pipeline.generate(job, {"paragraphs": paragraphs}, MemoryProgress())


def test_places_are_filled_from_the_brief_and_the_rest_stays_open(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, *TEMPLATE)
    assert [edit.text for edit in draft.edits or ()] == [
        "Offer for Contoso Ltd",
        "Contact: Ann Lee, price: <Price>",
    ]
    assert [gap.question for gap in draft.gaps] == ["Price?", "Signed: ____"]


def test_a_document_without_places_says_how_they_are_written(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "Nothing is open here.")
    assert (draft.edits, draft.notices) == ((), (NO_PLACES,))


def test_blanks_of_a_document_that_has_nothing_else_stay_open_by_their_labels(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "Name: ________", "Signed: ......... , by ______", "No place.")
    assert draft.edits == ()
    assert [gap.question for gap in draft.gaps] == ["Name: ____", "Signed: ____ , by ____"]


def test_blanks_boxes_and_cells_are_filled_by_their_labels(sqlite_store: Store) -> None:
    cells: dict[str, Any] = {"row": "body 1 0 0", "is_label": True}
    paragraphs: list[dict[str, Any]] = [
        {"text": "Deposit: ______ euros"},
        {"text": "Payment: \u2610 cash \u2610 transfer"},
        {"text": "Insurance: \u2610 yes \u2610 no"},
        {"text": "Guests", **cells},
        {"text": "", **cells, "column": 1},
    ]
    job = sqlite_store.jobs.add(
        JobRequest("fill", {"brief": "Deposit 300 euros.\nPayment by transfer.\nGuests: 80"}, "api", "ann")
    )[0]
    given = [{"id": f"p{at}", "hash": "h", **paragraph} for at, paragraph in enumerate(paragraphs)]
    pipeline = Pipeline(load_recipes(), only(ScriptedChat([], is_small=True)))
    draft = pipeline.generate(job, {"paragraphs": given}, MemoryProgress())
    assert {edit.id: edit.text for edit in draft.edits or ()} == {
        "p0": "Deposit: 300 euros",
        "p1": "Payment: \u2610 cash \u2612 transfer",
        "p4": "80",
    }
    assert [gap.question for gap in draft.gaps] == ["Insurance: \u2610 yes \u2610 no"]


@pytest.mark.parametrize(
    "brief",
    [
        "She hates cash.",
        "They won't pay in cash.",
        "We can live without cash.",
        "Would cash be all right?",
        "Sie verabscheut cash.",
        "Elle déteste cash.",
        "Odia cash.",
        "Payment: anything but cash",
    ],
)
def test_no_box_is_ticked_for_what_a_brief_denies_dislikes_or_asks(sqlite_store: Store, brief: str) -> None:
    draft = filled(sqlite_store, "Payment: \u2610 cash \u2610 transfer", brief=brief)
    assert draft.edits == ()
    assert [gap.question for gap in draft.gaps] == ["Payment: \u2610 cash \u2610 transfer"]


@pytest.mark.parametrize("brief", ["She pays in cash.", "Payment: cash", "She likes cash best. She hates waiting."])
def test_the_box_is_ticked_that_a_brief_names(sqlite_store: Store, brief: str) -> None:
    draft = filled(sqlite_store, "Payment: \u2610 cash \u2610 transfer", brief=brief)
    assert [edit.text for edit in draft.edits or ()] == ["Payment: \u2612 cash \u2610 transfer"]


def test_boxes_of_one_paragraph_may_stand_on_lines_of_their_own(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "Payment: \u2610 cash\n\u2610 bank transfer", brief="She pays in cash.")
    assert [edit.text for edit in draft.edits or ()] == ["Payment: \u2612 cash\n\u2610 bank transfer"]
    assert draft.gaps == ()


def test_a_value_that_looks_like_a_place_stands_as_it_was_said(sqlite_store: Store) -> None:
    brief = "Customer: The [Date] Company\nDate: 4 May"
    draft = filled(sqlite_store, "For [Customer] on [Date], [Date]", brief=brief)
    assert [edit.text for edit in draft.edits or ()] == ["For The [Date] Company on 4 May, 4 May"]


def test_a_value_that_is_its_own_place_changes_nothing(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "For [Customer]", brief="Customer: [Customer]")
    assert draft.edits == ()


def test_doubled_brackets_go_with_their_place(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "For <<customer>>, {{{Contact person}}}")
    assert [edit.text for edit in draft.edits or ()] == ["For Contoso Ltd, Ann Lee"]


def test_fields_of_a_mail_merge_are_places_and_quoted_words_are_not(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "For «Customer», «Due_date», the «last offer».")
    assert [edit.text for edit in draft.edits or ()] == ["For Contoso Ltd, «Due_date», the «last offer»."]
    assert [gap.question for gap in draft.gaps] == ["Due date?"]


def test_a_value_that_ends_with_a_dot_ends_its_sentence(sqlite_store: Store) -> None:
    brief = "Customer: St. Mary & Co.\nPlace: Upton St."
    draft = filled(sqlite_store, "Offer for {{customer}}.", "By [Customer]. Then more.", "Place: ____.", brief=brief)
    assert [edit.text for edit in draft.edits or ()] == [
        "Offer for St. Mary & Co.",
        "By St. Mary & Co. Then more.",
        "Place: Upton St.",
    ]


def test_what_the_template_says_beside_a_place_is_not_said_twice(sqlite_store: Store) -> None:
    texts = ("Paid within {{ payment_term }}.", "Term: [Payment term]", "Within [Payment term] the Buyer pays.")
    draft = filled(sqlite_store, *texts, brief="Payment term: within 30 days")
    assert [edit.text for edit in draft.edits or ()] == [
        "Paid within 30 days.",
        "Term: within 30 days",
        "Within 30 days the Buyer pays.",
    ]


@pytest.mark.parametrize(
    ("text", "brief", "filled_in"),
    [
        ("Vorschuss: ____ EUR, fällig am ____", "Vorschuss: 1.500 EUR\nFällig am: 15. Juni 2026",
         "Vorschuss: 1.500 EUR, fällig am 15. Juni 2026"),
        ("Es wird ein Vorschuss von ____ EUR vereinbart, fällig am ____.",
         "Vorschuss: 1.500 EUR, fällig am 15. Juni 2026", "Es wird ein Vorschuss von 1.500 EUR vereinbart, fällig am"
         " 15. Juni 2026."),
        ("Vorschuss: ____, fällig am ____", "Vorschuss: 1.500 EUR, fällig am 15. Juni 2026",
         "Vorschuss: 1.500 EUR, fällig am 15. Juni 2026"),
        ("Retainer: ____ EUR, due on ____", "Retainer: EUR 1,500\nDue: 15 June 2026",
         "Retainer: EUR 1,500, due on 15 June 2026"),
        ("Provisión: ____ EUR, pagadera el ____", "Provisión: 1.500 EUR, pagadera el 15 de junio de 2026",
         "Provisión: 1.500 EUR, pagadera el 15 de junio de 2026"),
        ("Provision de ____ EUR, payable le ____", "Provision : 1 500 EUR\nPayable le : 15 juin 2026",
         "Provision de 1 500 EUR, payable le 15 juin 2026"),
        ("Der Vorschuss beträgt [Betrag] EUR.", "Betrag: 1.500 EUR", "Der Vorschuss beträgt 1.500 EUR."),
        ("Vorschuss: ____ EUR.", "Vorschuss: 1.500 EUR zzgl. USt", "Vorschuss: 1.500 EUR zzgl. USt."),
        ("Deadline: [Deadline]", "Deadline: 3 days after payment of 300 euros",
         "Deadline: 3 days after payment of 300 euros"),
        ("Gegenstand: ____", "Gegenstand:\nKündigung des Mietvertrags.", "Gegenstand: Kündigung des Mietvertrags"),
        ("Asunto: [Asunto], urgente", "Asunto: Despido improcedente.", "Asunto: Despido improcedente, urgente"),
        ("Objet : [Objet]", "Objet : Bail de M. St.", "Objet : Bail de M. St."),
    ],
)  # fmt: skip
def test_a_blank_takes_a_value_of_its_kind_and_nothing_else(
    sqlite_store: Store, text: str, brief: str, filled_in: str
) -> None:
    draft = filled(sqlite_store, text, brief=brief)
    assert [edit.text for edit in draft.edits or ()] == [filled_in]
    assert draft.gaps == ()


def test_an_amount_is_no_day_and_a_day_no_amount(sqlite_store: Store) -> None:
    draft = filled(sqlite_store, "Vorschuss: ____ EUR, fällig am ____", brief="Vorschuss: 1.500 EUR\nFällig: 300 EUR")
    assert [edit.text for edit in draft.edits or ()] == ["Vorschuss: 1.500 EUR, fällig am ____"]
    assert [gap.question for gap in draft.gaps] == ["Vorschuss fällig am: ____"]
    for value in ("15. Juni 2026", "1.500 EUR in drei Raten ab 15. Juni 2026", "keiner"):
        assert filled(sqlite_store, "Vorschuss: ____ EUR", brief=f"Vorschuss: {value}").edits == ()


@pytest.mark.parametrize(
    ("place", "brief", "choices"),
    [
        ("Gegenstand des Mandats", "Gegenstand: Kündigungsschutzklage.", ("Kündigungsschutzklage",)),
        ("Subject of the mandate", "Subject: Dismissal claim", ("Dismissal claim",)),
        ("Meeting room", "Room: 7", ("7",)),
        ("Objet du mandat", "Objet : Licenciement", ("Licenciement",)),
        ("Asunto del mandato", "Asunto: Despido", ("Despido",)),
        ("Subject of the mandate", "Mandate: M 12", ()),
        ("Date of the mandate", "Date: 300 euros", ()),
    ],
)
def test_a_label_that_is_the_head_of_a_place_is_offered(
    sqlite_store: Store, place: str, brief: str, choices: tuple[str, ...]
) -> None:
    draft = filled(sqlite_store, f"For [{place}] alone", brief=brief)
    assert [gap.choices for gap in draft.gaps if not draft.edits] == [choices]
