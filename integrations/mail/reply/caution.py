"""The draft for a mail that looks like fraud and whose owner wants to answer it all the same: it only warns.

No model writes it, and nothing of the mail, of sources or of past answers stands in it: it can give nothing away.
"""

from core.drafts import Draft, find_gaps
from core.text.lexicon import lists_beside
from core.writing.caution import warning_gap
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import written_by_person
from integrations.mail.reply.compose import RECIPE
from integrations.mail.reply.greeting import mail_language, reply_frame


def caution_draft(message: MailMessage, owner: Address, reason: str) -> Draft:
    """Return the draft.

    Args:
        message: the mail.
        owner: who answers.
        reason: why it is suspicious, in a sentence.
    """
    message = written_by_person(message)
    language = mail_language(message)
    texts = lists_beside(__file__, "text")
    language = language if language in texts else "en"
    frame = reply_frame(message, owner, language)
    warning = warning_gap(reason, language)
    closing = "\n".join(filter(None, (frame.closing, frame.signature)))
    text = "\n\n".join(filter(None, (warning, frame.greeting, texts[language][0], closing)))
    return Draft(recipe=RECIPE, text=text, gaps=find_gaps(text))
