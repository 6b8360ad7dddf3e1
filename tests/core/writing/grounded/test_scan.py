"""A scan quotes what messages have at stake by kind, or what bears on a question; of one text it lists terms alone."""

import pytest

from core.drafts import Item
from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.plans import PLANS
from core.writing.result import PlanOptions, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_terms import YARD

RECIPE = load_recipes()["scan"]
TALK = (
    "Ana: We could rent out the hall on weekends.\n"
    "Ben: A brewery offered us 4,000 euros a year for its name on the wall. "
    "The oven might fail before the party, and then we have no food.\n"
    "Ana: The fence costs 90 euros, by the way.\n"
    "Ben: I will call the electrician on Monday."
)

RECURRING = (
    "The workshop must be reached by phone Monday to Friday 7:30 to 16:00.",
    "Reports have to be written every Friday.",
    "Die Werkstatt muss montags bis freitags von 7:30 bis 16 Uhr erreichbar sein.",
    "Kennwörter müssen mindestens 12 Zeichen haben.",
    "L'atelier doit être joignable du lundi au vendredi de 8 h à 17 h.",
    "Le mot de passe doit avoir au moins 12 caractères.",
    "El taller debe atender de lunes a viernes de 8:00 a 17:00.",
    "La contraseña debe tener al menos 12 caracteres.",
)


def result(text: str, focus: str = "", *, plan: str = "scan") -> PlanResult:
    values = validate_inputs(RECIPE, {"text": text, "focus": focus})
    return PLANS[plan](RECIPE, values, ScriptedAsk(), PlanOptions(embedder=lambda: load_embedder(Settings())))


def messages(text: str) -> tuple[Item, ...]:
    return result(text, plan="scan-messages").items or ()


@pytest.mark.parametrize("plan", ["scan", "risks"])
def test_one_text_that_is_no_agreement_gets_no_list_and_its_reader_is_told_what_it_needs(plan: str) -> None:
    for text, told in (
        (TALK, "54 words, about a minute: read it"),
        (f"{TALK}\n" * 9, "You can ask a question about it"),
    ):
        given = result(text, plan=plan)
        assert given.items is None
        assert told in given.text
        assert (
            "A list of risks and other points that matter needs a larger model: this text was not "
            "looked through for any, so read it yourself." in given.text
        )
        assert (given.skeleton, given.reason) == (True, given.text)


@pytest.mark.parametrize("plan", ["scan", "risks"])
def test_an_agreement_gets_the_list_of_its_terms(plan: str) -> None:
    if isinstance(load_embedder(Settings()), WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    given = result(YARD, plan=plan)
    assert {item.group for item in given.items or ()} == {"Terms to know"}
    assert not given.skeleton


def test_signals_of_messages_are_quoted_by_kind_with_who_says_them() -> None:
    found = {(item.kind, item.group, item.who, item.quote) for item in messages(TALK)}
    assert found >= {
        ("risk", "What may go wrong", "Ben", "The oven might fail before the party, and then we have no food."),
        ("idea", "Ideas", "Ana", "We could rent out the hall on weekends."),
        ("commitment", "Promises", "Ben", "I will call the electrician on Monday."),
    }


def test_a_day_by_which_messages_bind_is_a_deadline() -> None:
    found = {(item.kind, item.quote) for item in messages(f"{TALK}\nAna: The tax return has to be filed by 31 May.")}
    assert ("deadline", "The tax return has to be filed by 31 May.") in found


def test_a_promise_that_is_changed_stands_with_the_change() -> None:
    text = "Ben: I will send the offer on Monday.\nAna: Fine.\nBen: I will send the offer on Friday, not on Monday."
    [told] = [item.text for item in messages(text)]
    assert told.startswith("I will send the offer on Monday.")
    assert told.endswith("I will send the offer on Friday, not on Monday.")


def test_a_promise_of_messages_keeps_the_day_that_its_own_words_name() -> None:
    text = "I will send the offer by Thursday. Nothing else is new. The offer goes out on Friday instead."
    promises = [(item.due, item.text) for item in messages(text) if item.kind == "commitment"]
    assert promises == [("by Thursday", "I will send the offer by Thursday.")]


def test_a_question_brings_what_bears_on_it_word_for_word() -> None:
    items = result(TALK, "What does the fence cost?").items or ()
    assert "The fence costs 90 euros, by the way." in [item.quote for item in items]
    assert all(item.quote in TALK for item in items)


def test_nothing_found_in_messages_is_an_empty_list() -> None:
    assert result("The sun shines. We had lunch.", plan="scan-messages").items == ()


def test_what_somebody_takes_on_stands_with_what_was_asked() -> None:
    [item] = messages("Nadine: Der Drucker druckt nur Streifen, rufst du den Service an?\nHolger: mach ich\n")[-1:]
    assert (item.group, item.who) == ("Zusagen", "Holger")
    assert item.text.endswith("rufst du den Service an? \u2192 Holger: Mach ich.")


@pytest.mark.parametrize(
    ("text", "who", "due"),
    [
        ("Ana: The printer is dead. Can you call the service, Ben?\nBen: Will do today before 5 pm.", "Ben",
         "today before 5 pm"),
        ("Bo: Can you book the stand, Cy?\nCy: Sure.", "Cy", ""),
        ("Lucía: Marta, ¿puedes pedirlos hoy a la gestoría?\nMarta: Llamo ahora mismo.", "Marta", "ahora mismo"),
        ("Heike: Schick sie ins Haus 2, da fehlt noch die Schalung.\nRado: ok mach ich", "Rado", ""),
    ],
)  # fmt: skip
def test_who_takes_on_what_another_asks_for_owes_it(text: str, who: str, due: str) -> None:
    found = [(item.who, item.due) for item in messages(text) if item.kind == "commitment" and "\u2192" in item.text]
    assert found == [(who, due)]


@pytest.mark.parametrize(
    "text",
    [
        "Dan: Carl, can you clean the desk?\nCarl: Sorry, no, I can't.",
        "Ana: Can you revert it?\nBen: Done, reverted.",
        "Sofiane: Moi je rappelle le fournisseur demain à la première heure.\nManu: Ça marche.",
    ],
    ids=["refused", "done", "only approved"],
)
def test_who_refuses_reports_or_approves_takes_nothing_on(text: str) -> None:
    asker = text.partition(":")[0]
    assert {item.who for item in messages(text) if item.kind == "commitment"} <= {asker}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Olu: van 3, the brakes squeal and the pedal went nearly to the floor\nDawn: ok", "brakes"),
        ("Die Regale im ersten Stock wackeln, eins ist beinahe auf ein Kind gekippt.", "Regale"),
        ("Ça sent le plastique brûlé derrière le tableau électrique. Nous avons mangé au village.", "plastique"),
        ("Puri: el enchufe de la trastienda quema y huele a quemado\nMerche: uy", "enchufe"),
        ("The emergency exit is locked with a padlock. We had cake.", "padlock"),
        ("Der FI-Schalter am Becken ist überbrückt, sonst springt er. Es gab Kuchen.", "FI-Schalter"),
        ("Les élagueurs sont montés sans harnais ni casque jusqu'en haut. Il y avait du gâteau.", "harnais"),
        ("El detector de humo está desconectado. Hubo tarta.", "detector"),
    ],
)
def test_what_may_hurt_somebody_is_told(text: str, quote: str) -> None:
    assert any(item.kind in ("risk", "complaint") and quote in item.quote for item in messages(text))


@pytest.mark.parametrize(
    "text",
    [
        "The weather was kind, the moon was out and several people walked home along the river.",
        "Le personnel de l'accueil est souriant, la petite Jade a adoré le poney qui s'appelle Biscotte.",
    ],
)
def test_what_is_pleasant_is_no_complaint(text: str) -> None:
    assert "complaint" not in {item.kind for item in messages(text)}


def test_a_day_and_a_place_are_no_promise_but_one_that_is_told_is() -> None:
    text = "Mardi, menuiserie Gérard. Le chien a mangé mon sandwich. J'ai promis à Mme Gérard de la rappeler lundi."
    promises = [item.quote for item in messages(text) if item.kind == "commitment"]
    assert promises == ["J'ai promis à Mme Gérard de la rappeler lundi."]
    assert [
        item.quote for item in messages("Wir trafen uns. Ich habe ihm zugesagt, dass bis Mittwoch jemand kommt.")
    ] == ["Ich habe ihm zugesagt, dass bis Mittwoch jemand kommt."]


def test_an_opinion_on_an_idea_takes_nothing_on() -> None:
    text = "Jannik: Was haltet ihr davon, wenn wir die übrigen Brötchen ans Altenheim geben?\nBirte: find ich schön\n"
    assert "commitment" not in {item.kind for item in messages(text)}


RULES = """# Rooms and keys

Keys are handed out at the desk. Rooms must be booked in the portal. A room that is not used is given to others.
Guests have to sign in, and wear a badge at all times. Doors must be kept shut. Candles are not allowed.
A lost key is paid by whoever lost it: EUR 60. The desk is open Monday to Friday 7:00 to 19:00, on Saturdays from 8:00.
Codes for the doors have at least 8 digits. Bookings for the hall close on 31 March.
"""


def test_rules_hours_and_prices_of_a_handbook_are_no_deadlines() -> None:
    found = {item.quote: item.kind for item in messages(RULES)}
    assert [quote for quote, kind in found.items() if kind == "deadline"] == [
        "Bookings for the hall close on 31 March."
    ]
    assert "duty" not in found.values()


@pytest.mark.parametrize("text", [*RECURRING])
def test_what_is_so_each_week_or_has_a_length_is_no_deadline(text: str) -> None:
    assert "deadline" not in {item.kind for item in messages(text)}


KEPT_QUIET = (
    (
        "Nobody has told the landlord about the damp wall, let's keep it that way.",
        "We have not told the landlord yet, I call today.",
    ),
    ("Please don't tell our customer that the lot was mixed.", "Don't tell me the customer is late again."),
    (
        "Der Versicherung lieber nichts davon melden.",
        "Der Versicherung haben wir alles gesagt und auch die Fotos geschickt.",
    ),
    (
        "Keiner hat das dem Vermieter gemeldet, und das soll auch so bleiben.",
        "Dem Vermieter habe ich noch nichts gesagt, das hole ich morgen nach.",
    ),
    (
        "Ne dites rien au client pour la deuxième caisse.",
        "On ne peut encore rien dire au client pour la deuxième caisse.",
    ),
    (
        "Personne n'a prévenu le propriétaire, autant laisser ça comme ça.",
        "Personne ne nous a prévenus que le propriétaire vendait.",
    ),
    ("No le digas nada al propietario de la gotera.", "Todavía no podemos decir nada al propietario."),
    (
        "Nadie le ha dicho al seguro lo de la puerta, mejor lo dejamos así.",
        "Nadie nos ha avisado de que el seguro vence hoy.",
    ),
)


@pytest.mark.parametrize(("hidden", "open_talk"), KEPT_QUIET)
def test_what_somebody_is_kept_from_knowing_is_a_risk(hidden: str, open_talk: str) -> None:
    assert ("risk", hidden) in {(item.kind, item.quote) for item in messages(f"Ana: {hidden}\nBen: Ok.")}
    assert "risk" not in {item.kind for item in messages(f"Ana: {open_talk}\nBen: Ok.")}


LONG_TALK = (
    "Oskar: Morning all.\nGrace: Morning. The stand plan came back.\nOskar: Which one is ours?\n"
    "Grace: Row C, number 14, next to the door.\nLena: Fine by me. Who brings the table?\nGrace: I can bring two.\n"
    "Oskar: Good. Lena, could you print the price lists by Thursday?\nLena: Will do.\nOskar: And the flyers?\n"
    "Grace: We still have a box of those.\nLena: Nobody has told the landlord that the cellar flooded. "
    "Let's keep it that way.\nOskar: Hm. Okay.\nGrace: See you on Saturday."
)


def test_a_long_thread_tells_what_was_asked_by_a_day_and_agreed_to_and_what_is_kept_quiet_with_the_next_sentence() -> (
    None
):
    items = messages(LONG_TALK)
    assert ("Lena", "by Thursday") in {(item.who, item.due) for item in items if item.kind == "commitment"}
    [hidden] = [item.text for item in items if item.kind == "risk"]
    assert hidden == "Nobody has told the landlord that the cellar flooded. Let's keep it that way."


AGREEMENT = (
    "5. Termination\n\nThe Supplier may terminate this agreement at any time.\n\n"
    "The Distributor shall have no right to terminate.\n\nUpon termination all stock is returned.\n\n"
    "6. Liability\n\nThe Distributor is liable without limit.\n\nThe price is 500 euros."
)


@pytest.mark.parametrize(
    ("focus", "told"),
    [
        (
            "termination",
            [
                "The Supplier may terminate this agreement at any time.",
                "The Distributor shall have no right to terminate.",
                "Upon termination all stock is returned.",
            ],
        ),
        ("liability", ["The Distributor is liable without limit."]),
    ],
)
def test_a_focus_is_said_in_other_forms_of_its_word_and_more_may_stand_there(focus: str, told: list[str]) -> None:
    found = result(AGREEMENT, focus)
    assert [item.text for item in found.items or ()] == told
    assert "More that matters may stand there" in found.notices[0]
