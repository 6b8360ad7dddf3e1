"""Greeting, closing and signature of messages under a house style."""

from typing import Any

import pytest

from core.drafts import Draft, without_signature
from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PolicySet
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.writing.house_style import filled, fits, has_own_signature, signed, with_house_frame

RECIPES = load_recipes()
GERMAN = "Kannst du mir bis Freitag die Liste schicken?"
BLOCK = "{name}\n{title}\nExample GmbH, Bremen"


def styled(name: str, rules: str, language: str = "de") -> Recipe:
    text = f"[installation.style.{language}]\n{rules}\n"
    return RECIPES[name].in_house_style(PolicySet(parse_policies(text, "p")).of(PersonFacts("local")).style)


def framed(recipe: Recipe, **inputs: Any) -> tuple[str, str, str]:
    given = {"message": GERMAN, "sender_name": "Ann Lee", "owner_name": "Tom Fox", **inputs}
    found = with_house_frame(recipe, given)
    return found.get("greeting", ""), found.get("usual_greeting", ""), found.get("usual_closing", "")


def test_without_a_style_nothing_changes() -> None:
    inputs = {"message": GERMAN, "greeting": "Moin!"}
    assert with_house_frame(RECIPES["reply"], inputs) == inputs
    other = {"text": GERMAN}
    assert with_house_frame(styled("rewrite", 'register = "formal"'), other) == other


@pytest.mark.parametrize(
    ("rules", "inputs", "frame"),
    [
        ('register = "formal"', {}, ("", "Guten Tag Ann Lee,", "Mit freundlichen Grüßen\nTom Fox")),
        (
            'register = "formal"',
            {"usual_greeting": "Hallo Ann,", "usual_closing": "Viele Grüße\nTom Fox"},
            ("", "Guten Tag Ann Lee,", "Mit freundlichen Grüßen\nTom Fox"),
        ),
        ('register = "formal"', {"usual_greeting": "Guten Tag Frau Lee,"}, ("", "Guten Tag Frau Lee,", None)),
        ('register = "formal"', {"greeting": "Hi Ann,"}, ("", "Guten Tag Ann Lee,", None)),
        ('register = "formal"', {"greeting": "Hallo zusammen,"}, ("Hallo zusammen,", "Guten Tag Ann Lee,", None)),
        ('register = "formal"', {"sender_name": "Ann"}, ("", "Guten Tag Ann,", None)),
        (
            'register = "informal"',
            {"message": "Könnten Sie mir die Liste schicken?", "usual_greeting": "Guten Tag Frau Lee,"},
            ("", "Hallo Ann,", "Viele Grüße\nTom Fox"),
        ),
        ('greeting = "Moin {name},"', {}, ("", "Moin Ann,", "")),
        ('greeting = "Moin {name},"', {"sender_name": ""}, ("", "Moin,", "")),
        ('greeting = "Guten Tag {name},"\nregister = "formal"', {}, ("", "Guten Tag Ann Lee,", None)),
        ('closing = "Herzlich"', {}, ("", "", "Herzlich\nTom Fox")),
        ('closing = "Herzlich"', {"owner_name": ""}, ("", "", "Herzlich")),
    ],
)
def test_greeting_and_closing_follow_the_house(
    rules: str, inputs: dict[str, str], frame: tuple[str, str, str | None]
) -> None:
    greeting, usual, closing = framed(styled("reply", rules), **inputs)
    assert (greeting, usual) == frame[:2]
    assert frame[2] in (None, closing)


@pytest.mark.parametrize(
    ("greeting", "address", "fit"),
    [
        ("Hallo Ann,", "formal", False),
        ("Hallo Ann Lee,", "formal", True),
        ("Guten Tag Frau Lee,", "formal", True),
        ("Guten Tag Frau Lee,", "familiar", False),
        ("Guten Tag Ann Lee,", "familiar", False),
        ("Hallo Ann,", "familiar", True),
        ("Hallo zusammen,", "formal", True),
        ("", "formal", True),
        ("Hallo Ann,", "", True),
    ],
)
def test_the_register_of_a_greeting_shows_in_the_name_it_calls(greeting: str, address: Any, fit: bool) -> None:
    assert fits(greeting, address, "de", "Ann Lee") is fit


@pytest.mark.parametrize(
    ("text", "signed_text"),
    [
        ("Hallo,\n\nja.\n\nViele Grüße\nTom Fox", "Hallo,\n\nja.\n\nViele Grüße\nTom Fox\nCFO\nExample GmbH, Bremen"),
        (
            "Hallo,\n\nja.\n\nViele Grüße\nTom",
            "Hallo,\n\nja.\n\nViele Grüße\nTom\n\nTom Fox\nCFO\nExample GmbH, Bremen",
        ),
        ("Hallo,\n\nja.", "Hallo,\n\nja.\n\nTom Fox\nCFO\nExample GmbH, Bremen"),
        # A model that has learnt the signature from past mails wrote it, or a part of it.
        (
            "Hallo,\n\nja.\n\nViele Grüße\nTom Fox\nCFO\nExample GmbH, Bremen\n",
            "Hallo,\n\nja.\n\nViele Grüße\nTom Fox\nCFO\nExample GmbH, Bremen",
        ),
        (
            "Hallo,\n\nja.\n\nViele Grüße\n\nTom Fox\nExample GmbH, Bremen",
            "Hallo,\n\nja.\n\nViele Grüße\n\nTom Fox\nCFO\nExample GmbH, Bremen",
        ),
    ],
)
def test_a_mail_is_signed_once_in_place_of_the_name(text: str, signed_text: str) -> None:
    recipe = styled("reply", f"signature = '''{BLOCK}'''")
    inputs = {"message": GERMAN, "owner_name": "Tom Fox", "owner_role": "CFO"}
    draft = signed(Draft(recipe="reply", text=text, alternatives=(text,)), recipe, inputs)
    assert draft.text == signed_text
    assert draft.alternatives == (signed_text,)
    assert signed(draft, recipe, inputs) == draft


def test_a_name_with_its_title_in_one_line_takes_the_place_of_the_name() -> None:
    recipe = styled("reply", 'signature = "{name}, {title}\\nExample GmbH"')
    inputs = {"message": GERMAN, "owner_name": "Tom Fox", "owner_role": "CFO"}
    draft = signed(Draft(recipe="reply", text="Hallo,\n\nja, gern.\n\nViele Grüße\nTom Fox"), recipe, inputs)
    assert draft.text == "Hallo,\n\nja, gern.\n\nViele Grüße\nTom Fox, CFO\nExample GmbH"
    assert signed(draft, recipe, inputs).text == draft.text


def test_a_signature_of_the_persons_own_stays_alone() -> None:
    recipe = styled("reply", f"signature = '''{BLOCK}'''")
    text = "Hallo,\n\nja.\n\nViele Grüße\nTom Fox\nBüro 12, tom@fox.example"
    own = {"message": GERMAN, "owner_name": "Tom Fox", "closing": "Viele Grüße\nTom Fox\nBüro 12, tom@fox.example"}
    assert signed(Draft(recipe="reply", text=text), recipe, own).text == text
    assert has_own_signature("Best\nTom\nCFO")
    assert not has_own_signature("Best\nTom")
    assert has_own_signature("Tom, +49 421 1")


def test_only_messages_are_signed_and_only_in_a_language_with_a_signature() -> None:
    summary = Draft(recipe="summarize", text="Die Liste kommt am Freitag.")
    assert signed(summary, styled("summarize", f"signature = '''{BLOCK}'''"), {"text": GERMAN}) == summary
    english = Draft(recipe="reply", text="Hi Ann,\n\nyes, you will have the list by Friday.\n\nBest regards,\nTom Fox")
    recipe = styled("reply", f"signature = '''{BLOCK}'''")
    assert signed(english, recipe, {"message": GERMAN, "owner_name": "Tom Fox"}) == english


@pytest.mark.parametrize(
    ("signature", "name", "title", "block"),
    [
        (BLOCK, "Tom Fox", "CFO", "Tom Fox\nCFO\nExample GmbH, Bremen"),
        (BLOCK, "Tom Fox", "", "Tom Fox\nExample GmbH, Bremen"),
        (BLOCK, "", "", "Example GmbH, Bremen"),
        ("{name}, {title}", "Tom Fox", "", "Tom Fox"),
        ("{name}, {title}", "", "CFO", "CFO"),
        ("{name} | {title} | Example", "Tom Fox", "", "Tom Fox | Example"),
        ("{title}\n\nExample", "Tom Fox", "", "Example"),
        ("{name}", "", "", ""),
        ("{name}", "Tom\nFox {title}", "", "Tom"),
    ],
)
def test_what_is_not_known_of_a_person_is_left_out_of_the_signature(
    signature: str, name: str, title: str, block: str
) -> None:
    assert filled(signature, name, title) == block


def test_a_draft_says_what_was_put_below_the_name() -> None:
    recipe = styled("reply", f"signature = '''{BLOCK}'''")
    mail = "Hallo,\n\nja, die Liste kommt.\n\nViele Grüße\nTom Fox"
    draft = signed(Draft(recipe="reply", text=mail), recipe, {"message": GERMAN, "owner_name": "Tom Fox"})
    assert draft.signature == "Example GmbH, Bremen"
    assert without_signature(draft.text, draft.signature) == mail
