"""What triage looks at: a mail, its parts, whose mailbox it is, and phrases that programs and bulk mail use. Pure.

Whole phrases only, so that a person can read why a mail counts as such.
"""

import re
from dataclasses import dataclass

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import SplitText

# Addresses behind which many people stand: all.staff@, dl-sales@.
_GROUP_ADDRESS = re.compile(
    r"(?:^|[._-])(?:all|everyone|everybody|staff|employees|dl|list|users|members|worldwide|undisclosed|recipients"
    r"|team|group)(?:[._-]|$)"
)


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What the rules look at: the mail, its parts, whose mailbox it is, and the folder."""

    message: Message
    split: SplitText
    owner: OwnerAddresses
    folder: str = ""


def personally_addressed(facts: TriageInput) -> tuple[Address, ...]:
    """Return the people in To, without the addresses of lists that the mail came by."""
    lists = _list_addresses(facts.message)
    return tuple(address for address in facts.message.to if address.key not in lists and not _looks_like_list(address))


def is_signed(facts: TriageInput) -> bool:
    """Whether the sender's name stands below the text, in a line of little else."""
    names = name_words(facts.message.sender)
    below = [*facts.split.new_text[-300:].split("\n")[-3:], *facts.split.signature[:300].split("\n")[:4]]
    lines = (re.findall(r"[^\W\d_]{2,}", line.lower()) for line in below)
    return any(line and 2 * len(names.intersection(line)) >= len(line) for line in lines)


def name_words(address: Address) -> set[str]:
    """Return the words of a person's name and address, in lower case."""
    return set(re.findall(r"[^\W\d_]{2,}", f"{address.name} {address.local_part}".lower()))


def _list_addresses(message: Message) -> frozenset[str]:
    text = " ".join(
        value
        for name, value in message.headers
        if name in {"list-post", "x-beenthere", "x-mailing-list", "mailing-list"}
    )
    return frozenset(re.findall(r"[\w.+-]{1,64}@[\w.-]{1,255}", text.lower()[:5_000]))


def _looks_like_list(address: Address) -> bool:
    if _GROUP_ADDRESS.search(address.local_part):
        return True
    return address.domain.startswith(("lists.", "list.", "listserv.", "groups.")) or address.domain in {
        "googlegroups.com", "yahoogroups.com", "egroups.com", "topica.com",
    }  # fmt: skip


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
    return any(_UNSUBSCRIBE_LINE.fullmatch(line.strip()) for line in re.split(r"[\n|·•]", text[-20_000:].lower()))


def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[1][:12] for match in _MASS_TEXT.finditer(unwrapped(text))})


def unwrapped(text: str) -> str:
    """Return the text in lower case and without its line ends, which may fall within a phrase."""
    return " ".join(text[:_MAX_TEXT_CHARS].lower().split())


# Matched against text in lower case: much faster than patterns that ignore case.
_NO_REPLY_TEXT = re.compile(
    r"(?:do not|don't) (?:directly )?(?:reply|respond) (?:directly |back )?(?:to (?:this|the)|by)\b|(?:cannot|can't"
    r"|can not|will not|not) be (?:answered|replied|monitored|read)\b|(?:replies|responses) (?:to this"
    r"|sent to)[^.]{0,60}(?:not|unmonitored)|(?:unmonitored|unattended) (?:mailbox|address|e-?mail)|this (?:is an? "
    r"|e-?mail (?:was|is|has been) |message (?:was|is|has been) )(?:automatically|automated|auto-|system)"
    r"|(?:automatically|automated) (?:generated|message|e-?mail|notification|reply)|(?:has been|was) (?:auto"
    r"|automatically) generated|nicht auf diese (?:e-?mail|nachricht)|automatisch (?:erstellt|generiert|versandt)"
    r"|ne pas répondre|no responda (?:a )?este|mensaje automático|message automatique|(?:dies ist|das ist) eine?"
    r" automatische?|(?:reply|response|antwort) (?:above|oberhalb) (?:this|the|dieser) line|(?:type|write) your"
    r" (?:reply|response) above|reply to this e-?mail directly,? or |you(?:'re| are| have)? receiv(?:ed|ing) this"
    r" (?:e-?mail |message |notification )?(?:because|as you are)|(?:scanned and )?sent to you using an? |this"
    r" (?:e-?mail|message|notification|reminder) (?:was|is) sent (?:to you )?(?:by|from|via) (?:the )?\w{2,20}"
    r" (?:jira|system|service|platform|workflow|server|scanner|application|app)\b|manage (?:your )?notification"
    r" (?:settings|preferences)|sie erhalten diese (?:e-?mail|nachricht),? (?:weil|da)|vous recevez ce(?:t)?"
    r" (?:e-?mail|message|courriel) (?:car|parce)|recibe este (?:correo|mensaje) porque",
)
_NOTIFICATION_TEXT = re.compile(
    r"(?:is|are) now available (?:for|at|on|in)|has been (?:published|posted|updated|shipped|dispatched|submitted"
    r"|processed|completed|scheduled|approved by|assigned to you)\b|you have (?:a |\d+ )?(?:new|unread|pending) "
    r"|(?:report named|notification|alert|system message):?\s|log ?(?:file|report|watch)|build (?:failed|succeeded)"
    r"|(?:request|approval|item)s? (?:is |are )?(?:pending|awaiting|waiting)|act upon|your (?:order|password|account"
    r"|subscription|payment|request|reservation|booking|ticket) (?:has|is|was|number|#|will)|(?:order|confirmation"
    r"|invoice|tracking|ticket) (?:number|#|no)|(?:commented on|mentioned you|assigned (?:you|this to you)"
    r"|requested your review|added a comment|invited you to|reacted to)\b|shared [^.\n]{1,80} with you|sent you an?"
    r" (?:document|message|invitation|request)|(?:view|open|reply) in (?:slack|teams|(?:the |your )?(?:browser|app))"
    r"|(?:view|open) (?:issue|page|file|event|ticket|profile|order|document|details|request)\b|review document"
    r"|(?:voice ?mail|voice message|fax) from|(?:verification|security|access|login) code|your code|one-time"
    r" (?:code|password)|did(?: not|n't) request|reset your password|(?:take|complete|start) (?:the|our|a|this)"
    r" (?:\w+ )?survey|\d minutes? to (?:tell|answer|complete)|(?:would you|to) rate (?:the|your|our)\b"
    r"|(?:request|case|ticket|inquiry|enquiry|message)[^.\n]{0,30} (?:has been|was|is) (?:received|resolved|closed"
    r"|registered|assigned)|thank you for (?:contacting|your (?:order|purchase|registration|application|booking))"
    r"|(?:support|service) (?:staff|agent|team) (?:will|has)|reviewed by our|ihre (?:bestellung|sendung|buchung"
    r"|reservierung)|bestellnummer|sendungsnummer|kontoauszug|bestätigungscode|votre (?:commande|colis|réservation)"
    r"|su (?:pedido|envío|reserva)|check-in is open|booking reference|your flight|(?:linkedin|professional) network"
    r"|event type:|will begin in|starts in \d|add to calendar|amount (?:paid|due)|receipt from|payment received"
    r"|multifunction (?:device|printer)|sent by: |trying to reach you in",
)
_NOTIFICATION_SUBJECT = re.compile(
    r"\b(?:notification|notice|alert|newsletter|digest|bulletin|announcement|confirmation|receipt|invoice|daily"
    r"|weekly|monthly|news|reminder|erinnerung|rappel|recordatorio|headlines|update|status report|benachrichtigung"
    r"|bestätigung|rechnung|facture|confirmación|factura|voice message|verification code|survey|receipt from|shared"
    r"|commented on|mentioned you|please sign|check[- ]in|how did we do|(?:ihre?|votre|su) (?:bestellung|paket|sendung"
    r"|kontoauszug|commande|colis|pedido|envío)|your (?:order|flight|booking|account|code|package|payment))\b"
    r"|\[(?:jira|bug|build|cvs|svn|confluence|ticket|case)|\((?:[A-Z]{2,10}-\d+|PR #\d+)\)|\b(?:cvs|svn|git) commit"
    r"|\bscan(?:ned document)? from\b|sent (?:you )?a message$|^your .{3,40} is ready",
    re.IGNORECASE,
)
# Subjects that only programs write.
_PROGRAM_SUBJECT = re.compile(
    r"\s*(?:cron <|\[jira\]|\*\* (?:problem|recovery)|\[(?:firing|resolved):\d)", re.IGNORECASE
)
# An absence, and what only a standing answer adds to it. People who are away ask too, so both are needed.
_AWAY = re.compile(
    r"(?:i am|i'm|i will be|i'll be|we are) (?:currently |now |presently )?(?:out of (?:the )?(?:office|town|country)"
    r"|away from|on (?:vacation|holiday|leave|annual leave|parental leave|maternity leave|a business trip)|away until)"
    r"|ich (?:bin|befinde mich) [^.]{0,60}(?:nicht im (?:büro|haus)|abwesend|außer haus|im urlaub|auf dienstreise"
    r"|in elternzeit)|bin ich [^.]{0,40}(?:nicht im büro|abwesend|im urlaub)|je (?:suis|serai) (?:actuellement )?"
    r"(?:absente?|en congés?|en déplacement|en vacances)|(?:estoy|estaré) (?:actualmente )?(?:fuera de la oficina"
    r"|ausente|de vacaciones)|sono (?:attualmente )?(?:fuori (?:sede|ufficio)|assente|in ferie)|ik ben [^.]{0,40}"
    r"(?:afwezig|niet aanwezig|met vakantie)"
)
_STANDING_ANSWER = re.compile(
    r"(?:in|for|if)[^.]{0,30}(?:urgent|emergenc)|urgent (?:matters?|requests?|issues?|queries)|immediate (?:assistance"
    r"|attention)|(?:in|during) my absence|limited access|no access to (?:my )?e-?mail|(?:will|shall) (?:reply|respond"
    r"|answer|get back|read)[^.]{0,60}(?:return|back)|upon my return|wenn ich zurück|nach meiner rückkehr|dringend"
    r"|während meiner abwesenheit|(?:nicht|nur) (?:weitergeleitet|sporadisch)|(?:nachricht|mail|mails|e-mails) (?:wird"
    r"|werden|lese ich|lese)[^.]{0,30}nicht|mails nicht|en cas d'urgence|pendant mon absence|à mon retour|es urgente"
    r"|urgencia|en mi ausencia|a mi regreso|urgenze|al mio (?:rientro|ritorno)|dringende|bij spoed"
)
_RECEIPT_SUBJECT = re.compile(
    r"\s*(?:(?:not )?read|gelesen|ungelesen gelöscht|lu|non lu|leído|letto|gelezen|delivered|zugestellt|übermittelt"
    r"|remis|entregado)\s?:",
    re.IGNORECASE,
)
_RECEIPT_TEXT = re.compile(
    r"(?:your message|ihre nachricht|votre message|su mensaje|il messaggio|uw bericht)[^.]{0,200}?"
    r"(?:was (?:read|deleted)|has been (?:read|delivered)|wurde |a été |ha sido |fue |è stato |is gelezen)"
)
_MAX_ABSENCE_WORDS = 150
# So many marks tell that a program wrote a mail, whoever it comes from.
CERTAIN_MARKS = 3


def says_no_reply(text: str) -> bool:
    """Whether the text says that nobody reads what is sent back, or that a program wrote it."""
    return _NO_REPLY_TEXT.search(unwrapped(text)) is not None


def notification_marks(subject: str, text: str) -> int:
    """Return how many marks of a program's message the subject and the text bear."""
    if _PROGRAM_SUBJECT.match(subject):
        return 2 * CERTAIN_MARKS
    found = {match[0] for match in _NOTIFICATION_TEXT.finditer(unwrapped(text))}
    return len(found) + 2 * (_NOTIFICATION_SUBJECT.search(subject) is not None)


def says_absence(text: str) -> bool:
    """Whether the text is what a mail program answers while its owner is away."""
    plain = unwrapped(text)
    if not _AWAY.search(plain[:400]) or len(plain.split()) > _MAX_ABSENCE_WORDS:
        return False
    return _STANDING_ANSWER.search(plain) is not None


def is_receipt(subject: str, text: str) -> bool:
    """Whether the mail only tells that another was read or delivered."""
    return _RECEIPT_SUBJECT.match(subject) is not None and _RECEIPT_TEXT.search(unwrapped(text)) is not None
