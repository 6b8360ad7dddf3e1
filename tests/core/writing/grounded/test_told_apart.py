"""Of what an owner told, remarks, orders and what speaks of the reader stand apart, and nothing else does."""

import pytest

from core.writing.grounded.asked import Asking
from core.writing.grounded.told import ToldWords, read_told, words_to_pick


def pick(told: str, language: str = "en", sender: str = "Edda Wyn", wanted: tuple[str, ...] = ()) -> ToldWords:
    return words_to_pick(told, Asking(language, "familiar", sender=sender), [*wanted], language)


@pytest.mark.parametrize(
    ("language", "asked", "same", "other"),
    [
        ("en", "Can the dog come? He is old.", "He eats too much.", "She eats too much."),
        ("de", "Darf der Hund mit, wenn er lieb ist?", "Er frisst zu viel.", "Sie soll mehr zahlen."),
        ("fr", "Ma fille peut venir, elle est sage ?", "Elle mange trop.", "Ce chien mange trop pour lui."),
    ],
)
def test_only_who_the_message_calls_so_is_another(language: str, asked: str, same: str, other: str) -> None:
    plain = {"en": "Friday at ten is fine.", "de": "Freitag um zehn passt.", "fr": "Vendredi à dix heures me va."}
    asking = Asking(language, "familiar", sender="Edda Wyn")
    assert read_told(f"{plain[language]} {same}", asking, [asked], language)[1]
    assert read_told(f"{plain[language]} {other}", asking, [asked], language) == ("", "")
    assert pick(f"{plain[language]} {other}", language, wanted=(asked,)).asides == (other,)


def test_in_small_letters_too_another_is_another_but_not_whom_an_order_calls_so() -> None:
    asked = ("Will she still be on the list?",)
    told = "the list is closed but yes, she is on it. bring two pencils"
    assert pick(told, wanted=asked) == ToldWords("The list is closed but yes, she is on it. Bring two pencils.")
    ordered = pick("tell her yes, the hall is ours. she brings the salad. we start at ten", wanted=asked)
    assert ordered == ToldWords("Yes, the hall is ours. We start at ten.", ("She brings the salad.",))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The hall is free, my brother has the key and he lives next door. We start at ten."),
        ("en", "Mr Ashdown takes the class, he is good. We start at ten."),
        ("en", "The form is in, signed her up already. We start at ten."),
        ("en", "Thank you for the plums. The hall is free on Friday and we start at ten."),
        ("de", "Die Halle ist frei, mein Bruder hat den Schlüssel und er wohnt nebenan. Wir beginnen um zehn."),
        ("es", "La sala está libre, mi hermano tiene la llave y él vive al lado. Empezamos a las diez."),
    ],
)
def test_who_is_named_before_and_what_is_done_already_is_no_reason_to_set_it_apart(language: str, told: str) -> None:
    asking = ("Is she on the list?",) if language == "en" else ()
    assert pick(told, language, wanted=asking) == ToldWords(told)


@pytest.mark.parametrize(
    ("language", "told", "private"),
    [
        ("en", "The hall is free. The roof costs a fortune, don't get into that now.", "The roof costs"),
        ("de", "Die Halle ist frei. Das Dach kostet ein Vermögen, geh darauf nicht ein.", "Das Dach kostet"),
        ("de", "Die Halle ist frei. Das Dach kostet ein Vermögen, lass das weg.", "Das Dach kostet"),
        ("fr", "La salle est libre. Le toit coûte une fortune, n'en parle pas.", "Le toit coûte"),
        ("fr", "La salle est libre. Le toit coûte une fortune, ne rentre pas là-dedans.", "Le toit coûte"),
        ("es", "La sala está libre. El tejado cuesta una fortuna, no entres en eso.", "El tejado cuesta"),
        ("es", "La sala está libre. El tejado cuesta una fortuna, ni lo menciones.", "El tejado cuesta"),
        ("de", "Die Halle ist frei. Die Mutter ist die Schwierige, nicht sie.", "Die Mutter"),
        ("en", "The hall is free. Her husband is a real pain in every way, poor woman.", "Her husband"),
        ("fr", "La salle est libre. Le mari est pénible, elle n'y est pour rien.", "Le mari"),
        ("es", "La sala está libre. El marido es el pesado, ella es un encanto.", "El marido"),
    ],
)
def test_what_is_not_to_be_mentioned_and_judgements_are_private(language: str, told: str, private: str) -> None:
    own = pick(told, language)
    assert private not in own.plain
    assert not own.asides
    assert own.private[0].startswith(private)


def test_of_whom_somebody_speaks_may_be_the_reader() -> None:
    told = "We start at ten. My husband thinks he is mad."
    assert pick(told).asides == ("My husband thinks he is mad.",)


def test_thanks_are_no_order() -> None:
    told = "danke für den korb. die halle ist frei"
    assert pick(told, "de") == ToldWords("Danke für den korb. Die halle ist frei.")
    assert pick("danke ihm für den korb. die halle ist frei", "de").asides == ("Danke ihm für den korb.",)


@pytest.mark.parametrize("told", ["I don't get into town before nine. The hall is free.", "The son is four. Ask away."])
def test_what_only_sounds_so_is_not_private(told: str) -> None:
    assert not pick(told).private


@pytest.mark.parametrize(
    ("language", "sender", "told", "aside"),
    [
        ("de", "Ole Brandhorst", "die halle ist frei. brandhorst nicht verärgern, der zahlt noch", "Brandhorst nicht"),
        ("en", "Edda Wyn", "the hall is free. edda gets the small room, as always", "Edda gets"),
        ("en", "Rose Wyn", "The hall is free. I promised Rose the small room.", "I promised Rose"),
        ("fr", "Aline Duvivier", "la salle est libre. duvivier paie la moitié, comme toujours", "Duvivier paie"),
    ],
)
def test_what_speaks_of_the_reader_by_name_is_apart(language: str, sender: str, told: str, aside: str) -> None:
    own = pick(told, language, sender)
    assert own.plain
    assert [said[: len(aside)] for said in own.asides] == [aside]
    asking = Asking(language, "familiar", sender=sender)
    assert read_told(told, asking, [], language) == ("", "")


@pytest.mark.parametrize(
    ("sender", "told", "plain"),
    [
        ("Edda Wyn", "Dear Edda, the hall is free. Thanks again Edda, we start at ten.",
         "The hall is free. Thanks again Edda, we start at ten."),
        ("Edda Wyn", "Yes Edda, the hall is free. See you there, Edda.",
         "Yes Edda, the hall is free. See you there, Edda."),
        ("Rose Wyn", "the hall is free. a rose bed is dug already", "The hall is free. A rose bed is dug already."),
    ],
)  # fmt: skip
def test_who_is_called_is_not_spoken_of(sender: str, told: str, plain: str) -> None:
    assert pick(told, sender=sender) == ToldWords(plain)


def test_a_greeting_with_the_name_is_cut_off_before_the_answer() -> None:
    told = "Grüß Gott Frau Dr. Brandhorst, Kiefer geht, kostet 90 mehr. Geliefert wird im Mai."
    own = pick(told, "de", "Dr. Ute Brandhorst")
    assert own == ToldWords("Kiefer geht, kostet 90 mehr. Geliefert wird im Mai.")


@pytest.mark.parametrize(
    ("language", "told", "plain", "asides"),
    [
        ("en", "the hall is ours until 11. ask him for the key", "The hall is ours until 11.",
         ["Ask him for the key."]),
        ("es", "la sala es nuestra hasta el 11. avisa a los demás", "La sala es nuestra hasta el 11.",
         ["Avisa a los demás."]),
        ("fr", "la salle est à nous jusqu'au 11. demande-lui la clé", "La salle est à nous jusqu'au 11.",
         ["Demande-lui la clé."]),
        ("de", "die halle kostet 206. frag nach dem schlüssel", "Die halle kostet 206.", ["Frag nach dem schlüssel."]),
        ("de", "wir proben bis 21.30. frag nach dem schlüssel", "Wir proben bis 21.30.", ["Frag nach dem schlüssel."]),
        ("de", "am 12. leitet die probe der kurt. das passt", "Am 12. leitet die probe der kurt. Das passt.", []),
        ("en", "we come on the 11. june if it is dry. all set", "We come on the 11. june if it is dry. All set.", []),
    ],
)  # fmt: skip
def test_sentences_that_end_in_a_number_are_parted(language: str, told: str, plain: str, asides: list[str]) -> None:
    own = pick(told, language)
    assert (own.plain, [*own.asides]) == (plain, asides)


def test_what_hides_a_number_hides_it_still() -> None:
    own = pick("the hall is free. we would go down to 300. but please never tell anybody about it in the letter")
    assert own.plain == "The hall is free."
    assert "300" in own.private[0]


@pytest.mark.parametrize(
    ("told", "plain", "asides"),
    [
        ("tell her yes, the hall is ours. we start at ten", "Yes, the hall is ours. We start at ten.", []),
        ("tell Jean yes, the hall is ours. we start at ten", "We start at ten.", ["Tell Jean yes, the hall is ours."]),
        ("tell her the price. we start at ten", "We start at ten.", ["Tell her the price."]),
        ("tell her she must pay. we start at ten", "We start at ten.", ["Tell her she must pay."]),
    ],
)
def test_tell_her_is_cut_off_before_an_answer(told: str, plain: str, asides: list[str]) -> None:
    own = pick(told)
    assert (own.plain, [*own.asides]) == (plain, asides)
    if asides:
        assert read_told(told, Asking("en", "familiar", sender="Edda Wyn"), [], "en") == ("", "")


@pytest.mark.parametrize(
    ("language", "told", "plain", "asides"),
    [
        ("en", "we keep all posts. the merger no comment. we start at ten", "We keep all posts. We start at ten.", []),
        ("de", "wir behalten alle. zum umzug sag ich nichts. los gehts um zehn",
         "Wir behalten alle. Los gehts um zehn.", []),
        ("en", "joan is having an operation. don't tell anybody. we start at ten", "We start at ten.",
         ["Joan is having an operation."]),
    ],
)  # fmt: skip
def test_what_leaves_its_own_topic_hides_nothing_before_it(
    language: str, told: str, plain: str, asides: list[str]
) -> None:
    own = pick(told, language)
    assert (own.plain, [*own.asides]) == (plain, asides)


@pytest.mark.parametrize(
    ("language", "told", "order"),
    [
        ("en", "The van is mine and we take the space from 1 January.", "No grovelling."),
        ("de", "Der Wagen gehört mir und wir nehmen den Platz ab Januar.", "Keine Floskeln."),
        ("de", "Der Wagen gehört mir und wir nehmen den Platz ab Januar.", "Soll nett klingen, nicht so steif."),
        ("en", "The van is mine and we take the space from 1 January.", "It should sound friendly, not too stiff."),
        ("fr", "La camionnette est à moi et nous prenons la place en janvier.", "Pas d'excuses."),
        ("es", "La furgoneta es mía y nos quedamos la plaza desde enero.", "Sin súplicas."),
    ],
)
def test_what_the_letter_is_not_to_do_is_no_part_of_it(language: str, told: str, order: str) -> None:
    assert pick(f"{told} {order}", language) == ToldWords(told, wishes=(order,))


@pytest.mark.parametrize(
    ("language", "told", "order"),
    [
        ("de", "Die Halle ist frei. Den Schlüssel soll sie bei mir holen.", "Den Schlüssel soll sie bei mir holen."),
        ("de", "Die Halle ist frei. Ihr noch sagen, dass der Lift steht.", "Ihr noch sagen, dass der Lift steht."),
        ("fr", "La salle est libre. Et qu'elle apporte la clé.", "Et qu'elle apporte la clé."),
        ("fr", "La salle est libre. La clé : qu'ils passent la prendre.", "La clé : qu'ils passent la prendre."),
    ],
)
def test_what_somebody_is_to_be_asked_to_do_stands_apart(language: str, told: str, order: str) -> None:
    assert order in pick(told, language).asides


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "Die Halle ist frei. Den Schlüssel sollen Sie bei mir holen."),
        ("fr", "La salle est libre. Notez que le portail ferme à dix heures, qu'il faut sonner."),
    ],
)
def test_what_the_reader_is_told_themselves_is_no_order(language: str, told: str) -> None:
    assert pick(told, language) == ToldWords(told)
