"""The buttons below the message that tells of a draft in a mailbox."""

from core.errors import NotFoundError
from core.job import Job
from core.outcomes import effective_outcome
from core.people import Identity, load_people
from integrations.slack.access import GONE, RequestRefused, members_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.listeners.views import open_view
from integrations.slack.request import SlackRequest
from integrations.slack.views.waiting_draft import DISCARDING, ended_message, over_message, read_modal


@members_only
def discard_waiting(context: AppContext, request: SlackRequest) -> Ack:
    """Throw a draft in the person's mailbox away; whoever looks after the mailbox takes it out, as for the console."""
    job = _own(context, request)
    acts = context.store.outcomes.acts_of([job.id]).get(job.id, ())
    known = effective_outcome(acts).outcome
    message = over_message(job, known, "") if known else ended_message(job, DISCARDING)
    if not known:
        context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail={"reasons": []})
    edits.show_instead(context, request, message, edits.shown_at(request, job))
    return EMPTY_ACK


@members_only
def open_waiting(context: AppContext, request: SlackRequest) -> Ack:
    """Show the draft where its button is no link; Slack tells of the press of one that is all the same."""
    job = _own(context, request)
    if not request.action.get("url"):
        open_view(context, request, read_modal(job, edits.current_draft(context.store, job)))
    return EMPTY_ACK


def _own(context: AppContext, request: SlackRequest) -> Job:
    """Return the job of the pressed button, which is of a mailbox of this person.

    Raises:
        RequestRefused: there is none, or it is somebody else's.
    """
    people = load_people(context.settings, context.store.records)
    try:
        named = context.store.jobs.peek(request.action_value)  # before anything tells that it cannot be read
        if Identity(request.team, request.user) not in people.names(named.workspace, named.person):
            raise RequestRefused(GONE)
        return context.store.jobs.get(named.id)
    except NotFoundError:
        raise RequestRefused(GONE) from None
