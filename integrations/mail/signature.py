"""Where a mail's text ends and its signature begins: pure and linear."""

import re

_MAX_LINE_CHARS = 300
_DASHES = re.compile(r"\s{0,2}(?:-- ?|\u2014|\u2013\u2013|_{2,3})\s{0,3}$")
_MOBILE = re.compile(
    r"\s{0,2}(?:sent from my \w|sent from (?:outlook|yahoo|mail|proton|samsung|windows|blackberry|aol|gmail)"
    r"|sent via \w|sent with \w|get outlook for|von meinem .{2,40} gesendet|gesendet (?:mit|von) "
    r"|envoyé de(?:puis)? mon |envoyé à partir de|télécharger outlook|enviado desde mi |enviado do meu "
    r"|obtener outlook|inviato da(?:l mio)? |verzonden v[ai]n? |verstuurd vanaf mijn |skickat från min |wysłane z "
    r"|wysłano z |holen sie sich outlook|iphoneから送信|发自我的)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s{0,2}[-_=*~#]{10,200}\s{0,3}$")
_FOOTER = re.compile(
    r"mailing list|mailman|unsubscri|sf\.net email|sourceforge|do you yahoo|yahoo!|msn |hotmail|list (?:archive"
    r"|maintainer)|to post to this|get your free|sponsored by|chat with friends|join the world|blackberry",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[\s*\"(]{0,4}(?:(?:confidentiality|disclaimer|legal) ?(?:notice|note|statement)?\s?:|disclaimer\b|(?:this"
    r"|the information (?:contained )?in this) (?:e-?mail|message|communication"
    r"|electronic)\b(?=.{0,200}(?:confidential|privileged|intended|property))|diese (?:e-?mail"
    r"|nachricht)(?=.{0,200}vertraulich)|ce (?:message|courriel|mail)(?=.{0,200}confidentiel)|este (?:mensaje|correo"
    r"|e-?mail)(?=.{0,200}confidencial))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s{0,8}(?:(?:many |best |kind |kindest |warm |warmest |with |my )?(?:thanks|thank you|thx|regards"
    r"|wishes)(?: (?:and|&) (?:best |kind )?regards| in advance| again| a lot| so much| very much| for your \w+)?"
    r"|best|cheers|sincerely|sincerely yours|yours(?: \w+)?|all the best|take care|respectfully|love|ciao|later|bye"
    r"|(?:mit )?(?:freundliche[nm]?|besten|herzliche[nm]?|viele[nm]?|liebe[nm]?|schöne[nm]?|beste) grüße?n?|mfg|lg"
    r"|vg|gruß|danke|vielen dank|(?:bien )?cordialement|bien à vous|salutations|merci|amicalement|bonne journée"
    r"|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|gracias|muchas gracias|un abrazo|cordiali saluti"
    r"|distinti saluti|grazie|met vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|atenciosamente|obrigad[oa]|abraços?"
    r"|med vänliga? hälsning(?:ar)?|vänligen|mvh|hälsningar|med venlig hilsen|z poważaniem|pozdrawiam)[\s,.!;-]{0,6}$",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][\w.'\u2019-]{0,25},?$")
_CONTACT = re.compile(
    r"@|www\.|https?://|\b(?:tel|phone|fax|mobile|cell|mob|office|direct|telefon|tél)\b|\+?\d[\d\s().-]{7,}\d"
    r"|\b(?:inc|ltd|llc|gmbh|corp|ag|plc|university|department|manager|director|engineer|president|vice|assistant"
    r"|counsel)\b",
    re.IGNORECASE,
)
_AROUND_NAMES = " \t-\u2013~."
_MAX_BLOCK_LINES = 12
_MAX_MARKED_LINES = 40


def signature_start(lines: list[str]) -> int:
    """Return the number of the line where the signature begins, `len(lines)` when there is none.

    Signs, in this order: the `-- ` line, a footer of a list or a provider, a legal notice, the line of a
    mobile program, a closing with a name below it, a block of contact details.
    """
    end = _marked_start(lines)
    end = _before_blank(lines, end)
    start = _closing_start(lines, end)
    if start == end:
        start = _contact_start(lines, end)
    # A mail that consists of "Thanks, Ann" says thanks: there is nothing before that to call the text.
    return start if any(line.strip() for line in lines[:start]) else end


def _marked_start(lines: list[str]) -> int:
    start = len(lines)
    for number, line in enumerate(lines):
        left = len(lines) - number
        piece = line[:_MAX_LINE_CHARS]
        if _DASHES.match(piece) and (line.startswith("-- ") or left <= _MAX_MARKED_LINES):
            return number
        if left > _MAX_MARKED_LINES:
            continue
        following = " ".join(lines[number + 1 : number + 4])[:_MAX_LINE_CHARS]
        if (
            (_RULE.match(piece) and _FOOTER.search(following))
            or _DISCLAIMER.match(f"{piece} {following}")
            or (_RULE.match(piece) and left <= _MAX_BLOCK_LINES and _is_name("".join(lines[number + 1 : number + 2])))
            or (_MOBILE.match(piece) and left <= 6)
        ):
            return number
    return start


def _before_blank(lines: list[str], end: int) -> int:
    while end > 0 and (not lines[end - 1].strip() or _RULE.match(lines[end - 1][:_MAX_LINE_CHARS])):
        end -= 1
    return end


def _closing_start(lines: list[str], end: int) -> int:
    """Find `Best regards,` with at most a name and a block of contact details below it."""
    for number in range(end - 1, max(-1, end - 1 - _MAX_BLOCK_LINES), -1):
        if _CLOSING.match(lines[number][:_MAX_LINE_CHARS]):
            below = [line for line in lines[number + 1 : end] if line.strip()]
            return number if all(len(line.strip()) <= 80 and "?" not in line for line in below) else end
    return end


def _contact_start(lines: list[str], end: int) -> int:
    """Find a last paragraph of short lines that begins with a name; one line alone must be a short name."""
    start = end
    while start > 0 and lines[start - 1].strip() and end - start < _MAX_BLOCK_LINES:
        start -= 1
    block = lines[start:end]
    if not block or start == 0 or not _is_name(block[0]):
        return end
    if len(block) == 1:
        words = block[0].strip(_AROUND_NAMES).split()
        named = len(words) <= 3 and all(word[:1].isupper() or len(block[0].strip()) <= 3 for word in words)
        return start if named and not lines[start - 1].strip() else end
    short = all(len(line.strip()) <= 70 and not line.rstrip().endswith(("?", ":")) for line in block)
    return start if short and any(_CONTACT.search(line[:_MAX_LINE_CHARS]) for line in block[1:]) else end


def _is_name(line: str) -> bool:
    words = line[:_MAX_LINE_CHARS].strip(_AROUND_NAMES).split()
    return 0 < len(words) <= 5 and all(_NAME_WORD.match(word) for word in words)
