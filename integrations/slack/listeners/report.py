"""`/inlaid report`: what became of the drafts, as a picture with its figures in words, for the asker alone.

An ephemeral message cannot hold a file, so it comes into the person's conversation with the app.
"""

from typing import TYPE_CHECKING

from core.errors import CredentialError, InlaidError, SettingsError
from core.insight.report.charts import chart_png, drawable
from core.insight.report.counting_rules import discretion_of, load_counting_rules
from core.insight.report.cube import USUAL_SINCE, make_query
from core.insight.report.figures import JobFigures, Report
from core.insight.report.formats import NOTHING_YET, changed, dollars, hidden_words, percent, seconds
from core.insight.report.reader import read_report
from core.logs import logger
from core.people import load_people
from core.store.records import ONCE_KIND
from core.store.rows import Scope
from core.text.catalogues import counted, gettext, number, told
from integrations.slack import person
from integrations.slack.access import members_only, require_asker
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.request import SlackRequest
from integrations.slack.submit import reply_privately, user_message
from integrations.slack.views.blocks import note_message
from integrations.slack.views.mrkdwn import escape, link

if TYPE_CHECKING:
    from slack_sdk import WebClient

REPORT_WORDS = frozenset({"report", "bericht", "rapport", "informe"})
COMING = ":bar_chart: I am sending the report to your messages with me. Only you will see it."
TITLE = "What became of the drafts"
FOR_ANALYSTS = "Only analysts see everybody's figures; these are yours."
ALTERNATIVE = "Bars: shares of used, edited and rejected drafts over time. The figures are in the message."
OWN = "*My own:* %(accepted)s used as they were, %(edited)s used with changes, %(rejected)s discarded."
CHART = "trend"
# One report at a time: a double click, a repeat of Slack's and an impatient person get the one that is on its way.
CLAIM_SECONDS = 15.0
_log = logger(__name__)


@members_only
def report(context: AppContext, request: SlackRequest) -> Ack:
    """Answer the command; the report is read and drawn after the acknowledgement."""
    context.in_background(lambda: _send_once(context, request))
    return Ack({"text": gettext(COMING)})


def show_report(context: AppContext, request: SlackRequest) -> Ack:
    """The same by the button of the Home tab, which has no place for an answer."""
    report(context, request)
    return EMPTY_ACK


def read_for(context: AppContext, request: SlackRequest) -> Report | None:
    """Return the report of the person's workspace; of too few people only the person's own figures are shown.

    Other workspaces and surfaces stay outside: there the same people have other names, and would count twice. None for
    somebody who sees their own figures alone.
    """
    if not person.sees_everybody(context.settings, context.store, request.team, request.user):
        return None
    people = load_people(context.settings, context.store.records)
    own = people.names(request.team, request.user)
    scope = Scope(frozenset({request.team}))
    query = make_query(USUAL_SINCE, context.store.database.now_seconds(), scope=scope, filters={})
    rules = load_counting_rules(context.settings, context.store, context.recipes)
    return read_report(context.store, query, rules, own=own, discretion=discretion_of(context.settings))


def report_words(report: Report | None) -> str:
    """Return the main figures in words."""
    if report is None:
        return gettext(FOR_ANALYSTS)
    if report.is_hidden:
        return escape(told(hidden_words(report)))
    if report.total is None:
        return f"{gettext(NOTHING_YET)} {gettext('Type /inlaid to make one.')}"
    return "\n".join(f"• {escape(line)}" for line in _lines(report.total))


def own_words(own: person.UsageFigures) -> str:
    """Return a person's own figures in words."""
    used = {"accepted": number(own.accepted), "edited": number(own.edited), "rejected": number(own.rejected)}
    return gettext(OWN) % used


def _lines(total: JobFigures) -> list[str]:
    drafts = counted("%(shown)s draft", "%(shown)s drafts", total.drafts)
    people = counted("%(shown)s person", "%(shown)s people", total.people)
    figures = {
        gettext("Used as they were"): percent(total.shares["accepted"]),
        gettext("Used with changes"): percent(total.shares["edited"]),
        gettext("Share of each used draft that was changed, median"): changed(total.distance),
        gettext("Time to result, median"): seconds(total.seconds_p50),
        gettext("By rules or a small model alone"): percent(total.small),
    }
    lines = [
        gettext("%(drafts)s of %(people)s") % {"drafts": drafts, "people": people},
        *(f"{name}: {figure}" for name, figure in figures.items()),
    ]
    costs = gettext("Cost: %(usd)s, saved: %(saved)s") % {"usd": dollars(total.usd), "saved": dollars(total.saved_usd)}
    known = [line for line in lines if not line.endswith(": -")]
    return [*known, costs] if total.usd or total.saved_usd else known


def _send_once(context: AppContext, request: SlackRequest) -> None:
    key = f"report:{request.user}"
    if not context.store.records.first_time(request.team, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        _send(context, request)
    except InlaidError as error:
        context.store.records.delete(ONCE_KIND, request.team, key)
        _log.warning("no report", code=error.code)
        reply_privately(context, request, user_message(error))


def _send(context: AppContext, request: SlackRequest) -> None:
    client = context.connections.client(request.team, request.enterprise)
    require_asker(context, request)
    found = read_for(context, request)
    words = _message(context, request, found)
    channel = call(client.conversations_open, users=request.user)["channel"]["id"]
    picture = _picture(found)
    if not (picture and _upload(client, channel, picture, words)):
        shown = note_message(words)
        call(client.chat_postMessage, channel=channel, text=shown.text, blocks=shown.blocks)


def _message(context: AppContext, request: SlackRequest, found: Report | None) -> str:
    own = person.read_figures(context.store, request.team, request.user)
    title = f"*{gettext(TITLE)}*"
    if found:
        days = {"title": title, "days": number(found.query.days)}
        title = gettext("%(title)s in this workspace, the last %(days)s days") % days
    parts = [title, report_words(found), own_words(own)]
    if (address := context.settings.public_url.rstrip("/")).startswith("https://"):
        parts.append(link(f"{address}/report", gettext("The whole report")))
    return "\n".join(parts)


def _picture(found: Report | None) -> bytes | None:
    """Return the chart as PNG, or None if there is nothing to draw, or nothing to draw with."""
    if found is None or CHART not in drawable(found):
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
            title=gettext(TITLE),
            alt_txt=gettext(ALTERNATIVE),
            channel=channel,
            initial_comment=words,
            request_file_info=False,
        )
    except (SlackRefusal, CredentialError) as error:
        _log.warning("no picture", code=error.code)
        return False
    return True
