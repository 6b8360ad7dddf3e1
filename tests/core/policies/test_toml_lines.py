import tomllib

import pytest

from core.policies.toml_lines import line_of_error, line_of_key

TEXT = """\
ask = "it"

[installation]
# what holds for all
learning = false

[group.finance]
members = [
  "ada@example.com",  # ]
  "bob@example.com",
]
recipes = { allow = ["summarize"], deny = ["compose"] }
[group."with.dot".models]
regions = ["eu"]
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("ask",), 1),
        (("installation",), 3),
        (("installation", "learning"), 5),
        (("group", "finance", "members", 1), 8),
        (("group", "finance", "recipes", "deny"), 12),
        (("group", "finance", "nothing"), 7),
        (("group", "with.dot", "models", "regions", 0), 14),
        (("nowhere",), 1),
    ],
)
def test_the_line_is_that_of_the_statement(key: tuple[object, ...], line: int) -> None:
    assert line_of_key(TEXT, key) == line


def test_tables_of_one_name_are_told_apart_by_their_number() -> None:
    text = "[[a]]\nx = 1\n\n[[b]]\nx = 2\n[[a]]\nx = 3\n"
    assert [line_of_key(text, key) for key in (("a", 0, "x"), ("a", 1, "x"), ("b", 0, "x"), ("a", 1))] == [2, 7, 5, 6]


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = =\n", 2), ("a = 1\n\nb = [1,", 3), ("[", 1)])
def test_the_line_of_what_cannot_be_read(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert line_of_error(caught.value, text) == line


def test_the_line_in_a_long_list_is_found_without_reading_the_list_again_for_each_entry() -> None:
    listed = "".join(f'  "m{number}@example.com",\n' for number in range(50_000))
    assert line_of_key(f"[group.a]\nmembers = [\n{listed}]\ntitel = 1\n", ("group", "a", "titel")) == 50_004
