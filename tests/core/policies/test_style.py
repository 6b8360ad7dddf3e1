"""Which house style holds for a person: the more special section, what adds up, and what a model is told of it."""

import pytest

from core.policies.parsing import parse_policies, warnings_of
from core.policies.resolution import NO_POLICY, PersonFacts, PolicySet
from core.policies.style import MAX_GUIDE_CHARS, MAX_TERM_CHARS, HouseStyle

TEXT = """
[installation.style]
guide = "Short sentences."
use = { e-mail = ["email"] }
[installation.style.de]
register = "formal"
closing = "Mit freundlichen Grüßen"
use = { Kunde = ["Klient"], Kunden = ["Klienten"] }
[workspace.T1.style]
guide = "No jargon."
signature = "{name}\\nExample Ltd"
[group.finance]
members = ["ada@example.com"]
[group.finance.style]
guide = "Figures first."
[group.finance.style.de]
register = "informal"
avoid = { Synergie = "sag, was zusammen besser geht" }
[group.legal]
members = ["ada@example.com", "ben@example.com"]
[group.legal.style.de]
register = "formal"
use = { Klient = ["Mandant"] }
"""


def style_of(text: str, *addresses: str, workspace: str = "T1") -> HouseStyle:
    facts = PersonFacts(workspace, addresses=frozenset(addresses))
    return PolicySet(parse_policies(text, "p")).of(facts).style


def test_nobody_has_a_style_without_policies() -> None:
    assert not NO_POLICY.style
    assert NO_POLICY.style.digest == ""
    assert NO_POLICY.style.of("de").guidance("", is_worded=True) == ""


def test_the_more_special_section_counts_and_the_first_of_two_groups() -> None:
    ada, ben, eve = (style_of(TEXT, f"{name}@example.com").of("de") for name in ("ada", "ben", "eve"))
    assert (ada.register.value, ada.register.rule) == ("informal", "group.finance.style.de.register")
    assert (ben.register.value, ben.register.rule) == ("formal", "group.legal.style.de.register")
    assert (eve.register.value, eve.register.rule) == ("formal", "installation.style.de.register")
    assert ada.closing == eve.closing
    assert ada.signature.rule == "workspace.T1.style.signature"
    assert ada.address == "familiar"


def test_guides_and_terms_add_up_and_a_term_in_use_is_avoided_nowhere_behind() -> None:
    ada = style_of(TEXT, "ada@example.com").of("de")
    assert [guide.value for guide in ada.guides] == ["Short sentences.", "No jargon.", "Figures first."]
    found = {term.avoided: term.preferred for term in ada.terms}
    assert found == {"Mandant": "Klient", "Klienten": "Kunden", "Synergie": "", "email": "e-mail"}


def test_what_is_said_of_one_language_goes_before_what_is_said_of_all() -> None:
    text = '[installation.style]\nclosing = "Regards"\n[installation.style.fr]\nclosing = "Cordialement"\n'
    assert style_of(text).of("fr").closing.value == "Cordialement"
    assert style_of(text).of("en").closing.value == "Regards"
    assert style_of(text).of("ja").closing.value == "Regards"


def test_a_model_is_told_the_style_in_the_language_of_its_text() -> None:
    rules = style_of(TEXT, "ada@example.com").of("de")
    told = rules.guidance("", is_worded=True, frame=["Closing line: Gruß"]).split("\n")
    assert "administrators" in told[0]
    assert told[1:] == [
        "- Short sentences.",
        "- No jargon.",
        "- Figures first.",
        "- Write “Klient”, never “Mandant”.",
        "- Write “Kunden”, never “Klienten”.",
        "- Write “e-mail”, never “email”.",
        "- Never write “Synergie”: sag, was zusammen besser geht.",
        "- Where the reader is addressed: du, never Sie.",
        "- Closing line: Gruß",
    ]
    assert "jargon" not in rules.guidance("", is_worded=False, corrects=True)
    assert "addressed" not in style_of(TEXT).of("de").guidance("", is_worded=False)
    english = style_of(TEXT.replace("style.de]", "style.en]")).of("en").guidance("", is_worded=True)
    assert "Address the reader in a formal way." in english


def test_of_very_many_terms_those_in_the_material_are_told() -> None:
    listed = ", ".join(f"preferred{number} = ['avoided{number}x']" for number in range(250))
    rules = style_of(f"[installation.style.en]\nuse = {{ {listed} }}\n").of("en")
    told = rules.guidance("We wrote avoided249x.", is_worded=False)
    assert "preferred249" in told
    assert len(told) < MAX_TERM_CHARS + 600
    assert told == rules.guidance("We wrote avoided249x.", is_worded=False)


def test_guides_of_very_many_groups_stay_within_their_budget() -> None:
    groups = "".join(
        f'[group.g{number}]\nmembers = ["*"]\n[group.g{number}.style]\nguide = "{number} {"x" * 500}"\n'
        for number in range(50)
    )
    guides = style_of(f"[installation.style]\nguide = 'all'\n{groups}").of("en").guides
    assert sum(len(guide.value) for guide in guides) <= MAX_GUIDE_CHARS
    assert [guide.value[:2] for guide in guides] == ["al", "2 ", "1 ", "0 "]


def test_the_same_style_has_the_same_version_and_any_change_another() -> None:
    assert style_of(TEXT, "ben@example.com").digest == style_of(TEXT, "ben@example.com", "x@y.z").digest
    assert len({style_of(TEXT, f"{name}@example.com").digest for name in ("ada", "ben", "eve")}) == 3
    assert style_of(TEXT).digest != style_of(TEXT.replace("jargon", "slang")).digest


def test_what_holds_is_listed_with_its_rule() -> None:
    rows = style_of(TEXT, "ben@example.com").rows()
    assert ("", "workspace.T1.style.signature", "{name}\nExample Ltd") in rows
    assert ("", "installation.style.use", "“email” → “e-mail”") in rows
    assert ("de", "group.legal.style.de.register", "formal") in rows
    assert ("de", "installation.style.use", "“email” → “e-mail”") not in rows
    assert not [row for row in rows if row[1] == "installation.style.de.register"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ('register = "formal"', 'register = "informal"', "style.de.register: here it is another than in group a"),
        ('use = { x = ["y"] }', 'use = { z = ["y"] }', "'y' is written 'z' here and written 'x' in group a"),
        ('use = { x = ["y"] }', 'use = { y = ["x"] }', "'x' is written 'y' here and written 'x' in group a"),
        ('use = { x = ["y"] }', 'avoid = { x = "" }', "'x' is avoided here and written 'x' in group a"),
    ],
)
def test_groups_that_contradict_each_other_are_warned_of(first: str, second: str, words: str) -> None:
    text = f"""[group.a]
members = ["*"]
[group.a.style.de]
{first}
[group.b]
members = ["*"]
[group.b.style.de]
{second}
"""
    warned = warnings_of(parse_policies(text, "p"), text, {})
    assert {warning.line for warning in warned} == {8}
    assert words in warned[0].text
    assert warned[0].text.endswith("whoever is in both gets that of a")
    same = text.replace(second, first)
    assert not warnings_of(parse_policies(same, "p"), same, {})
