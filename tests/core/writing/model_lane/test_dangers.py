"""What a model's reply says nothing of, though it may hurt somebody, stands first beside it."""

from functools import partial

import pytest

from core.embeddings import load_embedder
from core.errors import OutageError
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.model_lane.dangers import watch_dangers
from core.writing.result import PlanResult

RECIPE = load_recipes()["reply"]
MAIL = (
    "Hi Petra,\n\nthank you for the stairs. The railing upstairs wobbles a bit when you lean on it, but the "
    "grandchildren (3 and 5) only come at the weekend. Which oil do I use?\n\nAnn"
)


def alerts_of(message: str, reply: str) -> list[str]:
    added = watch_dangers(RECIPE, {"message": message}, partial(load_embedder, Settings()))
    return [gap.question for gap in added(PlanResult(text=reply)).gaps if gap.is_alert and gap.is_hint]


@pytest.mark.parametrize(
    ("reply", "is_shown"),
    [
        ("Hi Ann,\n\nplease use hard wax oil, thinly.\n\nPetra", True),
        ("Hi Ann,\n\nplease keep the grandchildren off the wobbly railing upstairs until we have fixed it.", False),
    ],
)
def test_a_danger_that_a_reply_passes_over_stands_first(reply: str, is_shown: bool) -> None:
    found = alerts_of(MAIL, reply)
    assert [alert.startswith("Look at this first: “The railing upstairs wobbles") for alert in found] == [
        True
    ] * is_shown


COUGH = {
    "en": "Dear Mrs Hale,\n\nmy cough is getting worse since the boiler was changed and I get such headaches in the "
    "evening when it runs. Could you tell me when the windows will be painted?\n\nTom",
    "de": "Sehr geehrte Frau Lindner,\n\nseit die Therme getauscht wurde, wird mein Husten schlimmer, und abends habe "
    "ich Kopfschmerzen, wenn sie läuft. Wann werden die Fenster gestrichen?\n\nTom",
    "fr": "Madame,\n\ndepuis que la chaudière a été changée, ma toux empire et j'ai mal à la tête le soir quand elle "
    "tourne. Quand les fenêtres seront-elles peintes ?\n\nTom",
    "es": "Señora Gil:\n\nDesde que cambiaron la caldera mi tos empeora y por la noche me duele mucho la cabeza cuando "
    "funciona. ¿Cuándo pintan las ventanas?\n\nTom",
}


@pytest.mark.parametrize(
    ("language", "reply", "is_shown"),
    [
        ("en", "I hope that your cough gets better soon. The windows will be painted in May.", True),
        ("en", "I am sorry to hear about your cough and the headaches. The windows are painted in May.", True),
        ("en", "I am sorry about the cough and the headaches. Please switch the boiler off at once.", False),
        ("en", "I am sorry about your headaches and the cough, please turn the boiler off.", False),
        ("de", "Es tut mir leid, dass Sie Husten und Kopfschmerzen haben. Die Fenster folgen im Mai.", True),
        ("de", "Es tut mir leid, dass Sie Husten und Kopfschmerzen haben. Bitte schalten Sie die Therme aus.", False),
        ("fr", "Désolée d'apprendre que votre toux empire et que vous avez mal à la tête.", True),
        ("fr", "Merci d'éteindre tout de suite la chaudière à cause de votre mal de tête.", False),
        ("es", "Siento que le duela la cabeza y que tenga tos. Las ventanas se pintan en mayo.", True),
        ("es", "Apague por favor la caldera enseguida por su tos y el dolor de cabeza.", False),
    ],
)
def test_who_only_feels_for_somebody_does_nothing_about_a_danger(language: str, reply: str, *, is_shown: bool) -> None:
    assert bool(alerts_of(COUGH[language], reply)) is is_shown


def test_an_ordinary_mail_and_an_order_to_a_model_show_nothing() -> None:
    assert alerts_of("Hi Petra,\n\ncould you send me the offer by Friday?\n\nAnn", "Hi Ann,\n\nyes.") == []


def test_a_sentence_of_the_same_kind_of_letter_speaks_of_no_danger() -> None:
    message = (
        "Guten Tag Frau Lindner,\n\nist unsere Anzahlung angekommen? Übrigens wackelt das Geländer, das Sie im Flur "
        "montiert haben: gestern ist ein Kind beinahe hinuntergefallen.\n\nSabine Roth"
    )
    [alert] = alerts_of(message, "Guten Tag Frau Roth,\n\nIhre Anzahlung von 2.300 Euro ist angekommen, vielen Dank.")
    assert alert.startswith("Sehen Sie zuerst hierhin: „Übrigens wackelt das Geländer")


def test_a_reply_is_kept_where_meanings_cannot_be_compared() -> None:
    def failing() -> Embedder:
        raise OutageError("The embeddings are out.")

    written = PlanResult(text="Hi Ann,\n\nhard wax oil.")
    assert watch_dangers(RECIPE, {"message": MAIL}, failing)(written) == written


def test_an_account_that_nothing_before_holds_is_shown_whatever_the_reply_says() -> None:
    mail = "Hi Petra,\n\nplease pay the rest to our new account LT60 3250 0412 7788 0193.\n\nAnn"
    [alert] = alerts_of(mail, "Hi Ann,\n\nwe will pay to the new account LT60 3250 0412 7788 0193.\n\nPetra")
    assert alert.startswith("Check this account by a number that you know")
