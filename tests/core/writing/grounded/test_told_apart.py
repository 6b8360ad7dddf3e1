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


@pytest.mark.parametrize(
    ("language", "told", "plain", "wish"),
    [
        ("en", "We start at ten. Warm please, not council-speak.", "We start at ten.",
         "Warm please, not council-speak."),
        ("en", "we start at ten. make it kind, the mum is a worrier", "We start at ten.",
         "make it kind, the mum is a worrier"),
        ("en", "We start at ten and bring the key, keep it short.", "We start at ten and bring the key.",
         "keep it short."),
        ("de", "Wir beginnen um zehn. Sachlich bleiben, auch wenn ich koche.", "Wir beginnen um zehn.",
         "Sachlich bleiben, auch wenn ich koche."),
        ("de", "Wir beginnen um zehn und bringen den Schlüssel, bitte nicht so steif.",
         "Wir beginnen um zehn und bringen den Schlüssel.", "bitte nicht so steif."),
        ("fr", "On commence à dix heures, on apporte la clé, enfin dis-le gentiment.",
         "On commence à dix heures, on apporte la clé.", "enfin dis-le gentiment."),
        ("fr", "On commence à dix heures. Reste douce, elle est épuisée.", "On commence à dix heures.",
         "Reste douce, elle est épuisée."),
        ("es", "Empezamos a las diez. Sé amable pero firme.", "Empezamos a las diez.", "Sé amable pero firme."),
        ("es", "Empezamos a las diez. Que no suene a reproche.", "Empezamos a las diez.", "Que no suene a reproche."),
        ("es", "empezamos a las diez. simpática pero clara, que nos conocemos de siempre", "Empezamos a las diez.",
         "simpática pero clara, que nos conocemos de siempre"),
    ],
)  # fmt: skip
def test_a_wish_about_tone_and_its_reason_are_no_words_to_pick(language: str, told: str, plain: str, wish: str) -> None:
    assert pick(told, language) == ToldWords(plain, wishes=(wish,))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The house is old, but warm. We start at ten."),
        ("de", "Der Hund ist alt, aber lieb. Wir beginnen um zehn."),
        ("fr", "La salle est petite, mais chaleureuse. On commence à dix heures."),
        ("es", "La sala es pequeña, pero cálida. Empezamos a las diez."),
    ],
)
def test_what_only_describes_a_thing_is_no_wish(language: str, told: str) -> None:
    assert not pick(told, language).wishes


def test_a_wish_with_an_answer_behind_it_stays_to_be_picked() -> None:
    assert pick("We start at ten. Firm but polite, Friday is impossible.").asides == (
        "Firm but polite, Friday is impossible.",
    )


def test_who_is_asked_for_long_or_short_answers_short() -> None:
    asked = ("Would you like the sleeves long or short?",)
    assert not pick("We start at ten. Short please.", wanted=asked).wishes


@pytest.mark.parametrize(
    ("language", "told", "private"),
    [
        ("en", "The hall is free. Nothing about the invoice.", "Nothing about the invoice."),
        ("de", "Die Halle ist frei. Zur Rechnung nichts.", "Zur Rechnung nichts."),
        ("fr", "La salle est libre. Rien sur la facture.", "Rien sur la facture."),
        ("es", "La sala está libre. Nada de la factura.", "Nada de la factura."),
    ],
)
def test_a_topic_to_leave_is_no_word_to_pick_and_hides_nothing_else(language: str, told: str, private: str) -> None:
    assert pick(told, language) == ToldWords(told.removesuffix(private).strip(), private=(private,))


@pytest.mark.parametrize(
    ("language", "told", "plain"),
    [
        ("en", "And for god's sake tell him nobody goes in there till ten.", "Nobody goes in there till ten."),
        ("en", "tell her yeah happy to", "Yeah happy to."),
        ("de", "Schreib ihr Mittwoch gilt der alte Plan.", "Mittwoch gilt der alte Plan."),
        ("fr", "Dis-lui que la porte est ouverte.", "La porte est ouverte."),
        ("fr", "Dis-lui ok pour les quatre jeudi.", "Ok pour les quatre jeudi."),
        ("fr", "Dis-lui qu'il reste deux places.", "Il reste deux places."),
        ("es", "decile que este jueves arrancamos", "Este jueves arrancamos."),
        ("es", "póngale que la hora se la doy el viernes", "La hora se la doy el viernes."),
    ],
)
def test_an_order_before_a_whole_answer_is_cut_off(language: str, told: str, plain: str) -> None:
    rest = {"en": "We start at ten.", "de": "Wir beginnen um zehn.", "fr": "On commence à dix heures."}
    begun = rest.get(language, "Empezamos a las diez.")
    assert pick(f"{begun} {told}", language) == ToldWords(f"{begun} {plain}")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Tell her that her husband has the key."),
        ("de", "Schreib ihr, dass die Halle frei ist."),
        ("de", "Schreib ihr, ihre Halle ist frei."),
        ("fr", "Dis-lui que sa chambre est prête."),
        ("fr", "Dis-lui qu'elle vienne à dix heures."),
        ("es", "Dile que su padre tiene la llave."),
        ("es", "Dile el precio."),
    ],
)
def test_an_order_before_what_speaks_of_the_reader_or_is_no_sentence_stays(language: str, told: str) -> None:
    begun = {"en": "We start at ten.", "de": "Wir beginnen um zehn.", "fr": "On commence à dix heures."}
    assert pick(f"{begun.get(language, 'Empezamos a las diez.')} {told}", language).asides == (told,)


def test_an_estimate_is_no_order() -> None:
    told = "The 14th has no chance, the week after, say the 18th."
    assert pick(f"{told} The sill is plus VAT.") == ToldWords(f"{told} The sill is plus VAT.")
    assert (
        pick("The sill is plus VAT. Say Friday works for us.").plain != "The sill is plus VAT. Say Friday works for us."
    )


def test_a_short_word_ends_a_sentence_too() -> None:
    told = "if it rains then no. changing rooms are fine. no. of seats is eleven"
    assert pick(told).plain == "If it rains then no. Changing rooms are fine. No. of seats is eleven."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "He is a twister but stay polite."),
        ("de", "Dem muss ich mal die Kappe waschen, aber das schreibst du nicht."),
        ("de", "Er ist ein Schlawiner, aber du bleibst höflich."),
        ("fr", "C'est un filou mais toi reste poli."),
        ("es", "Es un liante pero tú con educación."),
    ],
)
def test_what_is_for_the_writer_alone_is_left_out_with_its_reason(language: str, sentence: str) -> None:
    told = {"en": "Tuesday is fine.", "de": "Dienstag passt.", "fr": "Mardi me va.", "es": "El martes me va bien."}
    own = words_to_pick(f"{told[language]} {sentence}", Asking(language), [], language)
    assert sentence.rstrip(".") in " ".join(own.private)
    assert "polite" not in own.plain
