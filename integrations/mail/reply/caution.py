"""The draft for a mail that looks like fraud and whose owner wants to answer it all the same: it only warns.

No model writes it, and nothing of the mail, of sources or of past answers stands in it: it can give nothing away.
"""

from core.drafts import GAP, Draft, find_gaps
from core.text.lexicon import lists_beside
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import Message
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.compose import RECIPE
from integrations.mail.reply.greeting import mail_language, reply_frame

_MAX_REASON_CHARS = 240


def caution_draft(message: Message, owner: Address, reason: str) -> Draft:
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
    warning = f"[[{warnings[language][0].replace('{reason}', _on_one_line(reason))}]]"
    closing = "\n".join(filter(None, (frame.closing, frame.signature)))
    text = "\n\n".join(filter(None, (warning, frame.greeting, texts[language][0], closing)))
    return Draft(recipe=RECIPE, text=text, gaps=find_gaps(text))


def _on_one_line(reason: str) -> str:
    """Return a reason as it can stand in a gap, without the word that all begin with: it may quote a mail."""
    reason = reason.removeprefix("Suspicious: ")
    return " ".join(GAP.sub(" ", reason).replace("[", " ").replace("]", " ").split())[:_MAX_REASON_CHARS]
