"""Words by which a text tells that it was written for many, or by a program: pure.

Whole phrases only, so that a person can read why a mail counts as such.
"""

import re

_MAX_TEXT_CHARS = 200_000

# Matched against text in lower case: much faster than patterns that ignore case.
_NO_REPLY_TEXT = re.compile(
    r"(?:do not|don't) (?:directly )?(?:reply|respond) (?:directly |back )?(?:to (?:this|the)|by)\b|(?:cannot|can't"
    r"|can not|will not|not) be (?:answered|replied|monitored|read)\b|(?:replies|responses) (?:to this"
    r"|sent to)[^.]{0,60}(?:not|unmonitored)|(?:unmonitored|unattended) (?:mailbox|address|e-?mail)|this (?:is an? "
    r"|e-?mail (?:was|is|has been) |message (?:was|is|has been) )(?:automatically|automated|auto-|system)"
    r"|(?:automatically|automated) (?:generated|message|e-?mail|notification|reply)|(?:has been|was) (?:auto"
    r"|automatically) generated|nicht auf diese (?:e-?mail|nachricht)|automatisch (?:erstellt|generiert|versandt)"
    r"|ne pas répondre|no responda (?:a )?este|mensaje automático|message automatique",
)
_MASS_TEXT = re.compile(
    r"(unsubscri|to be removed|remov(?:al|e) (?:instructions|in (?:the )?subject)|\bremove[\"' ]{1,3}(?:in|as"
    r"|on) the|(?:word|with|type|put) (?:a |the )?[\"']{0,2}\s?remove|one[- ]time (?:mailing|e-?mail|offer|message)"
    r"|(?:future|further|more|our) (?:mailings|notices|e-?mails|offers|promotions)|(?:not|never|no) (?:a )?spam"
    r"|if you(?:'re| are) not interested|no obligation|satisfaction guarantee|remove(?:d)? (?:yourself"
    r"|your (?:e-?mail|name|address)|me\b|from (?:our|this|the) (?:mailing |e-?mail )?list)|opt[- ]?(?:out|in)\b"
    r"|you(?:'re| are| have)? (?:receiv(?:ed|ing)|been sent) this (?:e-?mail|message|mail|newsletter|mailing|special"
    r"|offer)|this (?:e-?mail|message|newsletter|mailing) (?:is|was) (?:being )?sent to|view (?:this|it) (?:e-?mail "
    r"|message )?(?:online|in your browser)|if you (?:no longer|do not|don't|would (?:prefer|like|rather) not"
    r"|wish not) (?:wish |want )?to (?:receive|be)|manage your (?:subscription|preferences)"
    r"|change your (?:subscription|e-?mail preferences)|privacy policy|all rights reserved|click (?:here|below"
    r"|on the link)|abmelden|abbestellen|newsletter|désabonner|désinscri|darse de baja|cancelar (?:su"
    r"|la) suscripción|to subscribe|advertisement|dear (?:valued |esteemed )?(?:customer|subscriber|member|friend"
    r"|user|client|sir|homeowner|reader|colleague\(s\)))",
)
_NOTIFICATION_TEXT = re.compile(
    r"(?:is|are) now available (?:for|at|on|in)|has been (?:published|posted|updated|shipped|dispatched|submitted"
    r"|processed|completed|scheduled|approved by|assigned to you)\b|you have (?:a |\d+ )?(?:new|unread|pending) "
    r"|(?:report named|notification|alert|system message):?\s|log ?(?:file|report|watch)|build (?:failed|succeeded)"
    r"|(?:request|approval|item)s? (?:is |are )?(?:pending|awaiting|waiting)|act upon|your (?:order|password|account"
    r"|subscription|payment|request|reservation|booking|ticket) (?:has|is|was|number|#|will)|(?:order|confirmation"
    r"|invoice|tracking|ticket) (?:number|#|no)",
)
_NOTIFICATION_SUBJECT = re.compile(
    r"\b(?:notification|notice|alert|newsletter|digest|bulletin|announcement|confirmation|receipt|invoice|daily"
    r"|weekly|monthly|news|reminder|erinnerung|rappel|recordatorio|headlines|update|status report|benachrichtigung"
    r"|bestätigung|rechnung|facture|confirmación|factura)\b|\[(?:jira|bug|build|cvs|svn)|\b(?:cvs|svn|git) commit",
    re.IGNORECASE,
)


def says_no_reply(text: str) -> bool:
    """Whether the text says that nobody reads what is sent back, or that a program wrote it."""
    return _NO_REPLY_TEXT.search(_unwrapped(text)) is not None


def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[1][:12] for match in _MASS_TEXT.finditer(_unwrapped(text))})


def notification_marks(subject: str, text: str) -> int:
    """Return how many marks of a program's message the subject and the text bear."""
    return len(_NOTIFICATION_TEXT.findall(_unwrapped(text))) + 2 * (_NOTIFICATION_SUBJECT.search(subject) is not None)


def _unwrapped(text: str) -> str:
    """Return the text in lower case and without its line ends, which may fall within a phrase."""
    return " ".join(text[:_MAX_TEXT_CHARS].lower().split())
