"""A scan quotes what is at stake in a conversation by kind, or what bears on a question."""

import pytest

from core.drafts import Item
from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

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


def scan(text: str, focus: str = "", *, plan: str = "scan") -> tuple[Item, ...]:
    values = validate_inputs(RECIPE, {"text": text, "focus": focus})
    return (
        PLANS[plan](RECIPE, values, ScriptedAsk(), PlanOptions(embedder=lambda: load_embedder(Settings()))).items or ()
    )


def test_signals_are_quoted_by_kind_with_who_says_them() -> None:
    found = {(item.group, item.who, item.quote) for item in scan(TALK)}
    assert found >= {
        ("What may go wrong", "Ben", "The oven might fail before the party, and then we have no food."),
        ("Opportunities and ideas", "Ana", "We could rent out the hall on weekends."),
        ("Opportunities and ideas", "Ben", "A brewery offered us 4,000 euros a year for its name on the wall."),
        ("Promises", "Ben", "I will call the electrician on Monday."),
    }


def test_many_messages_have_their_deadlines_and_ideas_told_apart() -> None:
    text = TALK + "\nAna: The tax return has to be filed by 31 May."
    found = {(item.kind, item.group, item.quote) for item in scan(text, plan="scan-messages")}
    assert found >= {
        ("idea", "Ideas", "We could rent out the hall on weekends."),
        ("deadline", "Deadlines", "The tax return has to be filed by 31 May."),
        ("commitment", "Promises", "I will call the electrician on Monday."),
    }
    assert "deadline" not in {item.kind for item in scan(text)}


def test_what_was_said_later_stands_with_a_promise_of_one_text_alone() -> None:
    text = "Ben: I will send the offer on Monday.\nAna: Fine.\nBen: I will send the offer on Friday, not on Monday."
    one_text, messages = ({item.text for item in scan(text, plan=plan)} for plan in ("scan", "scan-messages"))
    assert any("Friday" in said and "Monday" in said for said in one_text)
    # Beside a promise that is told already the other stands by itself; it does not go with it.
    assert messages >= {"I will send the offer on Monday.", "I will send the offer on Friday, not on Monday."}


def test_a_promise_of_messages_keeps_the_day_that_its_own_words_name() -> None:
    text = "I will send the offer by Thursday. Nothing else is new. The offer goes out on Friday instead."
    promises = [(item.due, item.text) for item in scan(text, plan="scan-messages") if item.kind == "commitment"]
    assert promises == [("by Thursday", "I will send the offer by Thursday.")]
    [promise] = scan(text)
    assert (promise.due, "The offer goes out on Friday instead." in promise.text) == ("on Friday", True)


def test_a_question_brings_what_bears_on_it_word_for_word() -> None:
    items = scan(TALK, "What does the fence cost?")
    assert "The fence costs 90 euros, by the way." in [item.quote for item in items]
    assert all(item.quote in TALK for item in items)


def test_nothing_found_is_an_empty_list() -> None:
    assert scan("The sun shines. We had lunch.") == ()


def test_what_somebody_takes_on_stands_with_what_was_asked() -> None:
    [item] = scan("Nadine: Der Drucker druckt nur Streifen, rufst du den Service an?\nHolger: mach ich\n")[-1:]
    assert (item.group, item.who) == ("Zusagen", "Holger")
    assert item.text.endswith("rufst du den Service an? \u2192 Holger: Mach ich.")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Olu: van 3, the brakes squeal and the pedal went nearly to the floor\nDawn: ok", "brakes"),
        ("Zwei der Regale im ersten Stock wackeln, seit der Teppich getauscht wurde.", "Regale"),
        ("L'affûteuse dégage une odeur de plastique brûlé. Nous avons mangé au village.", "odeur"),
        ("Puri: ayer el enchufe de la trastienda estaba negro\nMerche: uy", "enchufe"),
        ("The emergency exit is locked with a padlock. We had cake.", "padlock"),
        ("Der FI-Schalter am Becken ist überbrückt, sonst springt er. Es gab Kuchen.", "FI-Schalter"),
        ("Les élagueurs sont montés sans harnais. Il y avait du gâteau.", "harnais"),
        ("El detector de humo está desconectado. Hubo tarta.", "detector"),
    ],
)
def test_what_may_hurt_somebody_may_go_wrong(text: str, quote: str) -> None:
    assert any(item.kind == "risk" and quote in item.quote for item in scan(text))


@pytest.mark.parametrize(
    "text",
    [
        "The weather was kind, the moon was out and several people walked home along the river.",
        "Le personnel de l'accueil est souriant, la petite Jade a adoré le poney qui s'appelle Biscotte.",
        "Die Farbe gefällt, das Gelb sei kräftiger als im Prospekt, aber alle hätten sich daran gewöhnt.",
    ],
)
def test_what_is_pleasant_is_no_complaint(text: str) -> None:
    assert "complaint" not in {item.kind for item in scan(text)}


def test_a_day_and_a_place_are_no_promise_but_one_that_is_told_is() -> None:
    text = "Mardi, menuiserie Gérard. Le chien a mangé mon sandwich. J'ai promis à Mme Gérard de la rappeler lundi."
    promises = [item.quote for item in scan(text) if item.kind == "commitment"]
    assert promises == ["J'ai promis à Mme Gérard de la rappeler lundi."]
    assert [item.quote for item in scan("Wir trafen uns. Ich habe ihm zugesagt, dass bis Mittwoch jemand kommt.")] == [
        "Ich habe ihm zugesagt, dass bis Mittwoch jemand kommt."
    ]


def test_an_opinion_on_an_idea_takes_nothing_on() -> None:
    text = "Jannik: Was haltet ihr davon, wenn wir die übrigen Brötchen ans Altenheim geben?\nBirte: find ich schön\n"
    assert "commitment" not in {item.kind for item in scan(text)}


RULES = """# Rooms and keys

Keys are handed out at the desk. Rooms must be booked in the portal. A room that is not used is given to others.
Guests have to sign in, and wear a badge at all times. Doors must be kept shut. Candles are not allowed.
A lost key is paid by whoever lost it: EUR 60. The desk is open Monday to Friday 7:00 to 19:00, on Saturdays from 8:00.
Codes for the doors have at least 8 digits. Bookings for the hall close on 31 March.
"""


def test_rules_hours_and_prices_of_a_handbook_are_no_deadlines() -> None:
    found = {item.quote: item.kind for item in scan(RULES, plan="scan-messages")}
    assert [quote for quote, kind in found.items() if kind == "deadline"] == [
        "Bookings for the hall close on 31 March."
    ]
    assert "duty" not in found.values()


@pytest.mark.parametrize("text", [*RECURRING])
def test_what_is_so_each_week_or_has_a_length_is_no_deadline(text: str) -> None:
    assert "deadline" not in {item.kind for item in scan(text, plan="scan-messages")}


def test_a_sentence_stands_in_one_entry_alone() -> None:
    text = (
        "The pump may fail in 2027 if nothing is done. It ran 9,000 hours without a check. "
        "A failure may cost us EUR 20,000 and the contract."
    )
    shown = " ".join(item.text for item in scan(text, plan="scan-messages"))
    assert shown.count("9,000 hours") == 1


LEASE = (
    "Lease of a boathouse\n\n"
    "Between Harrow Quay Estates (the owner) and Ms Ines Tallis (the tenant).\n\n"
    "The lease runs for ten years. It goes on for five more unless it is ended by registered letter eighteen "
    "months before. The rent is 400 pounds a month, paid in advance. Each January the owner may set it anew at "
    "its own judgement, and never lower. The tenant bears all repairs, those of the roof and the slipway "
    "included, and pays the owner's lawyers whoever is in the right. Boats left on the last day become the "
    "owner's without payment. The owner may enter at any hour and without notice. The tenant insures the building "
    "against fire and storm. The gate is kept locked after dark. The deposit of 900 pounds is not returned where "
    "the tenant leaves early, for whatever reason.\n\n"
    "(Pencilled by the clerk: Tom says the brake of the winch squeals and its pedal went nearly to the floor.)"
)


def test_terms_of_a_contract_are_no_risks_and_what_it_tells_of_is() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    groups = {item.quote: item.group for item in scan(LEASE)}
    told = {quote: group for quote, group in groups.items() if "Tom" in quote}
    assert [*told.values()] == ["What may go wrong"]
    assert {group for quote, group in groups.items() if quote not in told} == {"Terms to know"}
    assert any("registered letter" in quote for quote in groups)
    assert any("deposit" in quote for quote in groups)


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
@pytest.mark.parametrize("plan", ["scan", "scan-messages"])
def test_what_somebody_is_kept_from_knowing_is_a_risk(hidden: str, open_talk: str, plan: str) -> None:
    assert ("risk", hidden) in {(item.kind, item.quote) for item in scan(f"Ana: {hidden}\nBen: Ok.", plan=plan)}
    assert "risk" not in {item.kind for item in scan(f"Ana: {open_talk}\nBen: Ok.", plan=plan)}


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
    items = {item.kind: item for item in scan(LONG_TALK)}
    assert (items["commitment"].who, items["commitment"].due) == ("Lena", "by Thursday")
    assert items["risk"].text == "Nobody has told the landlord that the cellar flooded. Let's keep it that way."
