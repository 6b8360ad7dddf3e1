"""A sentence as a headline: the lead-in, articles and auxiliaries go, what is left stands in the order of the text."""

import re

from core.text.content import is_empty_word

_PREAMBLE = re.compile(
    r"(?i)\A(?:(?:hi|hello|hey|dear|hallo|moin|bonjour|hola)\b[^,:.!?]{0,25}[,:!]\s*"
    r"|(?:so|well|ok|okay|yes|no|anyway|btw|fyi|folks|guys|also|just|quick (?:one|question)|heads up|news|once again"
    r"|i know|as (?:discussed|you know|promised|agreed|mentioned)(?: \w+){0,3}"
    r"|(?:since|after|from|on|in|at|as of|before|during) [^,.;]{2,40}(?=,))\b\s*[,:!-]?\s*)+"
)
# What a person says of themselves before they come to the thing.
_SAYS = re.compile(
    r"(?i)\A(?:(?:i|we)(?:['\u2019](?:ve|m|d|ll|re)| am| are| was| were| have| had| would| will| just| only"
    r"| also| still| recently| really| now| already| never| do| did| not| don['\u2019]t| can['\u2019]t| cannot| could"
    r"| went| tried| been)*\s+[a-z]+(?:\s+(?:me|you|us|to|at|on|through|into|up|out|over|about|with|for|of|that|if"
    r"|whether|in|it|is|able|unable|have|get|know|see|like|ask|say|find|buy|use|using|trying))*\s+"
    r"|(?:thank you|thanks|many thanks)(?: very much| a lot)?(?: for)?(?: sending| asking| telling)?(?: me| us)?\s+"
    r"|(?:here|there|this|that|these|it|attached|below)(?:['\u2019]s| is| are| was| were)"
    r"(?: (?:my|our|a|an|the|some|few|two))*(?: thoughts on)?\s+"
    r"|(?:does|do|did|has|have|is|are|can|could|would|will) (?:any(?:body|one)|some(?:body|one)|you|we|i|there)"
    r"(?: please| all)?(?: (?:have|has|had|help|know|seen|tell|send|let|give|think|any|me|us|with|of|if|about|how|where"
    r"|what|to|the|a|an|my|experience|idea|possible))*\s+"
    r"|please(?: [a-z]+)?(?: me| us)?\s+|let (?:me|us) know(?: if| whether)?\s+|maybe i['\u2019]m just \w+,?\s+)"
)
_DROPPED_LIST = "the a an is are was were be been being has have had will would am my our your"
_DROPPED = frozenset(_DROPPED_LIST.split())
_NEEDS_VERB_LIST = "to can could might may must should not"
_NEEDS_VERB = frozenset(_NEEDS_VERB_LIST.split())
_CUT = re.compile(
    r"(?i)[;:]\s|\s[-\u2013\u2014]{1,2}\s|\s\(|,\s+(?=(?:but|and|so|because|which|who|since|as|if|though|although|when"
    r"|where|or|it|we|i|you|please|aber|weil|und|da|damit|mais|parce|pero|porque)\b)"
    r"|\s(?=(?:because|although|since|so that|unless|before|after|when|if|but|weil|damit|parce que|porque)\b)"
    r"|[.!?](?=\s|$)"
)
_TAIL_LIST = (
    "until till since during per via"
    " and or but to of for in on at by with from that which who as than if so not very just its it this these those"
    " there their he she they we i you because about into over up out some any also only no und oder zu von für in im"
    " am mit auf bei et ou de du des la le les à pour dans en y o del el los las para con por die der das den dem"
    " ein eine einen"
)
_TAIL = frozenset(_TAIL_LIST.split())
_WORD_EDGE = ".,;:!?\"'\u201c\u201d()[]<>*_|-"


def headline(sentence: str, *, english: bool, most_words: int = 8) -> str:
    """Return the sentence as a headline, "" when nothing of content is left.

    Args:
        sentence: one sentence in one line.
        english: False keeps articles and auxiliaries, which the rules know in English only.
        most_words: how long it may be.
    """
    line = _PREAMBLE.sub("", sentence.strip(" -*>#\u2022"))
    if english:
        for _ in range(2):
            line = _SAYS.sub("", line)
    line = _PREAMBLE.sub("", line)
    cut = _CUT.search(line)
    line = line[: cut.start()] if cut and len(line[: cut.start()].split()) > 1 else line
    words = [word for word in line.split() if word.strip(_WORD_EDGE)]
    if english:
        words = _without_small_words(words)
    words = _trimmed(words, most_words)
    text = " ".join(words).strip(" ,;:.!?-\u2013")
    return text[:1].upper() + text[1:] if any(not is_empty_word(word.casefold()) for word in words) else ""


def _without_small_words(words: list[str]) -> list[str]:
    """Leave out articles and auxiliaries, but not the verb of "to be seen" and "might be"."""
    kept: list[str] = []
    for word in words:
        needed = kept and kept[-1].casefold() in _NEEDS_VERB and word.casefold() in {"be", "have"}
        if needed or word.casefold() not in _DROPPED:
            kept.append(word)
    return kept


def _trimmed(words: list[str], most_words: int) -> list[str]:
    """Return at most so many words, not beginning or ending in one that needs another."""
    while words and words[0].strip(_WORD_EDGE).casefold() in _TAIL:
        words = words[1:]
    words = words[:most_words]
    while words and words[-1].strip(_WORD_EDGE).casefold() in _TAIL:
        words = words[:-1]
    return words
