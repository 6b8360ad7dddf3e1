"""The words that carry content, as crude stems."""

import re

_WORD = re.compile(r"[^\W\d_]++(?:['\u2019][^\W\d_]++)?+")
_EMPTY_LIST = (
    "a about above after again all also am an and any are as at be because been before being below between both but by"
    " can could did do does doing down during each few for from further get got had has have having he her here"
    " hers him"
    " his how i if in into is it its just let like may me might more most must my no nor not now of off on once"
    " one only"
    " or other our out over own please same shall she should so some such than that the their them then there"
    " these they"
    " this those through to too under until up very want was we were what when where which while who whom why will with"
    " would yes you your i'm i'll i've i'd it's that's don't can't won't there's we'll we're we've you're they're he's"
    " she's isn't doesn't didn't wasn't aren't couldn't wouldn't shouldn't really actually basically well okay ok yeah"
    " thing things something anything lot bit way der die das und ist nicht ein eine einen einem zu den dem mit"
    " sich auf"
    " für im wir sie ich es auch von bei wird sind haben oder als noch wie uns mir ihr le la les des et est un une dans"
    " que pour vous nous je pas ce qui sur avec au du en il elle el los las de y es por con no se su del al lo como"
    " said says asked asks told tells mentioned mentions"
)
_EMPTY = frozenset(_EMPTY_LIST.split())
_ENDINGS = ("ations", "ation", "ments", "ment", "ingly", "ings", "ing", "edly", "ies", "ied", "ers", "er", "est",
            "ed", "es", "ly", "s", "e", "y")  # fmt: skip
_MIN_STEM_CHARS = 3


def stem(word: str) -> str:
    """Return a word's crude stem; only for comparing words with each other."""
    plain = word.casefold().replace("\u2019", "'").removesuffix("'s")
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _MIN_STEM_CHARS:
            return plain[: -len(ending)]
    return plain


def is_empty_word(word: str) -> bool:
    """Tell whether a word in small letters carries no content."""
    return word in _EMPTY


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry content, in order."""
    words = (match[0].casefold().replace("\u2019", "'") for match in _WORD.finditer(text))
    return [stem(word) for word in words if word not in _EMPTY and len(word) > 1]
