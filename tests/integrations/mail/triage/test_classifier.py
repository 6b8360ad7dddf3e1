"""What was learnt: each head has weights for what a mail can show, and meaning counts where there are vectors."""

import pytest

from core.embeddings import WordEmbedder, local_embedder
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage.classifier import (
    AND,
    HEADS,
    SCALES,
    MailSigns,
    classifier,
    passage,
    passages,
    vectors_of,
    words_of,
)
from integrations.mail.triage.decide import SENTENCES, SUSPICIOUS, evidence_of, facts_of
from tests.integrations.mail.samples import KIM, OWNER, QUESTION, decided, mail

DIMENSIONS = 384


def test_each_head_has_weights_for_signs_that_a_person_can_read() -> None:
    for heads in (classifier().with_meaning, classifier().by_signs):
        assert heads.keys() == set(HEADS)
        for head in heads.values():
            single = {name for signs in head.signs for name in signs.split(AND)}
            assert {name for name in single if not name.startswith("rule_")} <= SENTENCES.keys()
            assert len(head.words) == len(head.places) > 10_000
    assert all(len(head.meaning) == len(SCALES) * DIMENSIONS for head in classifier().with_meaning.values())


def test_the_weights_know_the_signs_of_a_mail() -> None:
    signs = evidence_of(facts_of(parse_message(mail(QUESTION, "Precedence: bulk")), OWNER)).signs
    assert {"asks", "greets_owner", "rule_list"} <= signs.keys() <= classifier().by_signs["reply"].signs.keys()


def test_words_that_were_never_learnt_count_nothing() -> None:
    head, words = classifier().by_signs["reply"], words_of("", "please Xqzwvk")
    assert [term in head.places for term in words].count(True) == 1  # "please" alone
    unknown = {term: strength for term, strength in words.items() if term not in head.places}
    assert head.probability(MailSigns({}, unknown)) == head.probability(MailSigns({}, {}))


def test_what_a_tool_shows_of_a_comment_is_the_mail() -> None:
    shown = "Ann Lee commented:\n> Which of the two goes to print?\n\nOpen the file"
    assert "Which of the two" in passages(parse_message(mail(shown)))[0]
    answer = mail(shown, "In-Reply-To: <a@example.org>")
    assert "Which of the two" not in passages(parse_message(answer))[0]


def test_vectors_that_the_weights_were_not_learnt_for_are_none() -> None:
    assert not vectors_of(passages(parse_message(mail(QUESTION))), WordEmbedder())


def test_the_passages_are_what_was_written_now() -> None:
    message = parse_message(mail("Hello Bob,\n\nsee you.\n\nOn Tue, 2 Jan 2024, Bob wrote:\n> Can you look?"))
    assert set(passages(message)) == {"Lunch. Hello Bob, see you."}
    long = parse_message(
        mail("Hello Bob, it rains. " * 20 + "Can you look?\n\nOn Tue, 2 Jan 2024, Bob wrote:\n> Rain?")
    )
    assert [passage[-13:] for passage in passages(long)][1] == "Can you look?"


def test_the_tuned_layers_read_who_wrote_to_whom_and_what_is_new() -> None:
    answer = "Hello Bob,\n\nsee   you.\n\nOn Tue, 2 Jan 2024, Bob wrote:\n> Can you look?"
    read = "Lunch | Ann Lee ann.lee@example.com | {} | Bob Ray | Hello Bob, see you."
    assert passage(parse_message(mail(answer)), OWNER) == read.format("to me")
    others = parse_message(mail(answer)).model_copy(update={"to": (KIM, Address(address=OWNER.aliases[0]))})
    assert passage(others, OWNER) == read.format("to me and others")
    assert passage(others.model_copy(update={"to": (KIM,)}), OWNER) == read.format("cc")


def test_of_a_long_mail_the_tuned_layers_read_opening_and_closing() -> None:
    words = " ".join(f"word{number}" for number in range(300))
    subject = "s" * 300
    long = parse_message(mail(words)).model_copy(update={"subject": subject})
    assert passage(long, OWNER) == (
        f"{subject[:200]} | Ann Lee ann.lee@example.com | to me | Bob Ray | {words[:800]} … {words[-500:]}"
    )
    assert passage(parse_message(mail(words[:1300])), OWNER).endswith(f" | {words[:1300]}")


MEANT = [
    (
        "Kev <kev@brookmill.example>",
        "pump",
        "it trips again as soon as we switch it on and the milk lorry is due at six",
        "asked",
    ),
    (
        "Ana <ana@huerta.example>",
        "entrega",
        "Todavía no ha llegado el repuesto y mañana empezamos la campaña.",
        "asked",
    ),
    (
        "Till Ruf <till@ruf-bau.example>",
        "Re: Termin",
        "Passt, wir sehen uns am Montag um neun auf der Baustelle.",
        "not_asked",
    ),
    (
        "Marc Paulin <m.paulin@essor-conseil.example>",
        "Développer vos ventes",
        "Bonjour, nous aidons les PME à doubler leurs prospects. Auriez-vous un créneau cette semaine pour en parler ?",
        "not_asked",
    ),
    (
        "Accounts <billing@cloudstore-renewals.example>",
        "Your storage plan",
        "Your plan could not be renewed. Update your card within 12 hours or all files are erased:"
        " http://cloudstore-renewals.example/card",
        SUSPICIOUS,
    ),
]


@pytest.mark.parametrize(("sender", "subject", "text", "rule"), MEANT, ids=lambda value: str(value)[:20])
def test_meaning_tells_what_no_phrase_does(sender: str, subject: str, text: str, rule: str) -> None:
    name, _, address = sender.partition(" <")
    message = MailMessage(
        sender=Address(name=name, address=address.rstrip(">")), to=(OWNER,), subject=subject, text=text
    )
    if not vectors_of(passages(message), local_embedder()):
        pytest.skip("the embedded model does not run here")
    assert decided(message, OWNER).rule == rule
