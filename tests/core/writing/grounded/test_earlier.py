"""What was written before answers what is asked, by meaning and the kind of fact, and never uncorrected."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.writing.grounded.asked import Asking
from core.writing.grounded.earlier import Earlier, wanted_in
from core.writing.grounded.lines import Ground, grounded_lines
from core.writing.grounded.threads import ThreadPeople, own_part, split_thread

PEOPLE = ThreadPeople("Nora Blake", "Tim Hale")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    found = load_embedder(Settings())
    if isinstance(found, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    return found


def ground(
    question: str, thread: str, embedder: Embedder | None, language: str = "en", message: str = ""
) -> Ground | None:
    earlier = Earlier(thread, PEOPLE, (lambda: embedder) if embedder else None, message or question)
    return earlier.answer(question, Asking(language))


ENGLISH = """On Mon, 2 Nov 2026, Nora Blake wrote:
The screens are here. I have ordered 14 laptops from Corvid today.
On Fri, 6 Nov 2026, Nora Blake wrote:
We had to withdraw the vacancy because headquarters stopped all hiring until January.
On Mon, 9 Nov 2026, Marco Dietz wrote:
Our house has no lift."""
GERMAN = """Am 02.11.2026 schrieb Nora Blake:
Die Prüfer können die Besucherplätze 4 und 5 hinter dem Lager nehmen. Herr Baum von der IT richtet die Drucker ein.
Am 28. Oktober 2026 schrieb Nora Blake:
Die Rechnung 2207 haben wir gestern überwiesen."""
FRENCH = """Le 2 novembre 2026, Nora Blake a écrit :
Les auditeurs peuvent prendre les places 4 et 5 derrière l'entrepôt. La boutique sera hors ligne environ
quatre heures."""
HOUSE = """Le 4 novembre 2026, Nora Blake a écrit :
Bonjour Mme. Hale,
Le devis du peintre s'élève à 2 340 € hors taxes. Le séminaire aura lieu à Vannes les 3 et 4 décembre."""
ROOM = """El 9 de noviembre de 2026, Nora Blake escribió:
Estimada Sra. Hale:
He reservado la sala Falla para el viernes 20. El proyector se pide en recepción. Seremos 22."""
HEADED = """De : Nora Blake <nora@exemple.fr>
Envoyé : mardi 3 novembre 2026 10:14
À : Tim Hale
Objet : Travaux

Les travaux dureront quatre jours."""
SPANISH = """El 2 de noviembre de 2026, Nora Blake escribió:
Se han apuntado 23 personas, el autobús tiene 30 plazas. Ayer hicimos la transferencia de la factura 2207."""


@pytest.mark.parametrize(
    ("language", "question", "thread", "line"),
    [
        ("en", "how many laptops did we get in the end?", ENGLISH,
         "As I wrote on 2 Nov 2026: “I have ordered 14 laptops from Corvid today.”"),
        ("de", "Wo stellen die Prüfer ihre Autos ab?", GERMAN, "Wie ich am 02.11.2026 schrieb: „Die Prüfer können die"),
        ("de", "wer richtet sie ein?", GERMAN, "„Herr Baum von der IT richtet die Drucker ein.“"),
        ("de", "Ist die Rechnung 2207 schon bezahlt?", GERMAN, "Wie ich am 28. Oktober 2026 schrieb: „Die Rechnung"),
        ("fr", "où les auditeurs peuvent-ils se garer ?", FRENCH, "Comme je l'ai écrit le 2 novembre 2026 : « Les"),
        ("fr", "combien de temps le magasin sera-t-il fermé ?", FRENCH, "« La boutique sera hors ligne environ quatre"),
        ("fr", "pourriez-vous me rappeler le montant du devis ?", HOUSE,
         "le 4 novembre 2026 : « Le devis du peintre s'élève à 2 340 € hors taxes. »"),
        ("fr", "combien de temps dureront les travaux ?", HEADED, "le 3 novembre 2026 : « Les travaux dureront quatre"),
        ("es", "ya no me acuerdo dónde quedamos el viernes, ¿me lo repites?", ROOM, ": «He reservado la sala Falla"),
        ("es", "¿Cuántos seremos al final?", ROOM, "«Seremos 22.»"),
        ("es", "¿Cuándo vencen las facturas?", "Ana: Las facturas vencen a los 30 días.\nEva: Bien.", "«Las facturas"),
        ("es", "¿cuántas personas vienen?", SPANISH, "Como escribí el 2 de noviembre de 2026: «Se han apuntado 23"),
        ("es", "¿Se ha pagado ya la factura 2207?", SPANISH, "«Ayer hicimos la transferencia de la factura 2207.»"),
    ],
)  # fmt: skip
def test_the_sentence_that_answers_is_quoted(
    embedder: Embedder, language: str, question: str, thread: str, line: str
) -> None:
    found = ground(question, thread, embedder, language)
    assert found is not None
    assert not found.is_sure
    assert line in grounded_lines(found.lines, Asking(language), is_sure=False).text
    assert all(source.quote in thread.replace("\n", " ") for source in found.sources)


@pytest.mark.parametrize(
    ("language", "question", "first", "then"),
    [
        ("en", "When will the printers arrive?", "The printers arrive on 18 November.",
         "Small correction: the supplier can only deliver on 25 November."),
        ("en", "Is the move still planned for Saturday?", "We move the servers on Saturday.",
         "Saturday is out, I moved it to Sunday, 22 November."),
        ("de", "wann kommen die Drucker?", "Die Drucker kommen am 18. November.",
         "Der Lieferant hat sich gemeldet: Die Drucker kommen erst am 25. November."),
        ("fr", "quand arrivent les imprimantes ?", "Les imprimantes arrivent le 18 novembre.",
         "Petit changement : le fournisseur ne livre que le 25 novembre."),
        ("es", "¿cuándo llegan las impresoras?", "Las impresoras llegan el 18 de noviembre.",
         "Un cambio: el proveedor no entrega hasta el 25 de noviembre."),
    ],
)  # fmt: skip
def test_what_was_corrected_never_stands_without_its_correction(
    embedder: Embedder, language: str, question: str, first: str, then: str
) -> None:
    thread = f"On 2 Nov 2026, Nora Blake wrote:\n{first}\nOn 6 Nov 2026, Nora Blake wrote:\n{then}"
    found = ground(question, thread, embedder, language)
    assert found is not None
    assert then in found.text
    assert found.text.endswith(tuple("”“»"))
    assert first not in found.text or found.text.index(then) < found.text.index(first)


def test_what_is_said_anew_of_something_else_corrects_nothing(embedder: Embedder) -> None:
    thread = (
        "On 2 Nov 2026, Nora Blake wrote:\nWith that the setup takes 3 working days.\n"
        "On 6 Nov 2026, Nora Blake wrote:\nCorrection: the fee for schools is 2.89 % plus tax."
    )
    found = ground("Is it still 3 days for the setup?", thread, embedder)
    assert found is not None
    assert [line.sentence for line in found.lines] == ["With that the setup takes 3 working days."]


def test_the_newest_message_is_told_before_those_that_it_may_correct() -> None:
    thread = (
        "On 2 Nov 2026, Nora Blake wrote:\nIt starts on Monday the 12th. The price is 185.\n"
        "On 6 Nov 2026, Nora Blake wrote:\nBecause of the holiday it starts on Tuesday. The rest stays."
    )
    told = [line.sentence for line in Earlier(thread, PEOPLE).also("Your answer: “Yes. The rest stays”")]
    assert told == [
        "Because of the holiday it starts on Tuesday.", "It starts on Monday the 12th.", "The price is 185."
    ]  # fmt: skip


def test_a_line_of_two_words_answers_too(embedder: Embedder) -> None:
    thread = "On 2 Nov 2026, Nora Blake wrote:\nDie Räder kosten 24 Euro am Tag. Helme gratis. Bis bald!"
    message = "Guten Tag, wir kommen am Samstag zu viert. Kosten die Helme extra? Bis dann!"
    told = Earlier(thread, PEOPLE, lambda: embedder, message).also()
    assert "Helme gratis." in [line.sentence for line in told]


def test_who_asks_is_not_told_by_their_own_words(embedder: Embedder) -> None:
    thread = "On 2 Nov 2026, Tim Hale wrote:\nLunch for the workshop is included, I think. Invoice 7 is due in 14 days."
    assert ground("Is lunch for the workshop included?", thread, embedder) is None
    assert ground("When will you pay invoice 7?", thread, embedder) is None


CALL = """Nora Blake: Acme quoted 40k, Borealis 36k.
Jim Tan: Borealis had the delays last year though.
Nora Blake: True. Let's go with Acme, they can start in May.
Jim Tan: Fine."""


def test_a_name_that_stands_somewhere_answers_nobody_s_who(embedder: Embedder) -> None:
    assert ground("who tells them?", CALL, embedder) is None


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Could you confirm that the price includes travel?", "Travel and accommodation are included in the price."),
        ("How many people can take part?", "Up to 14 people can take part."),
        ("Can you tell me whether the price includes hotels?", "Travel and accommodation are included in the price."),
    ],
)
def test_what_leads_to_a_question_is_no_part_of_it(embedder: Embedder, question: str, line: str) -> None:
    thread = "On 3 Nov 2026, Nora Blake wrote:\nTravel and accommodation are included in the price."
    found = ground(question, f"{thread} Up to 14 people can take part.", embedder)
    assert found is not None
    assert [one.sentence for one in found.lines] == [line]


def test_a_sentence_that_points_back_brings_the_one_before_it(embedder: Embedder) -> None:
    thread = "On 2 Nov 2026, Nora Blake wrote:\nI have ordered the laptops. They should be here on 20 November."
    found = ground("When will the laptops arrive?", thread, embedder)
    assert found is not None
    assert "“I have ordered the laptops. They should be here on 20 November.”" in found.text
    assert len(found.sources) == 2


def test_words_alone_find_facts_where_nothing_compares_meanings() -> None:
    thread = "On 2 Nov 2026, Nora Blake wrote:\nThe printers arrive on 18 November."
    assert (found := ground("When do the printers arrive?", thread, None)) is not None
    assert not found.is_sure
    assert ground("Are the printers quiet?", thread, None) is None


@pytest.mark.parametrize(
    ("thread", "people"),
    [
        ("Nora Blake (3 Nov): Bays 4.\nTim Hale (4 Nov): Thanks!", [("Nora Blake", "3 Nov"), ("Tim Hale", "4 Nov")]),
        ("Nora: Bays 4 and 5.\nTim: Thanks!\nNora: Sure.", [("Nora", ""), ("Tim", ""), ("Nora", "")]),
        ("Le 2 novembre 2026 à 10:12, Nora Blake <n@x.de> a écrit :\n> Oui.", [("Nora Blake", "2 novembre 2026")]),
        ("Am 28. Oktober 2026 um 9:00 schrieb Nora Blake:\n> Ja.", [("Nora Blake", "28. Oktober 2026")]),
    ],
)  # fmt: skip
def test_a_thread_says_who_wrote_and_when(thread: str, people: list[tuple[str, str]]) -> None:
    assert [(message.who, message.date) for message in split_thread(thread)] == people


def test_what_is_near_in_the_same_words_is_offered_where_its_kind_is_not_seen(embedder: Embedder) -> None:
    thread = """Le 10 novembre 2026, Nora Blake a écrit :
Le train part de Rennes à 7h42. L'hôtel est payé par l'agence."""
    found = ground("qui paie l'hôtel ?", thread, embedder, "fr")
    assert found is not None
    assert not found.is_sure
    assert "L'hôtel est payé par l'agence." in found.text


@pytest.mark.parametrize(
    ("message", "own"),
    [
        ("Omar, see below.\n\n--- Forwarded message ---\nFrom: Fred <f@x.example>\nTo: Eva\n\nHow long?",
         "Omar, see below."),
        ("Kannst du das übernehmen?\n\nVon: Fred <f@x.example>\nAn: Eva\n\nWie lange?",
         "Kannst du das übernehmen?"),
        ("Tu peux t'en occuper ?\n\nLe 3 mai 2026, Fred a écrit :\n> Combien de temps ?", "Tu peux t'en occuper ?"),
        ("De: Fred <f@x.example>\nEnviado: 3 de mayo\nPara: Eva\n\n¿Cuánto dura?", ""),
        ("¿Cuánto dura?", "¿Cuánto dura?"),
    ],
)  # fmt: skip
def test_what_is_forwarded_is_not_said_by_who_forwards_it(message: str, own: str) -> None:
    said, below = own_part(message, "Dana Cole")
    assert said == own
    assert bool(below) == (own != message)


def test_a_message_with_its_own_header_is_what_its_sender_says() -> None:
    message = "From: Dana Cole <d@x.example>\nTo: Omar <o@x.example>\n\nHow long?"
    assert own_part(message, "Dana Cole")[0].strip() == "How long?"


_PRICE = "The pump costs 88 euros."
_HEAD = "From: {who}\nSent: 2 May 2026\nTo: {to}\nSubject: price\n\n{text}"


@pytest.mark.parametrize(
    ("thread", "is_quoted"),
    [
        (_HEAD.format(who="Dana <d@diaz.example>", to="Omar Diaz <o@diaz.example>", text=_PRICE), False),
        (_HEAD.format(who="Omar Diaz <o@diaz.example>", to="Dana <d@diaz.example>", text=_PRICE), False),
        (_HEAD.format(who="Dana <d@diaz.example>", to="Fred Snow <f@snow.example>", text=_PRICE), True),
        (_HEAD.format(who="Omar Diaz <o@diaz.example>", to="Fred Snow <f@snow.example>", text=_PRICE), True),
        ("On 2 May 2026, Dana Cole wrote:\n> Omar, the pump costs 88 euros.", False),
        ("On 2 May 2026, Omar Diaz wrote:\n> Internally: the pump costs 88 euros.", False),
        ("Am 2. Mai 2026 schrieb Dana Cole:\n> Nur intern: the pump costs 88 euros.", False),
        ("On 2 May 2026, Omar Diaz wrote:\n> The pump costs 88 euros.", True),
    ],
)  # fmt: skip
def test_what_stays_among_colleagues_is_not_quoted_to_others(thread: str, is_quoted: bool) -> None:
    people = ThreadPeople("Omar Diaz", "Fred Snow")
    found = Earlier(thread, people).answer("How much is the pump?", Asking("en"))
    assert bool(found) == is_quoted


@pytest.mark.parametrize(
    ("question", "thread", "said"),
    [
        ("Are cats fine?", "Cats are fine, dogs are not allowed.", "“Cats are fine, dogs are not allowed.”"),
        ("Who has the tickets?", "Karen has the tickets for everybody.", "“Karen has the tickets for everybody.”"),
        ("Can you deliver the pumps on Saturdays?", "We do not deliver the pumps on Saturdays.", "We do not deliver"),
    ],
)
def test_an_answer_is_quoted_as_it_stands(embedder: Embedder, question: str, thread: str, said: str) -> None:
    written = f"On 2 May 2026, Omar Diaz wrote:\n> {thread}"
    found = Earlier(written, ThreadPeople("Omar Diaz", "Leo"), lambda: embedder).answer(question, Asking("en"))
    assert found
    assert said in found.text


_STOVE = "The stove is ready. I will bring it over on Friday morning. The old one stays with you. Have a good week!"


def test_a_promise_is_shown_once_where_nothing_asks_about_it(embedder: Embedder) -> None:
    message = "Friday came and went, and there is no stove. May I have my deposit back?"
    earlier = Earlier(f"Nora Blake:\n{_STOVE}", PEOPLE, lambda: embedder, message)
    earlier.answer("May I have my deposit back?", Asking("en"))
    assert "I will bring it over on Friday morning." in [line.sentence for line in earlier.also()]
    shown = {"I will bring it over on Friday morning.", "The stove is ready."}
    assert not shown & {line.sentence for line in earlier.also(" ".join(shown))}


def test_what_a_mail_tells_of_is_shown_though_it_asks_of_another_thing(embedder: Embedder) -> None:
    thread = "Nora Blake:\nThe cellar was dry when we left. The painter comes on Monday with the new doors."
    message = "The painter did not come on Monday and the new doors are not here. May I have the keys back?"
    earlier = Earlier(thread, PEOPLE, lambda: embedder, message)
    earlier.answer("May I have the keys back?", Asking("en"))
    assert "The painter comes on Monday with the new doors." in [line.sentence for line in earlier.also()]


@pytest.mark.parametrize(
    ("language", "message", "thread", "said"),
    [
        ("en", "Which day suits you? We can do 6 May or 14 May.",
         "The hall is being painted. Nobody can get in from the 4th to the 8th. Ann has the key.", "4th to the 8th"),
        ("de", "Passt Ihnen Montag oder Mittwoch besser?",
         "Wir haben jetzt einen Ofen. Montags ist bei uns zu. Der Hof ist gefegt.", "Montags"),
    ],
)  # fmt: skip
def test_what_stands_against_a_date_is_shown_beside_the_dates_and_is_no_answer(
    embedder: Embedder, language: str, message: str, thread: str, said: str
) -> None:
    earlier = Earlier(f"Nora Blake:\n{thread}", PEOPLE, lambda: embedder, message)
    asking = Asking(language, offered=("6 May", "14 May") if language == "en" else ())
    found = earlier.answer(message.partition("?")[0] + "?", asking)
    assert found
    assert said in found.lines[0].sentence
    assert found.text == ""


@pytest.mark.parametrize(
    "text",
    [
        "On 2 May 2026, Dana Cole wrote:\n> For your eyes only: {}",
        "Am 2. Mai 2026 schrieb Dana Cole:\n> Behalte das für dich: {}",
        "Le 2 mai 2026, Dana Cole a écrit :\n> À ne pas transmettre au client : {}",
        "El 2 de mayo de 2026, Dana Cole escribió:\n> No reenviar al cliente: {}",
    ],
)
def test_what_its_words_keep_internal_is_not_quoted(text: str) -> None:
    earlier = Earlier(text.format(_PRICE), ThreadPeople("Omar Diaz", "Fred Snow"))
    assert earlier.answer("How much is the pump?", Asking("en")) is None


def test_a_question_without_a_noun_is_about_the_sentence_before_it(embedder: Embedder) -> None:
    thread = (
        "Le 1 mai 2026, Al Roy a écrit :\n> Veuillez trouver la facture. La facture est à régler avant le 30 novembre."
    )
    earlier = Earlier(thread, ThreadPeople("Al Roy", "Igor"), lambda: embedder)
    found = earlier.answer("C'est quand déjà ?", Asking("fr"), "Je ne retrouve plus la date d'échéance de la facture.")
    assert found
    assert not found.is_sure
    assert "avant le 30 novembre" in found.text


def test_a_sign_off_answers_nothing(embedder: Embedder) -> None:
    thread = "Nora Blake:\nHi Don,\n\nthank you for the list.\n\nBest wishes\nNora"
    earlier = Earlier(thread, PEOPLE, lambda: embedder)
    assert earlier.answer("When do you come?", Asking("en")) is None


def test_a_closing_is_no_line_that_answers(embedder: Embedder) -> None:
    thread = """On 2 November 2026, Nora Blake wrote:
Your crate is now booked for Tuesday 10 November, between 8am and noon. Kind regards, Nora Blake, Town Services"""
    earlier = Earlier(thread, PEOPLE, lambda: embedder)
    assert [line.sentence for line in earlier._lines] == [
        "Your crate is now booked for Tuesday 10 November, between 8am and noon."
    ]
    thread = "Nora Blake:\nThe deposit is due on 27 March. Best wishes, Nora Blake, Year 6 lead"
    assert [line.sentence for line in Earlier(thread, PEOPLE)._lines] == ["The deposit is due on 27 March."]


@pytest.mark.parametrize(
    ("language", "question", "thread", "said"),
    [
        ("en", "What was the figure for the shed?",
         "My price for the shed is £2,310 with the floor. It takes nine days. You were at home on Friday.", "£2,310"),
        ("es", "Cuanto hay que pagar de tasa por la valla",
         "La tasa por la valla es de 118 euros. Traiga el justificante de la tasa a la cita.", "118 euros"),
        # A share is an answer, too.
        ("fr", "Combien faut-il verser pour confirmer ?",
         "La chambre est à 64 € par nuit. Un acompte de 20 % confirme la réservation.", "20 %"),
    ],
)  # fmt: skip
def test_a_question_for_an_amount_is_answered_by_a_line_that_holds_one(
    embedder: Embedder, language: str, question: str, thread: str, said: str
) -> None:
    found = ground(question, f"Nora Blake:\n{thread}", embedder, language)
    assert found is not None
    assert said in found.text


def test_a_line_that_ends_with_an_emoji_s_name_answers_and_one_that_leads_to_others_does_not() -> None:
    thread = (
        "Nora Blake: Raj is on call on Monday :+1:\nDon Reed: The parcel is heavy :tada:\nNora Blake: These are left:"
    )
    said = [line.sentence for line in Earlier(thread, PEOPLE)._lines]
    assert said == ["Raj is on call on Monday :+1:", "The parcel is heavy :tada:"]


def test_a_question_that_only_asks_whether_it_is_so_asks_what_stands_before_it() -> None:
    before = "Er sagt, Freitag kommt er heim."
    assert wanted_in("Stimmt doch?", before, Asking("de")) == before
    assert wanted_in("What is its weight?", "It is a pump.", Asking("en")) != "It is a pump."
