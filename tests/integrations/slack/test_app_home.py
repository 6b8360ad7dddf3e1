"""App Home: what a person finds there, and what the buttons do."""

from core.insight.expiry import expire_drafts
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text


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


def test_a_recent_draft_opens(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    assert shown_text(office.ada.modal) == "The printer is broken."


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
    office.ada.submit({"language": "de", "tone": "friendly", "closing": "Ada, floor two", "learn": []})
    assert office.ada.home is not None
    text = shown_text(office.ada.home)
    assert "*Tone:* friendly" in text
    assert "*Learning:* off" in text
    office.ada.slash("/rewrite", "send it", channel=office.general)
    office.ada.slash("/draft", "send it", channel=office.general)
    office.work()
    assert office.read[0]["tone"] == "friendly"
    assert office.read[1]["closing"] == "Ada, floor two"


def test_administrators_see_the_numbers_of_the_workspace(office: Office) -> None:
    office.ada.user.is_admin = True
    assert "Administration" in home_text(office)


def test_a_home_tab_that_is_switched_off_disturbs_nothing(office: Office) -> None:
    office.slack.app.home_tab_enabled = False
    assert office.ada.opens_home().ok
    assert office.ada.home is None


def test_a_draft_that_nobody_touched_for_a_week_expires_once(office: Office) -> None:
    office.ada.slash("/draft", "printer", channel=office.general)
    office.work()
    assert expire_drafts(office.store) == 0
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET delivered_at = delivered_at - 8 * 86400")
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'once' AND key = 'expiry'")
    assert expire_drafts(office.store) == 1
    assert expire_drafts(office.store) == 0
    assert office.outcomes() == [("expired", None)]
