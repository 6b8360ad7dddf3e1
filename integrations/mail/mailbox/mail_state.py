"""What is to be done about a mail: to answer it, to fill a draft, to wait, to beware. And its words. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from core.drafts import GAP, RECIPIENTS_CHECK
from core.job import IS_SURELY_DANGER
from integrations.mail.mailbox.triage_records import DraftStatus, TriageRecord
from integrations.mail.reply.in_mailbox import as_in_mailbox
from integrations.mail.triage.decide import FOLLOW_UP, REPEATED, ROBOT, SUSPICIOUS

Label = Literal["", "to_reply", "drafted", "waiting", "info", "suspicious", "gaps_sent"]
MAX_GAPS_SAID = 9
# Rules by which nothing can be said of a mail, or nobody needs to be told.
_UNLABELLED = frozenset(
    {"own_mail", "spam", "bounce", "gone", "too_large", "unreadable", "fault", "policy", "old", "never_for"}
    | {FOLLOW_UP, REPEATED, ROBOT}
)
_UNDONE = frozenset({"to_reply", "drafted", "info"})
_OPEN_RULES = frozenset({"day_limit", "encrypted"})
# No commas: Outlook keeps the categories of a mail as one list with commas. Three are of drafts: with gaps, and with
# what not everybody who gets them may read. The last stands beside another.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "to_reply": "to reply",
        "drafted": "draft",
        "waiting": "waiting for answer",
        "info": "for information",
        "suspicious": "suspicious",
        "gaps_sent": "sent with open gaps",
        "gap": "draft (1 gap)",
        "gaps": "draft ({count} gaps)",
        "internal": "{draft} with internal source",
        "danger": "possible danger",
    },
    "de": {
        "to_reply": "zu beantworten",
        "drafted": "Entwurf",
        "waiting": "wartet auf Antwort",
        "info": "zur Kenntnis",
        "suspicious": "verd\u00e4chtig",
        "gaps_sent": "mit L\u00fccken gesendet",
        "gap": "Entwurf (1 L\u00fccke)",
        "gaps": "Entwurf ({count} L\u00fccken)",
        "internal": "{draft} mit interner Quelle",
        "danger": "m\u00f6gliche Gefahr",
    },
    "fr": {
        "to_reply": "\u00e0 r\u00e9pondre",
        "drafted": "brouillon",
        "waiting": "en attente de r\u00e9ponse",
        "info": "pour information",
        "suspicious": "suspect",
        "gaps_sent": "envoy\u00e9 avec des lacunes",
        "gap": "brouillon (1 lacune)",
        "gaps": "brouillon ({count} lacunes)",
        "internal": "{draft} avec source interne",
        "danger": "danger possible",
    },
    "es": {
        "to_reply": "por responder",
        "drafted": "borrador",
        "waiting": "a la espera de respuesta",
        "info": "para informaci\u00f3n",
        "suspicious": "sospechoso",
        "gaps_sent": "enviado con huecos",
        "gap": "borrador (1 hueco)",
        "gaps": "borrador ({count} huecos)",
        "internal": "{draft} con fuente interna",
        "danger": "posible peligro",
    },
}


class MailState(NamedTuple):
    """What is to be done about a mail: the label, and of its draft the questions and who may not read what it rests on.

    `is_internal` tells whether the draft rests on a source that not everybody who gets it may read.
    """

    label: Label = ""
    gaps: int = 0
    is_internal: bool = False

    def words(self, language: str = "en") -> str:
        """Return it in words, "" when there is nothing to be said."""
        if not self.label:
            return ""
        said = _WORDS[language]
        if self.label != "drafted":
            return said[self.label]
        count = str(self.gaps) if self.gaps <= MAX_GAPS_SAID else f"{MAX_GAPS_SAID}+"
        draft = said["gap" if self.gaps == 1 else "gaps" if self.gaps else "drafted"].format(count=count)
        return said["internal"].format(draft=draft) if self.is_internal else draft


def danger_words(record: TriageRecord, state: MailState, language: str = "en") -> str:
    """Return what a mail is called that surely tells what may hurt somebody, until it is dealt with; "" for any other.

    What may be a danger alone stands in the list of mails: of harmless everyday ones that is one in four.
    """
    is_open = bool(record.decision.get(IS_SURELY_DANGER)) and state.label in _UNDONE
    return _WORDS[language]["danger"] if is_open else ""


def mail_state(
    record: TriageRecord, status: DraftStatus | None, *, is_answered: bool = False, asks: bool = False
) -> MailState:
    """Return what is to be done about a mail that nothing of its thread has followed.

    Args:
        record: what was decided about it.
        status: what became of its draft; None when it has none, or the job was deleted.
        is_answered: whether its owner has sent an answer to it.
        asks: whether that answer asks something.
    """
    rule = str(record.decision.get("rule", ""))
    if rule in _UNLABELLED:
        return MailState()
    if status and status.has_open_gaps:
        return MailState("gaps_sent")
    if rule == SUSPICIOUS:
        return MailState("suspicious")
    if is_answered or rule == "answered" or (status and status.outcome in {"accepted", "edited"}):
        return MailState("waiting" if asks or (status and status.asks) else "")
    if status:
        return _of_draft(status)
    is_open = rule in _OPEN_RULES or (bool(record.decision["needs_reply"]) and not record.job)
    return MailState() if record.job else MailState("to_reply" if is_open else "info")


def _of_draft(status: DraftStatus) -> MailState:
    if status.outcome == "rejected" or status.placed in {"superseded", "dealt_with"}:
        return MailState()
    if status.placed != "placed" or status.outcome == "expired":
        return MailState("to_reply")
    draft = status.job.draft
    if draft is None:
        return MailState("drafted")
    is_internal = any(finding.check == RECIPIENTS_CHECK for finding in draft.findings)
    gaps = len(GAP.findall(as_in_mailbox(draft).text)) if status.gaps_left is None else status.gaps_left
    return MailState("drafted", gaps, is_internal)
