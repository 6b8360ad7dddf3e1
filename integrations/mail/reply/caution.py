"""The draft for a mail that looks like fraud and whose owner wants to answer it all the same: it only warns.

No model writes it, and nothing of the mail, of sources or of past answers stands in it: it can give nothing away.
"""

from core.drafts import GAP, Draft, cut_at_word, find_gaps, gap
from core.text.lexicon import lists_beside
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.compose import RECIPE
from integrations.mail.reply.greeting import mail_language, reply_frame

# What a gap can hold (`core.drafts.GAP`): a longer one would be none, and go out unseen.
_MAX_WARNING_CHARS = 300


def caution_draft(message: MailMessage, owner: Address, reason: str) -> Draft:
    """Return the draft.

    Args:
        message: the mail.
        owner: who answers.
        reason: why it is suspicious, in a sentence.
    """
    message = written_by_person(message)
    language = mail_language(message)
    warnings, texts = lists_beside(__file__, "warning"), lists_beside(__file__, "text")
    language = language if language in texts else "en"
    frame = reply_frame(message, owner, language)
    warning = gap(_filled(warnings[language][0], reason))
    closing = "\n".join(filter(None, (frame.closing, frame.signature)))
    text = "\n\n".join(filter(None, (warning, frame.greeting, texts[language][0], closing)))
    return Draft(recipe=RECIPE, text=text, gaps=find_gaps(text))


def _filled(warning: str, reason: str) -> str:
    """Return a warning with a reason as it can stand in a gap, without the word that all begin with: it may quote."""
    plain = GAP.sub(" ", reason.removeprefix("Suspicious: ")).replace("[", " ").replace("]", " ")
    room = _MAX_WARNING_CHARS - len(warning.replace("{reason}", ""))
    return warning.replace("{reason}", cut_at_word(" ".join(plain.split()), room))
