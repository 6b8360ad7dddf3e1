"""Words by which a text tells that it was written for many: pure.

Whole phrases only, so that a person can read why a mail counts as such.
"""

import re

_MAX_TEXT_CHARS = 200_000

# Matched against text in lower case: much faster than patterns that ignore case.
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
_UNSUBSCRIBE_LINE = re.compile(
    r"\W{0,5}(?:(?:click (?:here )?to )?(?:unsubscribe|opt[- ]?out)(?: (?:here|now|me|from (?:this|our|the) \w{1,20}))?"
    r"|(?:newsletter |e-?mails? )?(?:abmelden|abbestellen|austragen)|(?:se )?(?:désabonner|désinscrire)"
    r"|(?:darse|dar) de baja|cancelar (?:la )?suscripción|cancellati|afmelden|uitschrijven|avregistrera)\W{0,5}"
)


def has_unsubscribe_line(text: str) -> bool:
    """Whether a line, or a piece of one between bars, says nothing but how to end a subscription."""
    return any(_UNSUBSCRIBE_LINE.fullmatch(one.strip()) for one in re.split(r"[\n|·•]", text[-20_000:].lower()))


def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[1][:12] for match in _MASS_TEXT.finditer(unwrapped(text))})


def unwrapped(text: str) -> str:
    """Return the text in lower case and without its line ends, which may fall within a phrase."""
    return " ".join(text[:_MAX_TEXT_CHARS].lower().split())
