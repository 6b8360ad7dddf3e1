"""Who does what in a talk is not given to another speaker."""

import pytest

from core.recipes.loader import load_recipes
from tests.core.writing.checks.test_persons_and_quotations import found

TALK = """Delia: Leandro, can you call the grower about the tomatoes?
Leandro: Will do.
Rashid: I'll offer the tomatoes to the school kitchens this week.
Mrs Kim: The cold room is at seven degrees again. Shall I write to the landlord about the cold room?
Delia: Yes please.
"""


@pytest.mark.parametrize(
    ("line", "doer"),
    [
        ("- [ ] Rashid: offer the tomatoes to the school kitchens (this week)", ""),
        ("- [ ] Delia: offer the tomatoes to the school kitchens (this week)", "Rashid"),
        ("Mrs Kim offers the tomatoes to the school kitchens.", "Rashid"),
        ("- [ ] Rashid: call the grower about the tomatoes", "Leandro"),
        ("- [ ] Leandro: call the grower about the tomatoes", ""),
        # A question in the first person is nobody else's; who asks may do it, and who is named in a task wants it.
        ("- [ ] Mrs Kim: write to the landlord about the cold room", ""),
        ("Delia told Rashid that the tomatoes go to the school kitchens.", ""),
        ("The driver offers the tomatoes to the school kitchens.", ""),
        ("Delia and Rashid talk about lemons.", ""),
    ],
)
def test_a_deed_is_given_to_the_speaker_who_does_it(line: str, doer: str) -> None:
    sentences = found("doers", line, load_recipes()["minutes"], {"text": TALK})
    assert [f"by the text it is {doer}, not" in sentence for sentence in sentences] == [True] * bool(doer)


@pytest.mark.parametrize(
    ("talk", "draft"),
    [
        ("Jutta: Ich rufe heute den Hausmeister wegen der Stühle an.\nMicha: Ja.\nHakan: Gut.\nJutta: Ja.\nMicha: Ja.",
         "Hakan ruft heute den Hausmeister wegen der Stühle an."),
        ("Maud : je rappelle Mme Perrin ce soir pour la couleur.\nKelly : ok\nSandrine : ok\nMaud : oui\nKelly : ok",
         "Kelly : rappeler Mme Perrin pour la couleur (ce soir)"),
        ("Vale: yo llamo al fontanero por la avería del patio.\nNico: gracias\nJuampi: bien\nVale: luego\nNico: sí",
         "Nico: llamar al fontanero por la avería (hoy)"),
    ],
)  # fmt: skip
def test_who_says_i_does_it_in_each_language(talk: str, draft: str) -> None:
    who, minutes = talk.partition(":")[0].strip(), load_recipes()["minutes"]
    assert len(found("doers", draft, minutes, {"text": talk})) == 1
    said = draft.replace(draft.split(" ")[0].strip(":"), who, 1)
    assert found("doers", said, minutes, {"text": talk}) == []


@pytest.mark.parametrize(
    "behind",
    [
        "Bob: No, let me do that, I have the number.",
        "Bob: I have the number, I'll do it.",
        "Carl: We have a number.\nBob: I can call the plumber.",
        "Ann: Or will you?\nBob: Yes, fine.",
        "Bob: Will do it.",
        "Carl: Fine.\nAnn: I am ill, Bob will call the plumber instead.\nBob: Yes.",
        "Carl: Fine.\nCarl: Bob has the number of the plumber.",
        "Carl: Bob can do it, too.",
        # Whoever it is now, it is not surely Ann.
        "Carl: Dora will call the plumber.\nDora: Yes.",
    ],
)
def test_who_takes_a_deed_over_is_not_told_that_it_is_another_ones(behind: str) -> None:
    minutes, draft = load_recipes()["minutes"], "Bob: call the plumber about the leaking tap"
    talk = "Ann: I'll call the plumber about the leaking tap.\n"
    rest = "Dora: Good.\nCarl: The lift works again.\nBob: Good.\n"
    assert found("doers", draft, minutes, {"text": f"{talk}{behind}\n{rest}"}) == []
    assert len(found("doers", draft, minutes, {"text": f"{talk}Bob: Okay.\n{rest}"})) == 1


@pytest.mark.parametrize(
    "talk",
    [
        "Jutta: Ich rufe den Hausmeister wegen der Stühle an.\nHakan: Nein, lass mich das machen.",
        "Jutta : Je rappelle le gardien pour les chaises.\nHakan : Non, laisse-moi faire.",
        "Jutta: Yo llamo al conserje por las sillas del patio.\nHakan: No, déjame a mí.",
    ],
)
def test_a_deed_is_taken_over_in_each_language(talk: str) -> None:
    task = talk.split("\n")[0].partition(":")[2].strip()
    assert found("doers", f"Hakan: {task}", load_recipes()["minutes"], {"text": f"{talk}\nMicha: ok"}) == []
