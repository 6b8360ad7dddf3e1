"""App Home: what a person finds there, and what the buttons do."""

import pytest

from core.drafts import Draft, DraftSource, Gap
from core.insight.learning.rule_store import RuleStore
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.job import JobRequest
from core.people import Identity, load_people
from core.recipes.loader import load_recipes
from integrations.slack.listeners.app_home import decide_rule
from integrations.slack.person import UsageFigures, facts_of, usable_settings
from integrations.slack.request import read_request
from integrations.slack.views.app_home import AppHome, app_home_view
from tests.core.insight.making import finished_job
from tests.fakes.slack.views import View
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import action_ids, button_labels, choose, menu_labels, quiet_text, shown_text


def home_text(office: Office) -> str:
    office.ada.opens_home()
    assert office.ada.home is not None
    return shown_text(office.ada.home) + quiet_text(office.ada.home)


def test_a_new_person_finds_the_recipes_and_an_empty_history(office: Office) -> None:
    text = home_text(office)
    assert "Nothing yet" in text
    assert office.ada.home is not None
    assert {office.recipes[name].title for name in ("compose", "summarize")} <= set(button_labels(office.ada.home))
    assert "Administration" not in text
    assert office.slack.ledger.refusals == []


def test_drafts_and_figures_are_the_persons_own(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    text = home_text(office)
    assert "The printer is broken." in text
    assert "1 used as they were" in text
    office.grace.opens_home()
    assert office.grace.home is not None
    assert "printer" not in shown_text(office.grace.home)
    assert "No draft has been used" in quiet_text(office.grace.home)


def test_drafts_that_say_the_same_stand_once_among_the_recent_ones(office: Office) -> None:
    office.answers = [
        "The printer is broken.",
        "The printer is broken.",
        "The lift is broken.",
        "The printer is broken.",
    ]
    for _ in office.answers[:]:
        office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    text = home_text(office)
    assert (text.count("The printer is broken."), text.count("The lift is broken.")) == (1, 1)


def test_of_a_draft_the_newest_version_alone_stands_among_the_recent_ones_with_its_end(office: Office) -> None:
    office.answers = ["The printer is broken.", "It is broken.", "The lift is broken."]
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "change")
    office.ada.submit({"wish": "shorter"})
    office.work()
    text = home_text(office)
    assert ("The printer is broken." in text, text.count("It is broken.")) == (False, 1)
    office.ada.click(office.last(office.ada, office.general), "post_here")
    office.ada.slash("/draft", "lift", channel=office.general)
    office.work()
    assert "It is broken.\n_This draft has already been posted._" in home_text(office)
    choose(office.ada, office.last(office.ada, office.general), "discard")
    text = home_text(office)
    assert "The lift is broken.\n_This draft was discarded._" in text


def test_a_recent_draft_opens(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    assert shown_text(office.ada.modal) == "The printer is broken."


LATER = "I will look into it."


def continued(office: Office) -> Message:
    """Have a reply drafted in a thread, Slack reloaded, and the draft taken up again from the Home tab."""
    gap = Gap(place="[[When?]]", question="When?", choices=(LATER,))
    source = DraftSource(number=1, title="Printers", link="https://wiki.example/p", quote="It is old.", kind="file")
    text = "Hi Grace,\n\nthe printer is old. [1]\n\n[[When?]]"
    office.answers = [Draft(recipe="reply", text=text, gaps=(gap,), sources=(source,)), "Shorter."]
    root = office.grace.writes("When is the printer repaired?", office.general)
    reply = office.grace.writes("It is urgent.", office.general, root.ts)
    office.ada.shortcut("draft_reply", reply)
    office.work()
    office.ada.reloads()
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    assert "Sources: <https://wiki.example/p|1. Printers>" in quiet_text(office.ada.modal)
    assert button_labels(office.ada.modal) == ["Continue in my messages"]
    office.ada.click(office.ada.modal, "continue_draft")
    assert office.ada.modal is not None
    assert "in your messages with me" in shown_text(office.ada.modal)
    return office.last(office.ada, office.ada.dm)


def test_a_draft_that_slack_forgot_is_filled_edited_and_posted_from_the_persons_messages(office: Office) -> None:
    answer = continued(office)
    assert "Sources: <https://wiki.example/p|1. Printers>" in quiet_text(answer)
    assert {LATER, "Edit", "Post where I asked", "Change…"} <= set(button_labels(answer))
    assert menu_labels(answer) == ["Post to…", "Try again", "Discard"]
    office.ada.click(answer, "fill_gap:0")
    assert LATER in shown_text(answer)
    assert "Post where I asked" in button_labels(answer)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "Hi Grace,\n\nthe printer is old. [1] Tomorrow."})
    assert "Tomorrow." in shown_text(answer)
    office.ada.click(answer, "post_here")
    assert "Posted in" in shown_text(answer)
    [root] = [message for message in office.grace.sees(office.general) if "repaired?" in message.text]
    assert "Tomorrow." in shown_text(office.grace.sees(office.general, root.ts)[-1])
    assert office.slack.ledger.refusals == []


@pytest.mark.parametrize("act", ["discard", "try_again", "change"])
def test_a_draft_in_the_persons_messages_is_discarded_or_made_anew_there(office: Office, act: str) -> None:
    answer = continued(office)
    if act == "change":
        office.ada.click(answer, "change")
        office.ada.submit({"wish": "shorter"})
    else:
        choose(office.ada, answer, act)
    office.work()
    assert ("Discarded" if act == "discard" else "Shorter.") in shown_text(answer)
    assert office.last(office.ada, office.ada.dm) is answer


def test_a_draft_that_is_continued_twice_in_a_row_stands_in_the_messages_once(office: Office) -> None:
    answer = continued(office)
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "continue_draft")
    assert office.ada.modal is not None
    assert "in your messages with me" in shown_text(office.ada.modal)
    assert [message for message in office.ada.sees(office.ada.dm) if "Edit" in button_labels(message)] == [answer]


@pytest.mark.parametrize("is_in_thread", [True, False])
def test_what_is_said_below_a_continued_draft_is_about_it(office: Office, is_in_thread: bool) -> None:
    answer = continued(office)
    [first] = office.store.jobs.list()
    office.ada.writes_to_app("shorter", answer.ts if is_in_thread else "")
    [version] = office.work()
    assert (version.refines, version.wish) == (first.id, "shorter")
    assert "Shorter." in shown_text(office.last(office.ada, office.ada.dm))


def test_a_recipe_button_opens_its_form(office: Office) -> None:
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "choose_recipe:rewrite")
    office.answers = ["Please send it."]
    office.ada.submit({"text": "send it", "tone": "formal"})
    office.work()
    assert office.read[0].items() >= {"text": "send it", "tone": "formal"}.items()
    assert "Please send it." in shown_text(office.last(office.ada, office.ada.dm))


def test_settings_are_kept_and_fill_in_the_recipes(office: Office) -> None:
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_settings")
    office.ada.submit({"language": "German", "tone": "friendly", "closing": "Ada, floor two"})
    text = home_text(office)
    assert "my accepted drafts do not serve others" in text
    assert "*Tone:* friendly" in text
    assert "*Signature:* Ada, floor two" in text
    office.ada.slash("/rewrite", "send it", channel=office.general)
    office.ada.slash("/email", "send it", channel=office.general)
    office.ada.slash("/inlaid", "translate send it", channel=office.general)
    office.work()
    assert office.read[0]["tone"] == "friendly"
    assert office.read[1]["closing"] == "Ada, floor two"
    assert office.read[2]["target_language"] == "German"


def test_settings_that_no_recipe_uses_are_not_shown(office: Office) -> None:
    recipes = load_recipes()
    assert list(usable_settings(recipes)) == ["language", "tone", "closing"]
    assert usable_settings({"summarize": recipes["summarize"]}) == {}
    assert "Tone" not in str(app_home_view(AppHome(recipes, (), UsageFigures(), {"tone": "formal"})))


def test_consent_to_examples_holds_for_the_person_on_every_surface(office: Office) -> None:
    home_text(office)
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_settings")
    office.ada.submit({"examples": ["yes"]})
    assert "my accepted drafts may serve others" in home_text(office)
    people = load_people(office.settings, office.store.records)
    who = people.identity(office.acme.team.id, office.ada.id)
    assert who == Identity("local", office.ada.user.email)
    assert RuleStore(office.store, people).shares_examples(who)


def test_administrators_see_the_numbers_of_the_workspace_unless_they_are_those_of_few(office: Office) -> None:
    office.ada.user.is_admin = True
    hidden = home_text(office)
    for number in range(office.settings.report_least_people):
        person = f"U{number}"
        job, _ = office.store.jobs.add(JobRequest("rewrite", {}, "slack", person, workspace=office.acme.team.id))
        office.store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})
    assert "few people" in hidden
    assert "few people" not in home_text(office)


def test_a_home_tab_that_is_switched_off_disturbs_nothing(office: Office) -> None:
    office.slack.app.home_tab_enabled = False
    assert office.ada.opens_home().ok
    assert office.ada.home is None


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
    assert [rule.kind for rule in learned.enabled(who)] == ["no_exclamation"]
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


def test_facts_are_added_shown_and_removed_on_the_page(office: Office) -> None:
    assert "such as your booking link" in home_text(office)
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "add_fact")
    office.ada.submit({"name": "booking link", "text": "https://x.example/b *", "phrases": "calendar, call"})
    office.ada.click(office.ada.home, "add_fact")
    office.ada.submit({"name": "bank", "text": "IBAN DE89 3704 0044 0532 0130 00"})
    text = home_text(office)
    assert "*booking link*\nhttps://x.example/b" in text
    assert "Only you insert it" in text
    office.grace.opens_home()
    assert office.grace.home is not None
    assert "x.example" not in shown_text(office.grace.home)
    people = load_people(office.settings, office.store.records)
    facts, who = facts_of(office.settings, office.store, office.acme.team.id, office.ada.id)
    assert who == people.identity(office.acme.team.id, office.ada.id)
    assert [(fact.name, fact.phrases) for fact in facts.own(who)] == [
        ("bank", ()), ("booking link", ("calendar", "call")),
    ]  # fmt: skip
    office.ada.click(office.ada.home, "remove_fact")
    assert [fact.name for fact in facts.own(who)] == ["booking link"]
    assert "IBAN" not in home_text(office)
    assert office.slack.ledger.refusals == []


def test_a_fact_that_cannot_be_kept_says_why_in_its_form(office: Office) -> None:
    home_text(office)
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "add_fact")
    answer = office.ada.submit({"name": "a", "text": "b", "phrases": ",".join(f"phrase {n}" for n in range(11))})
    assert "too many phrases" in answer.errors["text"]
    facts, who = facts_of(office.settings, office.store, office.acme.team.id, office.ada.id)
    assert facts.own(who) == []


def test_a_fact_that_takes_the_place_of_another_says_what_it_replaced(office: Office) -> None:
    home_text(office)
    for name, text in (("booking link", "https://x.example/old"), ("Booking link", "https://x.example/new")):
        assert office.ada.home is not None
        office.ada.click(office.ada.home, "add_fact")
        office.ada.submit({"name": name, "text": text})
    assert office.ada.modal is not None
    said = shown_text(office.ada.modal)
    assert "“Booking link” was there already" in said
    assert "https://x.example/old" in said
    text = home_text(office)
    assert "x.example/new" in text
    assert "x.example/old" not in text
