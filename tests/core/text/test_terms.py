"""Words of a list in a text: whole words in their case, and none in quotations, names, code or links."""

import time

import pytest

from core.text.terms import find_terms, goes_with_word_before

FORMS = ("client", "clients", "client account", "e mail", "Github")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our client waits.", ["client"]),
        ("Clients wait, and a client's order too.", ["Clients", "client"]),
        ("The client account\nof the client.", ["client account", "client"]),
        ("OUR CLIENTS FIRST\nand then", ["CLIENTS"]),
        ("We use Github.", ["Github"]),
        ("Write an e  mail.", ["e  mail"]),
        ("- client list\n- Client list", ["client", "Client"]),
        # Other words, names, and what is quoted, coded or linked.
        ("The clientele of our subclient, client-side and multi-client.", []),
        ("We met the Client in Rome.", []),
        ("Client Alliance called.", []),
        ("The CLIENT pays.", []),
        ("They wrote “our client is king, and so on” and «client».", []),
        ('He said "the client will pay on Monday as we all know by now".', []),
        ("> the client wrote\nNothing else.", []),
        ("Call `client` or ``client()``, see https://client.example/client and client@example.com, client.py.", []),
        ("[[Which client?]]", []),
        ("We use GitHub and github.", []),
    ],
)
def test_a_word_is_found_where_it_is_meant_as_one(text: str, found: list[str]) -> None:
    uses = list(find_terms(text, FORMS, language="en"))
    assert [use.text for use in uses] == found
    assert [text[use.start : use.end] for use in uses] == found


def test_a_german_noun_has_its_capital_and_leads_no_name() -> None:
    found = [use.text for use in find_terms("Der Klient Weber und klient.", ("Klient",), language="de")]
    assert found == ["Klient"]


def test_nothing_is_found_in_what_is_kept() -> None:
    assert not [*find_terms("Ask the client manager.", ("client",), language="en", kept=["client manager"])]
    assert [*find_terms("Ask the clients.", ("clients",), language="en", kept=["client"])]


@pytest.mark.parametrize(
    ("text", "form", "preferred", "written"),
    [
        ("a client", "client", "customer", "customer"),
        ("Client here", "client", "customer", "Customer"),
        ("THE CLIENT", "client", "customer", "CUSTOMER"),
        ("Der Klient", "Klient", "Kunde", "Kunde"),
    ],
)
def test_a_word_in_its_place_takes_its_case(text: str, form: str, preferred: str, written: str) -> None:
    (use,) = find_terms(text, (form,), language="de" if form[0].isupper() else "en")
    assert use.replaced(preferred) == written


@pytest.mark.parametrize(
    ("text", "form", "new", "language", "goes"),
    [
        ("a client", "client", "customer", "en", True),
        ("a worker", "worker", "employee", "en", False),
        ("an employee", "employee", "worker", "en", False),
        ("the worker", "worker", "employee", "en", True),
        ("l\u2019usager paie", "usager", "client", "fr", False),
        ("le client paie", "client", "usager", "fr", False),
        ("notre client paie", "client", "usager", "fr", True),
        ("le client paie", "client", "partenaire", "fr", True),
    ],
)
def test_an_article_that_would_have_to_change_is_seen(
    text: str, form: str, new: str, language: str, goes: bool
) -> None:
    (use,) = find_terms(text, (form,), language=language)
    assert goes_with_word_before(text, use, new, language) is goes


def test_a_long_list_costs_hardly_more_than_a_short_one() -> None:
    text = "The committee met and decided what everybody had expected for a long time. " * 400
    many = tuple(f"term{number}" for number in range(3000))

    def seconds(forms: tuple[str, ...]) -> float:
        [*find_terms(text, forms, language="en")]
        begin = time.perf_counter()
        [*find_terms(text, forms, language="en")]
        return time.perf_counter() - begin

    assert min(seconds(many) for _ in range(3)) < 5 * min(seconds(("client",)) for _ in range(3)) + 0.01
