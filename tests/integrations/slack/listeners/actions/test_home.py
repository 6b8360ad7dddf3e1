"""What was learnt from a person's edits: on the Home tab, for that person alone."""

from core.insight.learning.rule_store import RuleStore
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.people import Identity, load_people
from integrations.slack.listeners.actions.home import decide_rule
from integrations.slack.request import read_request
from tests.core.insight.making import finished_job
from tests.fakes.slack.views import View
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import action_ids, button_labels, shown_text


def home_of(office: Office) -> View:
    office.ada.opens_home()
    assert office.ada.home is not None
    return office.ada.home


def learn(office: Office) -> tuple[RuleStore, Identity]:
    """Let Ada take the exclamation mark out of every draft, and the wish be found."""
    home_of(office)
    team, ada = office.acme.team.id, office.ada.id
    people = load_people(office.settings, office.store.records)
    learned, who = RuleStore(office.store, people), people.identity(team, ada)
    for number in range(12):
        text = f"Case {number}: Thank you for the note. The order of the desks is on its way!"
        job = finished_job(office.store, person=ada, text=text, surface="slack", workspace=team)
        office.store.outcomes.add(job, "edited", person=ada, distance=None, detail={"text": text.replace("!", ".")})
    roll_up_all(office.store, load_counting_rules(office.settings, office.store, office.recipes))
    assert learned.find(who)
    return learned, who


def press(office: Office, act: str) -> None:
    home = home_of(office)
    office.ada.click(home, next(one for one in action_ids(home) if one.startswith(f"wish:{act}:")))


def test_a_wish_is_offered_used_stopped_and_forgotten(office: Office) -> None:
    learned, who = learn(office)
    assert who == Identity("local", office.ada.user.email)
    text = shown_text(home_of(office))
    assert "No exclamation marks." in text
    assert "not used yet" in text
    assert learned.enabled(who) == []
    press(office, "use")
    assert [one.kind for one in learned.enabled(who)] == ["no_exclamation"]
    assert office.ada.home is not None
    assert "in use" in shown_text(office.ada.home)
    assert {"Stop", "Forget"} <= set(button_labels(office.ada.home))
    press(office, "stop")
    assert learned.enabled(who) == []
    press(office, "forget")
    assert learned.all(who) == []
    assert "Learnt from your edits" not in shown_text(home_of(office))
    assert office.slack.ledger.refusals == []


def test_wishes_are_the_persons_own(office: Office) -> None:
    learned, who = learn(office)
    office.grace.opens_home()
    assert office.grace.home is not None
    assert "Learnt from your edits" not in shown_text(office.grace.home)
    [rule] = learned.all(who)
    for act in ("use", "forget"):
        forged = {"actions": [{"value": f"{act}:{rule.key}"}]}
        sender = {"team": {"id": office.acme.team.id}, "user": {"id": office.grace.id}}
        decide_rule(office.context, read_request({**sender, **forged}))
    assert [one.state for one in learned.all(who)] == ["offered"]


def test_a_wish_that_is_gone_disturbs_nothing(office: Office) -> None:
    learned, who = learn(office)
    home = home_of(office)
    learned.forget(who)
    office.ada.click(home, next(one for one in action_ids(home) if one.startswith("wish:use:")))
    assert office.ada.home is not None
    assert "Learnt from your edits" not in shown_text(office.ada.home)
