import pytest

from core.errors import PolicyError
from core.policies.parsing import parse_policies
from core.policies.rules import Group, matches


@pytest.mark.parametrize(
    ("name", "listed", "is_on"),
    [
        ("reply", ("summarize", "reply"), True),
        ("reply", ("rep*",), True),
        ("Reply", ("reply",), False),
        ("reply", (), False),
        ("ada@example.com", ("*@example.com",), True),
        ("[x]", ("[x]",), True),
    ],
)
def test_a_name_is_on_a_list_as_it_is_or_by_a_star(name: str, listed: tuple[str, ...], is_on: bool) -> None:
    assert matches(name, listed) is is_on


def test_addresses_of_members_are_kept_in_small_letters_and_other_names_as_they_are() -> None:
    group = Group(members=("Ada@Example.COM", "T1/U1", "*"))
    assert group.members == ("ada@example.com", "T1/U1", "*")


@pytest.mark.parametrize(
    ("style", "line", "words"),
    [
        ("guid = 'x'", 2, "group.a.style.guid: unknown key; did you mean guide?"),
        ("regster = 'formal'", 2, "did you mean register?"),
        ("register = 'Sie'", 2, "group.a.style.register: input should be 'formal' or 'informal', got 'Sie'"),
        (f"guide = '{'x' * 601}'", 2, "group.a.style.guide: string should have at most 600 characters"),
        ("use = { customer = 'client' }", 2, "group.a.style.use.customer: has to be a list"),
        ("use = { customer = [] }", 2, "group.a.style.use.customer"),
        ("use = { customer = ['customer'] }", 2, "'customer' is to be used and to be replaced"),
        ("use = { customer = ['client'], client = ['patron'] }", 2, "'client' is to be used and to be replaced"),
        ("use = { customer = ['client'], buyer = ['client'] }", 2, "two terms in its place, 'customer' and 'buyer'"),
        ('use = { customer = ["two\\nlines"] }', 2, "group.a.style.use"),
        ("avoid = { customer = '' }\nuse = { customer = ['client'] }", 2, "to be used and to be avoided"),
        ("use = { customer = ['client'] }\navoid = { client = '' }", 3, "has a term in its place already"),
        ("signature = '''\n{name}\n{phone}'''", 2, "there is no field {phone}; known are {name} and {title}"),
        ("signature = '{name'", 2, "there is no field {name; known are {name} and {title}"),
        ("signature = '}'", 2, "there is no field }"),
        ("signature = '''" + "x\n" * 15 + "x'''", 2, "it has 16 lines, and 15 are allowed"),
        ("greeting = '''Hello\nyou'''", 2, "it has 2 lines, and 1 are allowed"),
        ("closing = 'Yours, {name}'", 2, "there is no field {name}; known are none"),
        ("\n[group.a.style.xx]\nguide = 'x'", 3, "group.a.style.xx: unknown key"),
        ("\n[group.a.style.de]\n\nregister = 'du'", 5, "group.a.style.de.register"),
    ],
)
def test_a_style_that_cannot_be_used_is_refused_with_its_line(style: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policies(f"[group.a.style]\n{style}\n", "p")
    assert words in caught.value.message
    assert caught.value.line == line


def test_a_style_may_stand_at_each_level_and_for_each_language() -> None:
    text = """
[installation.style]
guide = "Short."
[workspace.T1.style.de]
register = "formal"
[group.a.style.en]
use = { customer = ["client", "patron"] }
avoid = { synergy = "" }
signature = '''
{name}
Example Ltd
'''
"""
    file = parse_policies(text, "p")
    assert file.installation.style.guide == "Short."
    assert file.workspace["T1"].style.de.form_of_address == "formal"
    assert file.group["a"].style.en.use == {"customer": ("client", "patron")}
    assert file.group["a"].style.en.signature == "{name}\nExample Ltd"
    assert file.group["a"].style.languages == ["en"]
