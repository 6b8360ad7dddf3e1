"""Shorten a sentence by rule: what carries no fact goes, every other word stays as it was."""

import re

_OPENERS = re.compile(
    r"(?i)\A(?:(?:so|well|and|but|yeah|yes|ok|okay|right|now|anyway|actually|basically|obviously|honestly|frankly|also"
    r"|of course|for example|for instance|in fact|in general|as a matter of fact|by the way|btw|fyi|oh|ah|then|plus"
    r"|as (?:you|we) (?:may|might)? ?(?:all )?(?:know|have heard|heard|recall)|as (?:mentioned|said)(?: before| above)?"
    r"|(?:please )?note that|i just wanted to (?:say|let you know) that|i (?:would|['\u2019]d) like to (?:say|add) that"
    r"|it (?:is|should be) (?:worth noting|noted|important to note) that|the (?:fact|thing|point) is(?:,)? that"
    r"|i(?: really)? (?:think|believe|guess|suppose|feel|hope|mean)(?: that)?|in my (?:humble )?opinion|imho|imo"
    r"|to be honest|needless to say|at the end of the day|having said that)\b[ ,]+)+"
)
_INSIDE = re.compile(
    r"(?i)(?:,\s*)?\b(?:of course|you know|i think|i believe|i guess|i mean|by the way|in fact|after all"
    r"|for quite a while now|in any case|so to speak|as it were|if you will)\b(?:\s*,)?"
)
_ADVERBS = re.compile(
    r"(?i)\b(?:very|really|quite|rather(?! than)|actually|basically|literally|simply|just|certainly|definitely|totally"
    r"|extremely|absolutely|obviously|clearly|somewhat|pretty much|in order(?= to))\s+(?=[a-z])"
)
_BRACKETS = re.compile(r"\s{0,20}\((?:[^()\d]{1,200})\)")
_ASIDE = re.compile(
    r"(?<!\s)\s++(?:[\u2013\u2014]\s++[^\u2013\u2014]{2,130}+(?<=\s)[\u2013\u2014]|--\s++[^-]{2,130}+(?<=\s)--)\s++"
)
_LONG_FORMS = (
    (re.compile(r"(?i)\bdue to the fact that\b"), "because"),
    (re.compile(r"(?i)\bin spite of the fact that\b"), "although"),
    (re.compile(r"(?i)\bat this point in time\b"), "now"), (re.compile(r"(?i)\bin the event that\b"), "if"),
    (re.compile(r"(?i)\ba (?:large|great) number of\b"), "many"), (re.compile(r"(?i)\bhas the ability to\b"), "can"),
    (re.compile(r"(?i)\bwith regard to\b"), "about"), (re.compile(r"(?i)\bfor the purpose of\b"), "for"),
    (re.compile(r"(?i)\ba number of different\b"), "several"), (re.compile(r"(?i)\bin the near future\b"), "soon"),
)  # fmt: skip
_TAIL = re.compile(
    r"(?i),\s+(?:though|which|who|where|although|while|whereas|since|because|so that|but then)\b[^,.;]*$"
)


def trim(sentence: str, *, hard: bool = False, asides: bool = False) -> str:
    """Return the sentence without openers, asides and filling adverbs.

    Args:
        sentence: one sentence in one line.
        hard: True to drop a last subordinate clause as well.
        asides: True to keep what stands in brackets and between dashes.
    """
    end = sentence[-1:] if sentence[-1:] in ".?!" else ""
    text = sentence.rstrip(".?! ") if end else sentence
    if not asides:
        text = _ASIDE.sub(" ", _BRACKETS.sub("", text))
    text = _OPENERS.sub("", text)
    text = _INSIDE.sub("", text)
    text = _ADVERBS.sub("", text)
    for long_form, short_form in _LONG_FORMS:
        text = long_form.sub(short_form, text)
    if hard:
        text = _TAIL.sub("", text)
    text = re.sub(r"(?<!\s)\s++([,.;:])(?=\s|$)", r"\1", " ".join(text.split())).strip(" ,;")
    if not text:
        return sentence
    return text[:1].upper() + text[1:] + (end or ".")


_MARKS = re.compile(r"\{[^{}\n]{0,40}\}|\[(?:inaudible|laughter|crosstalk|noise|music|pause)\]", re.I)
_FILLERS = re.compile(
    r"(?i)(?<![\w'])(?:u[hm]+|e[rh]m?|mm+(?:\s?-\s?hmm?)?|hmm+|you know|i mean|sort of|kind of|you see)(?![\w'])[ ,]*"
)
# A word begun and broken off before it is said ("w want", "th the", "c count"), and a lone consonant.
_BROKEN_WORD = re.compile(
    r"(?<![\w'])([b-hj-z]|[b-z]{1,3}(?= ))\s+(?=\1[a-z]+)|(?<![\w'.])[b-hj-z](?=\s+[a-z])(?![\w'.])\s+"
)
_STUTTER = re.compile(r"(?i)(?<![\w'])((?:[\w']++ ?){1,3}?)(?:[ ,]++\1)+(?![\w'])")
_SPACED_MARK = re.compile(r"(?<!\s)\s++([.,;:!?])(?=\s|$)")
_SPACED_ELISION = re.compile(r"(?i)(\w)\s+'\s?(s|re|ll|ve|d|m|t)(?!\w)")


def tidy(sentence: str) -> str:
    """Return a spoken sentence without marks, fillers and stutters, its punctuation set as in writing."""
    text = _MARKS.sub(" ", sentence)
    text = _SPACED_ELISION.sub(r"\1'\2", text)
    text = _SPACED_MARK.sub(r"\1", " ".join(text.split()))
    text = _FILLERS.sub("", text)
    text = _BROKEN_WORD.sub("", text)
    text = _STUTTER.sub(r"\1", text)
    text = re.sub(r"([,;:]\s*)+(?=[.?!,;:])", "", text)
    text = " ".join(text.split()).strip(" ,;-")
    return text[:1].upper() + text[1:]
