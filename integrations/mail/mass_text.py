"""Words by which a text tells that it was written for many, or by a program: pure.

Whole phrases only, so that a person can read why a mail counts as such.
"""

import re

_MAX_TEXT_CHARS = 200_000

_NO_REPLY_TEXT = re.compile(
    r"(?:do not|don't|please don't|cannot|can't|unable to|will not|not be) (?:directly )?(?:reply|respond|replies"
    r"|answered|monitored)"
    r"|(?:replies|responses) (?:to this|sent to)[^.]{0,60}(?:not|unmonitored)|unmonitored (?:mailbox|address|e-?mail)"
    r"|this (?:is an? |e-?mail (?:was|is|has been) |message (?:was|is|has been) )(?:automatically|automated|auto-"
    r"|system)"
    r"|(?:automatically|automated) (?:generated|message|e-?mail|notification|reply)|(?:has been|was) (?:auto"
    r"|automatically) generated"
    r"|nicht auf diese (?:e-?mail|nachricht)|automatisch (?:erstellt|generiert|versandt)|ne pas répondre"
    r"|no responda (?:a )?este|mensaje automático|message automatique",
    re.IGNORECASE,
)
_MASS_TEXT = re.compile(
    r"(unsubscri|to be removed|remov(?:al|e) (?:instructions|in (?:the )?subject)|\bremove[\"' ]{1,3}(?:in|as"
    r"|on) the|(?:word|with|type|put)"
    r" (?:a |the )?[\"']{0,2}\s?remove|one[- ]time (?:mailing|e-?mail|offer|message)|(?:future|further|more"
    r"|our) (?:mailings|notices|e-?mails"
    r"|offers|promotions)|(?:not|never|no) (?:a )?spam|if you(?:'re| are) not interested|no obligation"
    r"|satisfaction guarantee|remove(?:d)? (?:yourself|your (?:e-?mail|name|address)|me\b|from (?:our|this"
    r"|the) (?:mailing |e-?mail )?list)"
    r"|opt[- ]?(?:out|in)\b|you(?:'re| are| have)? (?:receiv(?:ed|ing)|been sent) this (?:e-?mail|message|mail"
    r"|newsletter|mailing|special|offer)"
    r"|this (?:e-?mail|message|newsletter|mailing) (?:is|was) (?:being )?sent to|view (?:this|it) (?:e-?mail "
    r"|message )?(?:online|in your browser)"
    r"|if you (?:no longer|do not|don't|would (?:prefer|like|rather) not|wish not) (?:wish |want )?to (?:receive"
    r"|be)|manage your (?:subscription|preferences)"
    r"|change your (?:subscription|e-?mail preferences)|privacy policy|all rights reserved|click (?:here|below"
    r"|on the link)|abmelden|abbestellen"
    r"|newsletter|désabonner|désinscri|darse de baja|cancelar (?:su|la) suscripción|to subscribe|advertisement"
    r"|dear (?:valued |esteemed )?(?:customer|subscriber|member|friend|user|client|sir|homeowner|reader"
    r"|colleague\(s\)))",
    re.IGNORECASE,
)
_NOTIFICATION_TEXT = re.compile(
    r"(?:is|are) now available (?:for|at|on|in)|has been (?:published|posted|updated|shipped|dispatched|submitted"
    r"|processed|completed|scheduled"
    r"|approved by|assigned to you)\b|you have (?:a |\d+ )?(?:new|unread|pending) |(?:report named|notification"
    r"|alert|system message):?\s"
    r"|log ?(?:file|report|watch)|build (?:failed|succeeded)|your (?:order|password|account|subscription|payment"
    r"|request|reservation"
    r"|booking|ticket) (?:has|is|was|number|#|will)|(?:order|confirmation|invoice|tracking|ticket) (?:number|#|no)",
    re.IGNORECASE,
)
_NOTIFICATION_SUBJECT = re.compile(
    r"\b(?:notification|notice|alert|newsletter|digest|bulletin|announcement|confirmation|receipt|invoice|daily"
    r"|weekly|monthly|news"
    r"|headlines|update|status report|benachrichtigung|bestätigung|rechnung|facture|confirmación|factura)\b"
    r"|\[(?:jira|bug|build|cvs|svn)"
    r"|\b(?:cvs|svn|git) commit",
    re.IGNORECASE,
)


def says_no_reply(text: str) -> bool:
    """Whether the text says that nobody reads what is sent back, or that a program wrote it."""
    return _NO_REPLY_TEXT.search(text[:_MAX_TEXT_CHARS]) is not None


def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[1].lower()[:12] for match in _MASS_TEXT.finditer(text[:_MAX_TEXT_CHARS])})


def notification_marks(subject: str, text: str) -> int:
    """Return how many marks of a program's message the subject and the text bear."""
    return len(_NOTIFICATION_TEXT.findall(text[:20_000])) + 2 * (_NOTIFICATION_SUBJECT.search(subject) is not None)
