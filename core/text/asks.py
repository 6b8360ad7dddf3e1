"""Requests, questions and commitments: which sentences ask the reader for something, or promise something."""

import re
from dataclasses import dataclass
from typing import Literal

from core.text.content import is_empty_word
from core.text.facts.extract import extract_facts
from core.text.sentences import split_sentences, unwrap

Kind = Literal["question", "request", "suggestion", "commitment"]

_VERBS_LIST = (
    "add address advise agree allow answer apply approve arrange ask assign attach attend be book bring buy call cancel"
    " change check choose clarify clean click close come complete confirm consider contact copy correct create decide"
    " delete deliver describe discuss distribute do download draft edit email e-mail ensure enter estimate explain fax"
    " file fill find finish fix follow forward get give go handle have help hold identify include inform insert install"
    " invite invoice join keep leave list look mail make mark meet move note notify open order organize page pass pay"
    " phone pick plan post prepare present print proceed produce propose provide publish pull push put read reconsider"
    " register remember remind remove replace reply report request reserve reset resend respond restart return review"
    " revise run save schedule search see select send set share show sign sort speak start stop submit suggest"
    " take talk"
    " tell test think transfer try turn update upload use verify visit wait watch work write"
)
_VERBS = frozenset(_VERBS_LIST.split())
# The mark of a list, and how a sentence calls its reader before it asks.
_LIST_MARK = re.compile(r"\A\s*(?:[-*\u2022\u2013\u2014]+|\(?\d{1,3}[.)]|\(?[a-zA-Z]\))\s+(?=\S)")
_CALL = re.compile(
    r"(?i)\A(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?"
    r"|sehr geehrte[rs]?|moin|bonjour|bonsoir|salut|ch(?:er|ère)|hola|buen[oa]s \w+|estimad[oa])\b[^,.!?]{0,30}[,!]\s*"
    r"|(?:please|kindly|also|then|and|so|but|now|first|next|finally"
    r"|again|just|alternatively|otherwise|in the meantime|meanwhile|if possible|fyi|therefore"
    r"|und|oder|et|ou|y|o|(?:ok|okay|thanks)(?! (?:for|with|to|if|pour|für|mit|para|con)\b))\b,?\s+)"
)
_CLAUSE_BEFORE = re.compile(
    r"(?i)\A(?:when|once|if|as soon as|before|after|to|for|in order to|by|on|at|until)\b[^,.!?]{3,70},\s+"
)
_VOCATIVE = re.compile(r"\A@?(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)\s*(?:--|[,:\u2013-])\s+(?=\S)")
# With one of these before it, a capitalised word is a day or a place, and nobody is called.
_BEFORE_TIME = re.compile(
    r"(?i)\A(?:by|on|in|at|for|from|after|before|until|till|since|as|to|bis|am|im|ab|vor|nach|seit|avant|le|para|el)\s"
)
_BARE_NAME = re.compile(r"\A([A-Z][\w'-]+) (?=(?:can|could|would|will|please|do|did|are|have) )")
_NOT_MEANT = re.compile(
    r"(?i)\b(?:feel free|don['\u2019]?t hesitate|do not hesitate|no need to|you (?:don['\u2019]?t|do not) (?:need|have)"
    r"|(?:if|should) you (?:have|need) (?:any|further|more|questions)|just ignore|unsubscribe"
    r"|\Ahave an? (?:nice|great|good|lovely|safe|wonderful)|let me (?!know)\w+"
    r"|click (?:here|below|the link)|stay in the loop|please (?:note|be (?:advised|aware|informed|reminded))\b"
    r"|please (?:find|see) (?:the |my )?(?:attached|enclosed|below|above)|bitte beachten|veuillez (?:noter|trouver)"
    r"|tenga en cuenta)"
)
_ASKS_PLAINLY = re.compile(
    r"(?i)\b(?:(?:can|could|would|will|won['\u2019]t) (?:you|someone|somebody|anyone|anybody|one of you)\b"
    r"|(?:can|could|may|shall|should) (?:we|i)\b(?=.*\?)|(?:do|would) you mind|are you (?:able|available|free|coming)"
    r"|(?:i|we)(?:['\u2019]d| would)? (?:need|like|want|expect|ask) (?:you|him|her|them|everyone|everybody) to"
    r"|you (?:should|must|need to|have to|will need to|can (?:come|send|call|use|reach))|let (?:me|us) know|please \w+"
    r"|(?:i|we) (?:still |urgently |also )?need (?:the|your|a copy of|an answer|more|some|these|those|this|that|it) ?\b"
    r"|(?:it would|it['\u2019]d) be (?:great|nice|good|helpful|kind|wonderful|lovely|useful)"
    r" (?:if|to (?:have|get|hear))\b"
    r"|(?:i|we)(?:['\u2019]d| would) (?:appreciate|be grateful|anticipate)|(?:i|we) (?:request|ask) (?:that|you)"
    r"|(?:i|we)(?:['\u2019]m| am| are) looking forward to (?:your|hearing)|remember to|make sure|don['\u2019]?t forget"
    r"|(?:is|are) (?:you|anyone|anybody|someone) |has anyone|does any(?:one|body)|any(?:one|body) \w+.*\?"
    r"|bitte|könn(?:t|t?en) (?:sie|ihr|wir)|könntest du|kannst du|würden sie"
    r"|(?:ich|wir) (?:bräuchten?|brauchen?|benötigen?)|(?:schick|gib|sag|send|geb)\w* (?:sie )?(?:mir|uns)\b"
    r"|pouvez[- ]vous|pourriez[- ]vous"
    r"|peux[- ]tu|pourrais[- ]tu|veuillez|merci de|j['\u2019](?:ai|aurais) besoin"
    r"|(?:envoi?e[sz]?|dites|dis|donnez?|confirme[rz]?|indiquez)-(?:moi|nous)\b|necesit(?:o|amos)"
    r"|(?:env[ií]e|env[ií]a|mande|manda|d[ií]ga|conf[ií]rme|conf[ií]rma|av[ií]se|av[ií]sa)(?:me|nos)\b"
    r"|s['\u2019]il (?:vous|te) plaît|por favor|pued(?:e|es|en)\b(?=.*\?)|podrías?"
    r"|le (?:ruego|agradecería))"
)
_SUGGESTS = re.compile(
    r"(?i)\b(?:let['\u2019]s\b|we (?:can|could|should|might|need to|must|have to)\b|how about|what about"
    r"|why don['\u2019]t"
    r"|shall we|for us to|sounds good|i (?:suggest|propose|recommend)|perhaps\b.*\?|lass(?:t)? uns|wir sollten)"
)
_COMMITS = re.compile(
    r"(?i)\b(?:(?:i|we)(?:['\u2019]ll| will| shall|['\u2019]m going to| am going to|['\u2019]re going to| are going to"
    r"| promise to| plan to| intend to) (?!be (?:able|happy|glad|out)\b)(?:also |then |gladly )?[a-z]+"
    r"|ich (?:werde|kümmere)|wir werden|je vais|nous allons|voy a|vamos a)\b"
)
# In small letters German "sie" is she or they.
_TO_READER = re.compile(r"(?i)\b(?:you|your|we|us|our|(?-i:Sie|Ihnen)|ihr|du|dir|wir|vous|tu|nous|usted|tú|ustedes)\b")
_QUESTION_END = re.compile(r"(?<![!?\uff1f])!*+[?\uff1f][!?\uff1f]*+[\"'\u201c\u201d\u2019\u00bb)\]]*+\Z")
_DUE_WORDS = (
    r"(?:(?:by|until|till|before|no later than|not later than|due|on|at|this|next|from|for|in|bis|vor|am|um|nächsten?"
    r"|avant|d['\u2019]ici|le|para|antes de|el)\s+){1,4}(?:the\s+|el\s+)?(?:end of\s+|close of\s+|beginning of\s+)?$"
)
_DUE_BEFORE = re.compile(rf"(?i)(?<!\w){_DUE_WORDS}")
_DUE_PHRASE = re.compile(
    r"(?i)\b(?:(?:by|before|until)\s+)?(?:the\s+)?(?:end of (?:the )?(?:day|week|month|quarter|year)|eod|asap"
    r"|as soon as possible|(?:this|next) (?:week|month|quarter|year|morning|afternoon|evening)|nächste woche"
    r"|la semaine prochaine|la próxima semana)\b"
)
_DUE_KINDS = frozenset({"date", "time", "weekday", "day"})
_GLUE = re.compile(r"(?i)\s*+(?:,|at|on|the|um|à|a las|of)?\s*+")


@dataclass(frozen=True)
class Asked:
    """One sentence that asks or promises. `sentence` stands word for word in the text; `who` and `due` as well."""

    kind: Kind
    sentence: str
    who: str = ""
    due: str = ""


def find_asks(text: str) -> tuple[Asked, ...]:
    """Return the requests, questions, suggestions and commitments of a text, in order."""
    found: list[Asked] = []
    for sentence in split_sentences(text):
        if kind := kind_of(sentence):
            vocative = _vocative(sentence)
            who = vocative["name"] if vocative and kind != "commitment" else ""
            found.append(Asked(kind, sentence, who, find_due(sentence)))
    return tuple(found)


def kind_of(sentence: str) -> Kind | None:
    """Return what a sentence asks or promises, None when it only tells."""
    line = unwrap(sentence)
    if len(line) < 4 or line.startswith(">") or _NOT_MEANT.search(line):
        return None
    body = without_lead_in(line)
    if _ASKS_PLAINLY.search(line) or (begins_with_verb(body) and not body.endswith("?") and len(body.split()) > 1):
        return "request"
    if _SUGGESTS.search(line):
        return "suggestion"
    if _COMMITS.search(line):
        return "commitment"
    return "question" if is_question(line) else None


def is_question(sentence: str) -> bool:
    """Tell whether a sentence ends as questions do."""
    return bool(_QUESTION_END.search(sentence.rstrip()))


def _vocative(line: str) -> re.Match[str] | None:
    """Return the name that a sentence calls before it speaks, with what parts it from the rest."""
    return None if _BEFORE_TIME.match(line) else _VOCATIVE.match(line)


def begins_with_verb(line: str) -> bool:
    """Tell whether the first word is a verb as commands begin with one."""
    return line.split(maxsplit=1)[0].strip(",.:;!").casefold() in _VERBS if line.strip() else False


def is_for_reader(sentence: str) -> bool:
    """Tell whether a sentence speaks to its reader ("you", "we")."""
    return bool(_TO_READER.search(sentence))


def without_lead_in(line: str) -> str:
    """Return a sentence without the name it calls and the clauses before its verb ("If possible, please …")."""
    return _without(line, (_CALL, _CLAUSE_BEFORE))


def without_call(line: str) -> str:
    """Return a sentence without the mark of its list, greeting, name and "please"; what it asks stays whole."""
    return _without(line, (_CALL,))


def _without(line: str, before: tuple[re.Pattern[str], ...]) -> str:
    line = _LIST_MARK.sub("", line)
    vocative = _vocative(line)
    if not vocative and (bare := _BARE_NAME.match(line)) and not is_empty_word(bare[1].lower()):
        vocative = bare
    line = line[vocative.end() :] if vocative else line
    for _ in range(4):
        match = next(filter(None, (pattern.match(line) for pattern in before)), None)
        if not match or not re.search(r"[^\W\d_]", line[match.end() :]):
            break
        line = line[match.end() :]
    return line


def find_due(sentence: str) -> str:
    """Return the words that say until when, "" when there are none."""
    facts = [fact for fact in extract_facts(sentence).items if fact.kind in _DUE_KINDS]
    if facts:
        begin, end = facts[0].start, facts[0].start + len(facts[0].text)
        for fact in facts[1:]:
            if not _GLUE.fullmatch(sentence[end : fact.start]):
                break
            end = fact.start + len(fact.text)
        before = _DUE_BEFORE.search(sentence[max(0, begin - 40) : begin])
        if before:
            begin -= len(before[0])
        return sentence[begin:end]
    phrase = _DUE_PHRASE.search(sentence)
    return phrase[0] if phrase else ""
