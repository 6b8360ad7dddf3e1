"""The first line of a reply: thanks for what was written, worded by the model where its words hold."""

import re
from collections.abc import Sequence

from core.drafts import ChatMessage
from core.recipes.templates import as_data
from core.text.content import content_stems, is_empty_word, stem
from core.text.salutations import plain_subject
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds
from core.writing.grounded.choosing import choose_units, read_units
from core.writing.grounded.weighing import word_weights
from core.writing.model_lane.cleaning import clean
from core.writing.result import Ask

_INSTRUCTION = "Write how a polite reply to the message begins. One short sentence."
_EXAMPLES = (
    ("Could you tell me where the spare keys are kept? The cleaner comes on Friday.",
     "Thank you for your message about the spare keys."),
    ("The new printer driver crashes on my laptop since the last update.",
     "Thank you for letting me know about the problem with the new printer driver."),
    ("I think that we should not move the archive to the second floor, the lift is too small.",
     "Thank you for your thoughts on moving the archive to the second floor."),
    ("Attached is the new price list. The old one is no longer valid.",
     "Thank you for sending the new price list."),
)  # fmt: skip
# The model goes on from one of these, so that the line thanks and claims nothing.
_ABOUT, _THOUGHTS = "Thank you for your message about", "Thank you for your thoughts on"
_BEGINNINGS = (_ABOUT, _THOUGHTS, "Thank you for letting me know about")
# Without such words there are no thoughts to thank for.
_OPINION = re.compile(
    r"(?i)\b(?:(?:i|we) (?:\w+ly )?(?:think|believe|feel|guess|suppose|suggest|propose|recommend|prefer|doubt"
    r"|agree|disagree|would(?: not|n['\u2019]t)? \w+)|in my (?:opinion|view|experience)|imho"
    r"|should(?:n['\u2019]t)?|opinion|suggestion)\b"
)
_LEADING = re.compile(r"(?i)\A(?:the|an?|your|this|that|these|those)\s+")
_BEFORE = (
    r"(?:the|an?|my|our|your|their|his|her|its|this|that|these|those|some|any|no|each|every|all|both|new|next|about|of"
    r"|for|with|on|in|from|by|regarding|concerning|at|re|\d+)"
)
# What may follow a whole noun phrase: an end, or a word that begins something else.
_BEHIND = (
    r"(?=\s*(?:[.,;:!?)\"\u201d]|\Z)|\s+(?:is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|do|does"
    r"|did|and|or|but|that|which|who|when|where|while|because|since|if|so|as|than|to|of|for|with|without|on|in|at|by"
    r"|from|into|until|before|after|between|during|about|over|under|still|not|now|again|today|tomorrow|yesterday"
    r"|please|also|yet|soon|i|you|we|it|he|she|they|there|the|an?)\b)"
)
_PLAIN_TOPIC = re.compile(r"[^\W_][\w'\u2019-]*(?: [^\W_][\w'\u2019-]*){0,7}")
# Nouns that say nothing of what a message is about.
_HOLLOW_LIST = (
    "matter issue thing things topic subject message mail email e-mail question questions situation case thought"
    " thoughts note information point way time day moment request reply response answer attention help fact reason"
    " following above below attached forward forwarded one ones lot bit everything something anything nothing kind sort"
    " update either neither other others same such problem news concern"
)
_HOLLOW = frozenset(_HOLLOW_LIST.split())
_PERSONAL = re.compile(r"(?i)(?<![\w'])(?:i|i'm|i'll|we|we're|we'll|us|our|my|mine|sorry|unfortunately)(?![\w'])")
_TOPIC_WORD = re.compile(r"(?<![\w./@-])[^\W\d_]{4,20}(?![\w/@-]|\.\w)")
_MOST_TOPICS = 2
_MOST_TOKENS = 36
_MESSAGE_CHARS = 400


def thanks(grounds: Grounds, ask: Ask) -> str:
    """Return a sentence of thanks that names what the message is about, "" when the model finds no sound one.

    Args:
        grounds: the message, without sentences that instruct a model.
        ask: the model.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    subject = plain_subject(grounds.values.get("subject", ""))
    message = " ".join(part for part in (f"{subject}." if subject else "", _gist(grounds.source)) if part)
    if not message.strip():
        return ""
    # Left to itself, the model may speak of its examples: then it is given the word to begin with.
    for beginning in (*_BEGINNINGS, *(f"{_ABOUT} {topic}" for topic in _topics(grounds, subject))):
        chat = [ChatMessage(role="system", content=_INSTRUCTION)]
        for given, wanted in _EXAMPLES:
            chat += [ChatMessage(role="user", content=given), ChatMessage(role="assistant", content=wanted)]
        chat.append(ChatMessage(role="user", content=as_data(message)))
        written = ask(chat, max_tokens=_MOST_TOKENS, stop=("\n", ". ", "!"), prefill=beginning)
        text = clean(written if written.startswith(beginning) else f"{beginning}{written}", source=message)
        sentence = f"{text.rstrip('.')}."
        if written.strip() and is_sound(sentence, grounds):
            return sentence
    return ""


def _topics(grounds: Grounds, subject: str) -> list[str]:
    """Return "the …" for the words that say most, those of the subject before others."""
    weights = word_weights(f"{subject}\n{grounds.source}")
    # As the message writes it, and only then as the subject does, where every word may have a capital.
    words = {stem(word): word for word in reversed(_TOPIC_WORD.findall(f"{grounds.source} {subject.casefold()}"))}
    in_subject = set(content_stems(subject)) & set(content_stems(grounds.source))
    ranked = sorted((key for key in words if key in weights), key=lambda key: (key not in in_subject, -weights[key]))
    return [f"the {words[key]}" for key in ranked[:_MOST_TOPICS]]


def _gist(message: str) -> str:
    """Return the sentences that say most, since a small model loses itself in a long message."""
    units = read_units(message)
    chosen = choose_units(units, most_chars=_MESSAGE_CHARS, most_units=3)
    return " ".join(unit.text for unit in chosen) or unwrap(message)[:_MESSAGE_CHARS]


def is_sound(sentence: str, grounds: Grounds) -> bool:
    """Tell whether a sentence only thanks, for something that the message or its subject names.

    Its words stand there as a phrase, or all in one sentence; a phrase that says nothing ("the matter") is none.
    """
    beginning = next((one for one in _BEGINNINGS if sentence.startswith(f"{one} ")), "")
    if not beginning or (beginning == _THOUGHTS and not _OPINION.search(grounds.source)):
        return False
    rest = sentence[len(beginning) :].strip().rstrip(".!")
    topic = _LEADING.sub("", rest)
    words = topic.casefold().split()
    if not _PLAIN_TOPIC.fullmatch(topic) or _PERSONAL.search(rest) or all(word in _HOLLOW for word in words):
        return False
    if is_empty_word(words[0]) or is_empty_word(words[-1]):
        return False
    subject = plain_subject(grounds.values.get("subject", ""))
    if _stands(topic, grounds.source, rf"{_BEFORE}\s+") or _stands(topic, subject, ""):
        return True
    return _is_of_one_sentence(topic, [subject, *split_sentences(grounds.source)])


def _is_of_one_sentence(topic: str, sentences: Sequence[str]) -> bool:
    """Tell whether some sentence holds every word of a phrase of two or more that carries content."""
    stems = set(content_stems(topic))
    return len(stems) > 1 and any(stems.issubset(content_stems(one)) for one in sentences)


def _stands(topic: str, text: str, before: str) -> bool:
    """Tell whether a text holds a phrase with the words around it that a noun phrase has."""
    phrase = r"\s+".join(map(re.escape, topic.split()))
    return re.search(rf"(?i)(?<![\w'\u2019-]){before}{phrase}(?![\w'\u2019/-]){_BEHIND}", text) is not None
