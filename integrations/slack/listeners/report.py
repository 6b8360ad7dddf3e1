"""`/inlaid report`: what became of the drafts, as a picture with its figures in words, for the asker alone.

An ephemeral message cannot hold a file, so it comes into the person's conversation with the app.
"""

from typing import TYPE_CHECKING

from core.errors import CredentialError, InlaidError, SettingsError
from core.insight.report.charts import chart_png, drawable
from core.insight.report.counting_rules import discretion_of, load_counting_rules
from core.insight.report.figures import Figures, Report
from core.insight.report.formats import NOTHING_YET, amount, dollars, hidden_words, percent
from core.insight.report.query import USUAL_SINCE, make_query
from core.insight.report.reader import read_report
from core.logs import logger
from core.people import load_people
from core.store.records import ONCE_KIND
from core.store.scope import Scope
from integrations.slack import history
from integrations.slack.access import require_asker
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import NOTHING, Answer, Desk
from integrations.slack.request import Incoming
from integrations.slack.submit import for_person, require_access, tell
from integrations.slack.views.blocks import note_message
from integrations.slack.views.mrkdwn import escape, link

if TYPE_CHECKING:
    from slack_sdk import WebClient

REPORT_WORDS = frozenset({"report", "bericht", "rapport", "informe"})
COMING = ":bar_chart: The report comes into your messages with me. Only you see it."
TITLE = "What became of the drafts"
CHART = "trend"
# One report at a time: a double click, a repeat of Slack's and an impatient person get the one that is on its way.
CLAIM_SECONDS = 15.0
_log = logger(__name__)


def report(desk: Desk, incoming: Incoming) -> Answer:
    """Answer the command; the report is read and drawn after the acknowledgement.

    Raises:
        Refused: the person may not ask here.
    """
    require_access(desk, incoming)
    desk.later(lambda: _send_once(desk, incoming))
    return Answer({"text": COMING})


def show_report(desk: Desk, incoming: Incoming) -> Answer:
    """The same by the button of the Home tab, which has no place for an answer."""
    try:
        report(desk, incoming)
    except InlaidError as error:
        tell(desk, incoming, for_person(error))
    return NOTHING


def read_for(desk: Desk, incoming: Incoming) -> Report:
    """Return the report of the person's workspace; of too few people only the person's own figures are shown.

    Other workspaces and surfaces stay outside: there the same people have other names, and would count twice.
    """
    people = load_people(desk.settings, desk.store.records)
    own = people.names(incoming.team, incoming.user)
    scope = Scope(frozenset({incoming.team}))
    query = make_query(USUAL_SINCE, desk.store.database.now_seconds(), scope=scope, filters={})
    rules = load_counting_rules(desk.settings, desk.store, desk.recipes)
    return read_report(desk.store, query, rules, own=own, discretion=discretion_of(desk.settings))


def report_words(report: Report) -> str:
    """Return the main figures in words."""
    if report.is_hidden:
        return escape(hidden_words(report))
    if report.total is None:
        return f"{NOTHING_YET} Type /inlaid to make one."
    return "\n".join(f"• {escape(line)}" for line in _lines(report.total))


def own_words(own: history.Figures) -> str:
    """Return a person's own figures in words."""
    return f"*My own:* {own.accepted} used as they were, {own.edited} after edits, {own.rejected} not used."


def _lines(total: Figures) -> list[str]:
    lines = [
        f"{total.drafts} drafts of {total.people} {'person' if total.people == 1 else 'people'}",
        f"Used as they were: {percent(total.shares['accepted'])}",
        f"Used after edits: {percent(total.shares['edited'])}",
        f"Changed of a used draft, half up to: {percent(total.distance)}",
        f"Half were there within: {amount(total.seconds_p50, ' s')}",
        f"Answered by the small model: {percent(total.small)}",
    ]
    costs = f"Cost: {dollars(total.usd)}, saved: {dollars(total.saved_usd)}"
    known = [line for line in lines if not line.endswith(": -")]
    return [*known, costs] if total.usd or total.saved_usd else known


def _send_once(desk: Desk, incoming: Incoming) -> None:
    key = f"report:{incoming.user}"
    if not desk.store.records.first_time(incoming.team, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        _send(desk, incoming)
    except InlaidError as error:
        desk.store.records.delete(ONCE_KIND, incoming.team, key)
        _log.warning("no report", code=error.code)
        tell(desk, incoming, for_person(error))


def _send(desk: Desk, incoming: Incoming) -> None:
    client = desk.connections.client(incoming.team, incoming.enterprise)
    require_asker(desk, incoming)
    found = read_for(desk, incoming)
    words = _message(desk, incoming, found)
    channel = call(client.conversations_open, users=incoming.user)["channel"]["id"]
    picture = _picture(found)
    if not (picture and _upload(client, channel, picture, words)):
        shown = note_message(words)
        call(client.chat_postMessage, channel=channel, text=shown.text, blocks=shown.blocks)


def _message(desk: Desk, incoming: Incoming, found: Report) -> str:
    own = history.read_figures(desk.store, incoming.team, incoming.user)
    parts = [f"*{TITLE}* in this workspace, the last {found.query.days} days", report_words(found), own_words(own)]
    if (address := desk.settings.public_url.rstrip("/")).startswith("https://"):
        parts.append(link(f"{address}/report", "The whole report"))
    return "\n".join(parts)


def _picture(found: Report) -> bytes | None:
    """Return the chart as PNG; None when there is nothing to draw, or nothing to draw with."""
    if CHART not in drawable(found):
        return None
    try:
        return chart_png(found, CHART)
    except SettingsError:
        return None


def _upload(client: "WebClient", channel: str, picture: bytes, words: str) -> bool:
    """Share the picture with its words as one message; False where the workspace or an old installation forbids it."""
    try:
        call(
            client.files_upload_v2,
            content=picture,
            filename="inlaid-report.png",
            title=TITLE,
            alt_txt="Bars: the shares of drafts that were used, edited, rejected, over time. The figures stand beside.",
            channel=channel,
            initial_comment=words,
            request_file_info=False,
        )
    except (SlackRefusal, CredentialError) as error:
        _log.warning("no picture", code=error.code)
        return False
    return True
