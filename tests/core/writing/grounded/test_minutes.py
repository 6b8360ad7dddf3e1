"""Minutes: participants, the checked summary, and the tasks with their quotes, as text and as items."""

from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.writing.grounded.minutes import NO_TASKS
from core.writing.plans import choose_plan
from core.writing.result import PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["minutes"]
MEETING = (
    "Ana: The printer on floor two is broken again. Can somebody call the service?\n"
    "Ben: I will call them tomorrow. Until then please use the one on floor one.\n"
    "Ana: And the invoice of $1,200 must be paid by Friday."
)


def run(text: str, *, written: str = "", small: bool = True) -> PlanResult:
    plan = choose_plan(RECIPE.plan, small=small)
    return plan(RECIPE, validate_inputs(RECIPE, {"text": text}), ScriptedAsk(written))


def test_the_text_holds_everything_and_the_items_are_its_tasks() -> None:
    result = run(MEETING)

    head, summary, tasks = result.text.split("\n\n## ")
    assert result.subject == "Minutes: The printer on floor two is broken again"
    assert head == "## Participants\n\nAna, Ben"
    assert summary.startswith("Summary\n\n")
    assert "$1,200" in summary
    assert "- Call them tomorrow (Ben, tomorrow)" in tasks
    assert result.items
    assert all(item.quote in MEETING for item in result.items)


def test_a_larger_model_writes_subject_sections_and_tasks_in_one_call() -> None:
    written = (
        "Subject: Drucker und Rechnung\n\n## Entscheidungen\n\n- Bis dahin gilt der Drucker im ersten Stock.\n\n"
        "## Aufgaben\n\n- [ ] Ben: den Service anrufen (morgen)\n- [ ] die Rechnung bezahlen"
    )
    result = run("Ana: Der Drucker ist kaputt.\nBen: Ich rufe morgen den Service an.", written=written, small=False)

    assert result.subject == "Drucker und Rechnung"
    assert result.text.endswith("## Aufgaben\n\n- Ben: den Service anrufen (morgen)\n- die Rechnung bezahlen")
    assert [(one.who, one.text, one.due) for one in result.items or ()] == [
        ("Ben", "den Service anrufen", "morgen"), ("", "die Rechnung bezahlen", ""),
    ]  # fmt: skip


def test_what_is_no_conversation_has_no_participants_and_perhaps_no_tasks() -> None:
    result = run("The office on the second floor was painted. The walls are white now, and the windows are clean.")

    assert "Participants" not in result.text
    assert NO_TASKS in result.text
    assert result.items == ()
