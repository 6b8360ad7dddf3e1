"""What a person tells is said to the reader word for word, or not at all."""

import pytest

from core.text.salutations import Address
from core.writing.grounded.asked import Asking
from core.writing.grounded.told import read_told, spoken_language, without_signature

COME = {
    "en": ["Could you come on Thursday?"], "de": ["Kannst du am Donnerstag kommen?"],
    "fr": ["Tu peux venir jeudi ?"], "es": ["¿Puedes venir el jueves?"],
}  # fmt: skip


def read(told: str, language: str = "en", address: Address = "familiar", wanted: list[str] | None = None) -> str:
    asked = COME[language] if wanted is None else wanted
    return read_told(told, Asking(language, address, sender="Tom Hale"), asked, language)[1]


@pytest.mark.parametrize(
    ("language", "told", "sentences"),
    [
        ("en", "thursday 10 is good for me", "Thursday 10 is good for me."),
        ("de", "samstag geht aber erst ab elf, leiter bring ich mit",
         "Samstag geht aber erst ab elf, leiter bring ich mit."),
        ("de", "ja, aber nur samstags", "Ja, aber nur samstags."),
        ("fr", "je viens mercredi, je préviens les altos", "Je viens mercredi, je préviens les altos."),
        ("es", "Lo siento muchísimo, mando 12 copas hoy.", "Lo siento muchísimo, mando 12 copas hoy."),
    ],
)  # fmt: skip
def test_the_owner_s_own_voice_is_the_reply(language: str, told: str, sentences: str) -> None:
    assert read(told, language) == sentences


@pytest.mark.parametrize(
    ("language", "told", "sentences"),
    [
        ("en", "accept", "Yes, gladly."), ("en", "fine", "Yes, gladly."),
        ("en", "decline politely", "Unfortunately, that is not possible."),
        ("en", "politely decline, keep it short", "Unfortunately, that is not possible."),
        ("de", "zusagen", "Ja, gern."), ("fr", "oui", "Oui, volontiers."),
        ("es", "acepta, breve", "Sí, con mucho gusto."),
    ],
)  # fmt: skip
def test_a_decision_is_the_ready_answer(language: str, told: str, sentences: str) -> None:
    assert read(told, language) == sentences


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Thursday is fine. Ask whether I should bring the figures."),
        ("en", "thank him for the offer and ask for a sample"), ("en", "say yes but ask for Thursday"),
        ("de", "sag ihr, dass ich den Kuchen bringe"), ("en", "tell him to bring the keys"),
        ("en", "600 and not less, wheels incl"), ("fr", "réponse courte et chaleureuse"),
        ("de", "B-Ware nehmen, aber auf 13,50 runterhandeln, bis 14,50 würd ich gehen"),
        ("de", "Verlängern bitte, ich bring sie vorbei. Nach Terminen fragen, nachmittags."),
        ("fr", "Oui je l'ai, mille excuses. Pour Fontevraud esquive, je me suis fâchée avec la soprano."),
        ("en", "Thursday is fine (he need not know that I am away)"),
        ("en", "bar is fine till 9, I refuse to scrape that floor, find some nicer way of putting it"),
        ("fr", "je serai là le 21, en vrai je supporte pas Martine donc reste vague là-dessus"),
        ("fr", "nouvel envoi svp sinon notre ligne s'arrête, insiste bien là-dessus"),
        ("en", "tell him he can have the money back"), ("en", "ask him if he still has the key"),
        ("en", "wednesday, warn them about the bull"),
        ("en", "negotiate"), ("en", "decline, too busy"), ("en", "yes, ok tell him that we come"),
        ("en", "tell Tom that Tom must pay"),
        ("en", "I will send him the list of Peter"), ("en", "no way, he's an idiot"),
        ("de", "absagen, bin da auf Kongress, November vorschlagen"),
        ("de", "Zusagen, 220 €. Der Dackel muss an die Leine, nett verpacken"),
        ("de", "zahle erst, wenn es dicht ist, sie sollen jemanden schicken"),
        ("de", "die uhrzeit noch mal nennen"), ("de", "sag ihm, dass er zahlen muss"),
        ("de", "frag ob er den Schlüssel noch hat"),
        ("fr", "je préfère sans sa mère, à dire gentiment"), ("fr", "dis que toute l'équipe pense à elle"),
        ("es", "quemadores sí, remover no, que tengo el hombro fatal"),
        ("es", "pide la devolución, sin acritud, quizá vuelvo en septiembre"),
        ("es", "dile que venga el martes"),
        ("en", "Politely refuse the request. There is no room."), ("en", "There is no room. Maybe suggest June."),
        ("en", "There is no room in May. Sign as the team."), ("en", "We are full. Attach the price list."),
        ("en", "Short reply please. We are full in May."), ("en", "yes?"),
        ("fr", "Je viens mercredi. Franchement, j'en ai marre."),
        ("de", "Der 8. passt. Der ist mir eigentlich zu teuer."),
        ("es", "El día 8 me va bien. La verdad, estoy harta."),
        ("fr", "Bonjour Tom, mercredi me va. Rien sur la facture."),
        ("de", "Bitte freundlich absagen. Wir sind im Mai ausgebucht."),
        ("de", "Wir sind ausgebucht. Vielleicht den Juni vorschlagen."),
        ("de", "Wir sind ausgebucht. Unterschreibe als Team Halle."),
    ],
)  # fmt: skip
def test_where_a_part_takes_a_writer_nothing_is_said(language: str, told: str) -> None:
    assert read(told, language) == ""


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Friday works. Don't tell him that our budget is 15k."),
        ("de", "Freitag passt. Dass wir pleite sind, muss er nicht wissen."),
        ("fr", "Vendredi me va. Entre nous, c'est trop cher."), ("es", "El viernes va bien. No le digas el precio."),
    ],
)  # fmt: skip
def test_what_may_be_private_is_not_said(language: str, told: str) -> None:
    assert read(told, language) == ""


@pytest.mark.parametrize(
    "wanted",
    [["Who comes?"], ["Would Monday at 9 or Tuesday at 10 suit you?"]],
)
def test_a_bare_yes_answers_only_what_takes_one(wanted: list[str]) -> None:
    assert read("accept", wanted=wanted) == ""


def test_who_accepts_all_that_is_asked_says_so() -> None:
    assert read("accept", wanted=["Can you come?", "Where is it?"]) == "Yes, gladly."


def test_of_several_dates_a_bare_yes_takes_none_and_a_no_declines_all() -> None:
    asking = Asking("en", "familiar", offered=("Tuesday at 10:00", "Thursday at 14:30"))
    assert read_told("yes", asking, [], "en")[1] == ""
    assert read_told("no", asking, [], "en")[1] == "Unfortunately, none of these works for me."


def test_what_is_told_in_another_language_is_only_a_yes_or_no() -> None:
    asking = Asking("de", "formal", sender="Ann Lee")
    assert read_told("decline", asking, COME["de"], "en")[1] == "Leider ist das nicht möglich."
    assert not read_told("I can come on Friday.", asking, COME["de"], "en").said


@pytest.mark.parametrize(
    ("told", "language", "spoken"),
    [
        ("please tell her that we can not come on Monday", "de", "en"),
        ("sag ihr bitte, dass wir am Montag nicht kommen können", "de", "de"),
        ("ok", "fr", "fr"),
        ("klar, dienstags 20 Uhr, saubere Turnschuhe reichen", "de", "de"),
        ("", "es", "es"),
    ],
)
def test_it_is_in_the_language_of_the_reply_unless_its_words_are_surely_of_another(
    told: str, language: str, spoken: str
) -> None:
    assert spoken_language(told, language) == spoken


@pytest.mark.parametrize(
    ("told", "greeting", "said"),
    [
        ("hi Wren, I come at 11 on Saturday.", "Hi Wren,", "I come at 11 on Saturday."),
        (
            "Dear Wren, please don't put it on the internet. She may see it there.",
            "Dear Wren,",
            "Please don't put it on the internet. She may see it there.",
        ),
        ("hello! i'll be there at 8", "Hello!", "I'll be there at 8."),
    ],
)
def test_a_greeting_that_is_told_greets_and_does_not_stand_twice(told: str, greeting: str, said: str) -> None:
    assert read_told(told, Asking("en", "familiar", sender="Wren Hale"), COME["en"], "en")[:2] == (greeting, said)


@pytest.mark.parametrize(
    ("language", "told", "framed"),
    [
        ("de", "Liebe Frau Arslan, lassen Sie sie zu Hause. Bis Mittwoch! Liebe Grüße aus Celle",
         ("Liebe Frau Arslan,", "lassen Sie sie zu Hause. Bis Mittwoch!", "Liebe Grüße aus Celle")),
        ("es", "Hola, Gema: el perro puede venir, pero que no ladre. Un saludo desde Chantada.",
         ("Hola, Gema:", "El perro puede venir, pero que no ladre.", "Un saludo desde Chantada")),
        ("de", "Hoi Gema, es hat noch Plätze, nimm den Kurs vom 7. November.",
         ("Hoi Gema,", "es hat noch Plätze, nimm den Kurs vom 7. November.", "")),
        ("es", "Buenas tardes, ingeniero, se los llevamos. Le recomiendo a don Gil, que trabaja bien.",
         ("Buenas tardes,", "Ingeniero, se los llevamos. Le recomiendo a don Gil, que trabaja bien.", "")),
        ("fr", "Chère Maud, dites-lui bonjour. Cordialement", ("Chère Maud,", "Dites-lui bonjour.", "Cordialement")),
    ],
)  # fmt: skip
def test_who_greets_writes_to_their_reader_whatever_stands_there(
    language: str, told: str, framed: tuple[str, str, str]
) -> None:
    assert read_told(told, Asking(language, "formal", sender="Gema Rey"), COME[language], language) == framed


@pytest.mark.parametrize(
    "told",
    [
        "Dear Tom, the 8th is fine. Don't tell him that our budget is 15k.",
        "Dear Tom, the 8th is fine. Tell him to bring the keys.",
        "Dear Tom, the 8th is fine. Short and friendly.",
        "Dear Tom, the 8th is fine. Can Tom give him a date.",
        "dear customers only, Tom gets nothing",
        "hi, tell her that the 8th is fine",
        "Dear Tom, the 8th is fine. Joan is having chemo but nobody is to know that.",
        "Hi Tom, yes. (Only for me: margin is 40 percent. We could go down to 300.)",
        "Hi Tom, we can do 500. Between us, we would take 400.",
        "Hi Tom, yes to both, the code is 4471, but don't put the code in the mail",
        "Yes Tom, Thursday works. My wife has cancer, keep that to yourself.",
        "Hi Tom, we start at ten. Nothing about the invoice.",
        "Hi Tom, we start at ten. I am so fed up with them.",
    ],
)
def test_a_letter_with_an_aside_is_for_its_owner_to_put_right(told: str) -> None:
    assert read(told) == ""


def test_where_no_reader_is_named_nobody_is_greeted_by_name() -> None:
    assert read_told("see you, nine is fine then", Asking("en", "familiar"), COME["en"], "en").greeting == ""


@pytest.mark.parametrize("name", ["+49 170 1234567", "Bob (Sales", "Weber :-)", "*Bob* Lee", "**SALE** Bob", "\\"])
def test_a_sender_s_name_is_no_pattern(name: str) -> None:
    asking = Asking("de", "formal", sender=name)
    assert read_told("Der Termin passt mir gut. Ich komme gern.", asking, COME["de"], "de").said


def test_to_who_tells_of_a_death_a_bare_yes_is_no_answer() -> None:
    assert not read_told("yes", Asking("en", "familiar", is_sad=True), COME["en"], "en").said


@pytest.mark.parametrize(
    ("told", "owner", "left"),
    [
        ("Please send the invoice to Dr. Weber.", "Ann Weber", "Please send the invoice to Dr. Weber."),
        ("I spoke with Peter, Paul, Ann.", "Ann Weber", "I spoke with Peter, Paul, Ann."),
        ("Please ask, Ann", "Ann Weber", "Please ask, Ann"),
        ("Hi Bob, the 8th is fine. See you, Ann", "Ann Weber", "Hi Bob, the 8th is fine. See you"),
        ("Hi Bob,\n\nPlease send it.\n\nBest wishes\nAnn", "Ann Weber", "Hi Bob,\n\nPlease send it.\n\nBest wishes"),
        ("The 8th is fine. Ann Weber", "Ann Weber", "The 8th is fine."),
    ],
)
def test_only_a_name_that_signs_is_left_out(told: str, owner: str, left: str) -> None:
    assert without_signature(told, owner) == left
