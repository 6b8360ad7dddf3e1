"""Clauses are known by their numbers, and what names one is told from what only has such a number in it."""

import pytest

from core.text.clause_numbers import clause_at, clauses_of, named_clauses

RULES = "## 7.1 Invoices\n7.2 First reminder. Second reminder: 5 euros.\n7.2 km is far.\n§ 12 Duties\n(7.3) Discounts"


def test_clauses_begin_lines_and_hold_what_follows() -> None:
    assert clauses_of(RULES) == ["7.1", "7.2", "7.2", "§12", "7.3"]
    assert clause_at(RULES, RULES.index("Second")) == "7.2"
    assert clause_at(RULES, RULES.index("Duties")) == "§12"
    assert clause_at("No number here.", 4) == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The fee of the second reminder (7.2) is dropped.", ["7.2"]),
        ("Ziffer 7.2 entfällt, ebenso Abschnitt 4.6.1.", ["7.2", "4.6.1"]),
        ("L'article 3.4 et le point 3.5 sont supprimés.", ["3.4", "3.5"]),
        ("El apartado 2.3 ya no vale (véase 2.4).", ["2.3", "2.4"]),
        ("Wer länger krank ist, fällt unter § 12.", ["§12"]),
        ("The price (7.2 %) rises by 4.5 points, and the path is 7.2 km long.", []),
        ("It weighs (with case) 7.25 kilos, at point 7.2.5.", ["7.2.5"]),
        ("Who is ill longer falls under §\u00a012.\n§ 12 Duties\n## § 13a Pay\nSee § 14.", ["§12", "§14"]),
        ("By § 1234 BGB, § 3.5 and (§ 1234 BGB) it is void.", []),
        ("There is no 3.5 percent discount, see no. 3.6.", ["3.6"]),
        ("A parcel (of 2.5 kg), a fee (of 3.5 Prozent), a way (2.5km), see (4.1 in full).", ["4.1"]),
        ("See section 4.", []),
    ],
)
def test_a_clause_is_named_in_brackets_or_behind_a_word_for_it(text: str, named: list[str]) -> None:
    assert named_clauses(text) == named
