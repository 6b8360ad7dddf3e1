"""What a person typed as a message: sent as it is when it reads as one, else left to be worded.

Notes hold directions to a writer, tone words and remarks meant for nobody else. Rules that take them out miss some, and
one that goes out does harm; so nothing of notes stands in a mail.
"""

import re

from core.gaps import gap
from core.text.asks import begins_with_verb
from core.text.lexicon import lexicon
from core.text.sentences import split_sentences, unwrap

NOTES = "These are notes and no message yet: a larger model can word them, or you can."
_LEAST_WORDS = 3
_STARTS = re.compile(r"[\"“„«¿¡(]?\s?[^\W\d_a-zß-ÿ]|[\"“„«¿¡(]?\d")
_ENDS = re.compile(r"[.!?…:][\"”“»)]?\Z")


def reads_as_message(text: str, language: str) -> bool:
    """Tell whether a text is written out in sentences to its reader, and begins with no order to a writer.

    Who is called "he" may be the reader.
    """
    if lexicon(language)["briefs.may_be_reader"].search(text):
        return False
    sentences = [unwrap(one) for one in split_sentences(text)]
    whole = [bool(_STARTS.match(one)) and len(one.split()) >= _LEAST_WORDS for one in sentences]
    ends = all(map(_ENDS.search, sentences))
    return bool(sentences) and all(whole) and ends and not begins_with_verb(sentences[0])


def to_be_worded(language: str) -> str:
    """Return the gap that stands in place of somebody's notes."""
    return gap(lexicon(language).wording("briefs.to_word"))
