"""Which sentences of a mail ask their reader for something, in English, German, French and Spanish: pure.

Every list is of whole phrases, so that a person can read why a sentence counted.
"""

import re

from core.drafts import Value

_MAX_SENTENCES = 400
_MAX_SENTENCE_CHARS = 600
_MAX_ORDER_CHARS = 200
_SENTENCE_END = re.compile(
    r"(?<=[.!?;:\uff1f\u3002])[\s\"')]+|\n\s*\n|\n(?=\s*[-*\u2022\d])|\s-{2,3}\s|(?<=[\uff1f\u3002])"
)
_LINK = re.compile(r"<?(?:https?://|www\.)[^\s<>]{1,2000}>?|[^\s@]{1,64}@[^\s@]{1,255}")

# Asking for something that only an answer or a deed of the reader can give.
_STRONG = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|u|one of you|any(?:one|body) of you|either of you|someone|we)\b|(?:are"
    r"|were|have|had|did|do|does|is|was|should|shall|may|can|could|might) (?:you|we|i|it|this|that|the|there"
    r"|they)\b(?=[^.!]*\?)|(?:let|get back to) (?:me|us)(?: (?:both|all))? know\b|get back (?:to|with) (?:me|us)\b"
    r"|let (?:me|us) have\b|(?:i|we) (?:would|'d|wd) (?:really |greatly |very much )?(?:appreciate|be grateful"
    r"|be happy if|like you|like to (?:know|see if|hear|get your|schedule|meet|ask|request|have you))\b|(?:i"
    r"|we) (?:really |still |also |just |will |would |do )?need (?:you|your|to know|to get|to have|to hear|the|a|an"
    r"|some|info\w*|from you|this|these|it)\b|(?:i am|i'm|we are|we're) (?:still )?(?:looking for|waiting (?:for|on)"
    r"|requesting|asking|wondering)\b|what do you (?:think|say|want|need|suggest|mean|recommend)|what are your|(?:any"
    r"|your) (?:thoughts|comments|opinion|ideas|suggestions|advice|feedback|input|help)\b(?=[^.!]{0,60}(?:\?"
    r"|appreciated|welcome|please))|do you (?:know|have|want|need|think)|would it be possible|is it possible"
    r"|how about\b|when (?:can|could|will|would|are|do) (?:you|we|i)\b|(?:awaiting|await|look forward to"
    r"|looking forward to) (?:your|hearing|a (?:reply|response|answer))\b|(?:hoping|hope|wish) (?:that )?you (?:can"
    r"|could|would|will|might)\b|r\.?s\.?v\.?p\b|please (?:advise|confirm|respond|reply|answer|comment|explain"
    r"|clarify)\b|your (?:reply|response|answer|decision|approval) (?:is|by|as soon|would)\b|give me (?:a (?:call"
    r"|ring|shout|buzz)|your|an? \w+ (?:call|ring))|call me\b|page me\b|drop me a (?:line|note)|(?:get|send|fax|mail"
    r"|email|e-mail|forward|tell|show|give|bring) (?:it |them |this |that )?(?:to )?(?:me|us)\b)",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"\b(?:please|pls|plz|kindly)\b", re.IGNORECASE)
_OTHER_LANGUAGES = re.compile(
    r"\b(?:k(?:ö|oe)nn(?:en|ten|test) (?:sie|du|wir|ihr)|kannst du|k(?:ö|oe)nntest du|w(?:ü|ue)rd(?:en|est) (?:sie"
    r"|du)|bitte(?! (?:beachten|nicht|entschuldig))|haben sie|hast du|(?:gib|geben sie|sag|sagen sie"
    r"|schick(?:en sie)?|senden sie) (?:mir|uns)|lass(?:en sie)? (?:mich|uns|es mich|es uns) wissen|wann (?:k(?:ö"
    r"|oe)nnen|passt|haben|hast)|was (?:meinen|meinst|denkst|halten) (?:sie|du)|ich (?:br(?:ä|ae)uchte|brauche"
    r"|ben(?:ö|oe)tige)|um (?:antwort|r(?:ü|ue)ckmeldung|r(?:ü|ue)ckruf)|(?:ihre|deine) (?:antwort|r(?:ü"
    r"|ue)ckmeldung)|melden sie sich|melde dich|(?:pouvez|pourriez|voulez|avez|auriez|seriez|êtes|savez)[- ]vous"
    r"|vous (?:pouvez|pourriez|serait-il)|peux[- ]tu|pourrais[- ]tu|as[- ]tu|tu (?:peux|pourrais|as"
    r"|veux)(?=[^.!]*\?)|est-ce que|qu'en (?:pensez|penses)|merci de (?:me|nous|bien|votre|confirmer)|(?:veuillez"
    r"|prière de)(?! (?:noter|trouver|agréer|recevoir))|(?:dites|envoyez|confirmez|rappelez)[- ](?:moi|nous)|dis-moi"
    r"|envoie-moi|tenez-moi|j'aurais besoin|j'ai besoin|s'il (?:vous|te) pla[iî]t|svp|stp|dans l'attente de (?:votre"
    r"|ta)|(?:puede|podr[ií]a|podr[ií]as|puedes|pueden|podemos|quieres|quiere|tienes|tiene|sabes|sabe)\b(?=[^.!]*\?)"
    r"|por favor(?! (?:tenga|tome) en cuenta)|me (?:puede|puedes|podr[ií]a|podr[ií]as) |(?:env[ií]e|env[ií]a|mande"
    r"|manda|d[ií]ga|di|confirme|confirma|avise|avisa)me|necesito|necesitamos|(?:qué|que) (?:opina|opinas|te parece"
    r"|le parece)|quedo (?:a la espera|pendiente)|espero (?:su|tu) respuesta|(?:cuándo|dónde|cuánto|cómo|quién"
    r"|cuál)\b(?=[^.!]*\?))",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:(?:[A-Z][a-z]{1,15}|all|hi|hello|also|then|so|and|just|first|second|finally|next|ok"
    r"|okay)[,:]?\s(?:-{1,2}\s)?){0,2}(?i:send|call|tell|give|check|review|talk|speak|forward|print|fax|add|remove"
    r"|change|update|confirm|make sure|ask|find|look (?:at|into|over)|contact|sign|fill|complete|prepare|set up"
    r"|schedule|arrange|get|bring|come|meet|let's|lets|respond|reply|advise|approve|provide|include|follow up"
    r"|take a look|have a look|put|try|remind|explain|help)\s",
)
# Polite phrases that ask for nothing: what is left of the sentence without them counts.
_OFFERED = (
    r"(?:question|comment|concern|problem|trouble|issue|doubt|further|additional|more |other|anything|assistance|help"
    r"|information|clarification|difficult|quer(?:y|ies))"
)
_HOLLOW = re.compile(
    r"(?:(?:please|pls|just|so|and|but|also|kindly) ){0,2}(?:(?:let (?:me|us|\w+) know|(?:give|drop) (?:me|us"
    r"|\w+) a (?:call|line|ring|note)|(?:call|contact|e-?mail|see|ask|page|phone|reach) (?:me|us|\w+(?: \w+)?)"
    r"|feel free to \w+(?: \w+)?|(?:do not|don't) hesitate to \w+(?: \w+)?)"
    rf"[^.!?]{{0,60}}?)?\b(?:if|should) (?:you|there|anyone) (?:have|has|need|are|is|require|encounter"
    rf"|would like)\b[^.!?]{{0,30}}?{_OFFERED}[^.!?]{{0,200}}[.!?]?"
    rf"|(?:please )?(?:let (?:me|us) know|call|contact|e-?mail)[^.!?]{{0,40}}(?:with|for"
    rf"|of) (?:any )?{_OFFERED}[^.!?]{{0,100}}"
    r"|any (?:further |other |additional )?(?:questions|comments|problems)\b[^.!]{0,100}|(?:please "
    r"|pls )?(?:feel free|(?:do not|don't) hesitate)\b[^.!?]{0,100}|(?:please|pls) (?:note|be (?:advised|aware"
    r"|assured|informed|reminded)|find|see|accept|visit|ignore|disregard|excuse|forgive|pardon|bear with"
    r"|keep in mind|remember|join us|click|go to|refer|do not|don't|allow|understand|enjoy|thank|log ?[io]n|register"
    r"|subscribe|complete this survey)\b|can you (?:believe|imagine)|how are (?:you|things)(?: doing)?\?|how(?:'s"
    r"| is) (?:it going|everything|life)\??|guess what\??|who knows\??|(?:hope|trust) (?:that )?(?:you|all|this"
    r"|everything)[^.!?]{0,80}|what(?:'s| is) (?:new|up)\?|(?:isn't it|right|you know|eh|huh|or what"
    r"|see what i mean)\?$|(?:falls|wenn|sollten) sie (?:noch |weitere ){0,2}(?:fragen|r(?:ü"
    r"|ue)ckfragen)[^.!?]{0,100}|bei (?:r(?:ü|ue)ck)?fragen[^.!?]{0,100}|f(?:ü|ue)r (?:weitere )?(?:r(?:ü"
    r"|ue)ck)?fragen[^.!?]{0,100}|n'hésitez pas[^.!?]{0,100}|si vous avez (?:des|la moindre) question[^.!?]{0,100}"
    r"|no dude en[^.!?]{0,100}|si tiene (?:alguna|cualquier)[^.!?]{0,100}|(?:do you )?(?:still )?have (?:any )?"
    r"(?:more |further |other )?(?:questions|feedback|comments)\?|questions\?|haben sie (?:noch |weitere ){0,2}fragen\?"
    r"|noch fragen\?|(?:avez-vous|vous avez) (?:des|encore des|d'autres) questions ?\?|¿?tienes? (?:alguna|más)"
    r" (?:pregunta|duda)s?\?|why (?:am i|did i) (?:getting|get|receiving|receive) this[^?]{0,20}\?",
    re.IGNORECASE,
)
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|yours|u|ya|y'all|sie|ihr|ihre|ihnen|du|dir|dich|dein\w*|euch|vous|votre|vos|tu|toi|te|ton|ta"
    r"|usted|ustedes|tú|ti|su|sus)\b",
    re.IGNORECASE,
)


class Asked(Value):
    """The sentences that ask: clear requests, open questions, orders. Polite phrases that ask nothing are counted."""

    clear: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    hollow: int = 0
    sentences: int = 0


def find_asked(text: str) -> Asked:
    """Sort the sentences of new text by how clearly they ask the reader for something."""
    clear: list[str] = []
    questions: list[str] = []
    orders: list[str] = []
    hollow = 0
    sentences = split_sentences(text)
    for sentence in sentences:
        meant = _HOLLOW.sub(" ", sentence)
        hollow += meant != sentence
        if is_clear(meant):
            clear.append(sentence)
        elif _ends_as_question(meant):
            questions.append(sentence)
        elif len(meant) < _MAX_ORDER_CHARS and _IMPERATIVE.match(meant):
            orders.append(sentence)
    return Asked(
        clear=tuple(clear),
        questions=tuple(questions),
        orders=tuple(orders),
        hollow=hollow,
        sentences=len(sentences),
    )


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text without its links; lines that were only wrapped are joined."""
    text = _LINK.sub(" ", text[:100_000])
    pieces = (" ".join(piece.split()) for piece in _SENTENCE_END.split(text) if piece)
    return [piece[:_MAX_SENTENCE_CHARS] for piece in pieces if any(char.isalnum() for char in piece)][:_MAX_SENTENCES]


def is_clear(sentence: str) -> bool:
    """Whether the sentence asks its reader in so many words."""
    if _OTHER_LANGUAGES.search(sentence) or _STRONG.search(sentence) or _PLEASE.search(sentence):
        return True
    return _ends_as_question(sentence) and _SECOND_PERSON.search(sentence) is not None


def _ends_as_question(sentence: str) -> bool:
    return sentence.rstrip("\"') !:;-").endswith(("?", "\uff1f"))
