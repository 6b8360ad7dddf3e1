"""A gap for each thing asked: its question as the message has it, with ready answers and offered dates to pick from.

Ready answers stand beside the plainest questions alone: a gap without them costs its owner a few words.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.text.asks import asks_for_word, begins_with_verb, is_question, without_call, without_greeting
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, either, patterns_of, whole
from core.text.sentences import unwrap, without_stop
from core.writing.grounded.answers import asks_fact
from core.writing.grounded.asked import Asking, asks_outright, capitalised
from core.writing.grounded.blocks import Block
from core.writing.grounded.date_choices import accepting, days_of
from core.writing.grounded.lines import Ground, Line, grounded_lines, may_answer
from core.writing.grounded.occasions import asks_last, invites, is_negated, offers, words_of
from core.writing.grounded.offered import names_day_of, offered_dates
from core.writing.grounded.signals import concerns_safety

# Who writes so is told nothing by a click.
_GRAVE = frozenset({"complaint", "bereavement", "personal"})
_MAX_PLAIN_WORDS = 25
# How what an owner wrote is told, by who wrote something after it.
_FORMS = {"": "wrote", "owner": "wrote_earlier", "other": "wrote_before_others"}
_AND = whole([patterns_of("small_words", "and")])


def open_block(
    block: Block,
    asking: Asking,
    near: Ground | None = None,
    *,
    is_only: bool = True,
    is_all: bool = False,
    beside: str = "",
) -> Gap:
    """Return the gap for a block of a message that its reader is to answer.

    Args:
        block: what asks.
        asking: how the message asks.
        near: what was written before and may answer it: the owner chooses.
        is_only: whether the message asks nothing else.
        is_all: whether it says nothing else either.
        beside: all of a short chat message whose gaps show all of it: then each of its plain questions has ready
            answers, which name it, since one "Yes." beside another answers nothing.
    """
    is_one = len(block.parts) == 1
    sentence, quote = block.parts[0] if is_one else block.text, block.quote
    line = without_call(unwrap(sentence))
    question = _quoting(capitalised(quote), asking) if quote else _worded(sentence, asking)
    if block.is_called:
        question = _alerting(block, capitalised(quote or sentence), asking)
    # A yes accepts what a message says elsewhere, and a bare one goes unseen against what was written before.
    outright = [without_call(part) for part in block.parts if asks_outright(part, asking)]
    plain = outright[0] if is_all and len(outright) == 1 else line if is_one and (is_only or beside) else ""
    if beside and (joined := _AND.match(plain)):
        plain = capitalised(plain[joined.end() :].lstrip(" ,"))
    is_free = plain and not (may_answer(near) or block.is_alert or (beside and _is_tied(beside, beside, asking)))
    # A click on "No." would leave unseen that they are more people now.
    is_plain = is_free and not _changes(block.rest(), asking) and _is_plain(plain, quote, asking, is_all=is_all)
    kind = _kind_of(plain, asking) if is_plain else ""
    kind = kind if asking.is_first or kind == "able" else ""
    if asking.occasion == "invitation" and invites(asking.language, block.text):
        kind = "attend" if _only_invites(block, outright, asking) else ""
    choices = _ready(kind, block.text, asking) if kind else []
    promised = [asking.said(asking.words["later"])] if is_plain and kind else []
    if beside and kind != "attend":
        choices, promised = _naming(sentence, choices, asking), _naming(sentence, promised, asking)
    if dates := days_of(block, asking):
        # Who wrote something of one of the days accepts none by a click.
        is_noted = near and any(names_day_of(line.sentence, dates, line.language) for line in near.lines)
        choices, promised = ([] if is_noted else accepting(dates, question, asking)), []
    said = [] if block.is_alert else _said_by_sources(near)
    found = _gap(question, [*said, *choices, *promised], asking).model_copy(update={"is_alert": block.is_called})
    # A standing fact may be one that only its owner puts into a text.
    shown = [line for line in near.lines if line.kind != "fact"] if near else []
    return with_words(found, shown, asking) if shown else found


def _said_by_sources(near: Ground | None) -> list[str]:
    """Return what may be the answer: only what a source says; what a person wrote is shown beside the question."""
    is_known = near and near.text and all(line.role == "source" for line in near.lines)
    return [near.text] if near and is_known else []


def _changes(text: str, asking: Asking) -> bool:
    """Tell whether a text says that some number, day or amount is another now."""
    facts = extract_facts(text, asking.language).items
    return any(not fact.is_weak for fact in facts) and whole(asking.words["settles"]).search(text) is not None


def _ready(kind: str, text: str, asking: Asking) -> list[str]:
    """Return what accepts and what declines a text; nobody lets by a click leave out what keeps from harm."""
    answers = [asking.said(answer) for answer in asking.words[kind]]
    bypasses = all(whole(asking.words[name]).search(text) for name in ("bypasses", "guards"))
    return answers[1:] if bypasses else answers


def _naming(sentence: str, answers: Iterable[str], asking: Asking) -> list[str]:
    """Return answers behind the question that they answer."""
    named = asking.said(asking.words["quote"], quote=_as_asked(sentence, asking))
    return [f"{named} \u2013 {answer}" for answer in answers]


def _only_invites(block: Block, outright: Sequence[str], asking: Asking) -> bool:
    """Tell whether a block that invites asks for nothing but to come, on one day, and to answer."""
    replies = either([asking.words["asks_to_tell"], asking.words["asks_reply"]])
    is_only = all(invites(asking.language, part) or replies.search(part) for part in outright)
    return is_only and len(asking.offered) <= 1 and not block.is_alert


def with_words(found: Gap, shown: Sequence[Line], asking: Asking) -> Gap:
    """Return a gap that shows what was written in the thread or a source, where it has room for that."""
    words, line = asking.words, shown[0]
    for lines in (shown[:count] for count in range(len(shown), 0, -1)):
        if line.role == "source":
            text = " \u2013 ".join(
                asking.said(words["said"]["source"], who=title, quote=_quoted(run, asking))
                for title, run in groupby(lines, key=lambda written: written.title)
            )
        else:
            text = "; ".join(
                _by_message([*run], asking) if is_own else grounded_lines([*run], asking, is_sure=False).text
                for is_own, run in groupby(lines, key=lambda written: written.role == "owner")
            )
        question = f"{found.question} \u2013 {text}"
        if len(question) <= MAX_GAP_CHARS:
            return found.model_copy(update={"question": question, "place": gap(question)})
    return found


def _by_message(lines: Sequence[Line], asking: Asking) -> str:
    """Return what an owner wrote by its messages, each with its day; without one it is said which came before.

    Where what came later stands elsewhere that is said: it may correct what it does not repeat.
    """
    told, day = list[str](), ""
    form = asking.form(_FORMS[lines[0].overtaken])
    for (date, _), of_message in groupby(lines, key=lambda line: (line.date, line.at[0])):
        run = sorted(of_message, key=lambda line: line.at)
        origin = run[0].origin(asking)
        is_dated = not told or (date and date != day)
        words = form if is_dated else asking.words["before_that"]
        quote = _quoted(run, asking)
        told.append(words.format(when=(_when(date, asking) if is_dated else "") + origin, quote=quote))
        day = date
    return "; ".join(told)


def _when(date: str, asking: Asking) -> str:
    return asking.words["when"].format(date=date) if date else ""


def _quoted(lines: Iterable[Line], asking: Asking) -> str:
    """Return lines as one quotation, in which dots stand where something is left out."""
    said = ""
    for before, line in pairwise((None, *{line.whole: line for line in lines}.values())):
        follows = before and line and (before.at[0], before.at[1] + 1) == line.at
        told = (line.sentence if follows else line.whole) if line else ""
        said += (" " if follows else " \u2026 " if before else "") + capitalised(told)
    return asking.said(asking.words["quote"], quote=said)


def open_reply(question: str, asking: Asking, source: str = "", *, is_courtesy: bool = False) -> Gap:
    """Return the gap for all that a message does not ask in so many words, with the reply that surely fits, if any.

    Nobody thanks for a complaint, news of an illness or a refusal by a click. `is_courtesy` says that the message only
    thanks or tells good news.
    """
    words = asking.words
    if asking.occasion == "invitation":
        return _gap(asking.form("invited"), words["attend"], asking)
    if asking.occasion == "reminder":
        return _gap(question, words["reminder"], asking)
    ready = words_of(asking.language)["replies"]["courtesy" if is_courtesy else "other"]
    is_grave = asking.occasion in _GRAVE or asking.grave.search(source)
    return _gap(question, () if is_grave else map(asking.said, ready), asking)


def _gap(question: str, choices: Iterable[str], asking: Asking) -> Gap:
    question = cut_at_word(question, MAX_GAP_CHARS)
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(choices)))


def verbatim(sentence: str) -> str:
    """Return a sentence as its sender wrote it, without the mark of its list, a greeting and its stop."""
    said = without_stop(without_greeting(unwrap(sentence)))
    return said if said[:-1].count("«") > said[:-1].count("»") else without_stop(said, "\"'”»")


def _worded(sentence: str, asking: Asking) -> str:
    """Return a question as it stands; what speaks for its sender is quoted, so that "I" is nobody else."""
    said = _as_asked(sentence, asking)
    if not is_question(said) or whole(asking.words["first_person"]).search(said):
        return _quoting(said, asking)
    told, colon, asked = said.rpartition(": ")
    return f"{told}{colon}¿{asked}" if asking.language == "es" and "¿" not in said else said


def _as_asked(sentence: str, asking: Asking) -> str:
    """Return a sentence word for word, a question with its mark."""
    said = capitalised(verbatim(sentence))
    return said if not is_question(said) else f"{said.rstrip(' ?!')}{asking.words['mark']}"


def _quoting(quote: str, asking: Asking, form: str = "answer") -> str:
    """Return what asks for the answer to words of the message."""
    quoted = asking.said(asking.words["quote"], quote=without_stop(quote))
    return asking.said(asking.form(form), line=quoted)


def _alerting(block: Block, quote: str, asking: Asking) -> str:
    """Return what asks for the answer to an alert: the sentence that tells it first, where there is room for all."""
    alert = asking.said(asking.words["quote"], quote=without_stop(capitalised(block.alert)))
    asked = without_stop(quote).removesuffix(without_stop(block.alert)).strip()
    # What is most of its paragraph and ends it is not quoted twice.
    rest = asked if block.alert and asked and len(asked) < len(block.alert) else quote
    told = f"{asking.form('look_first').format(quotes=alert)}. {_quoting(rest, asking)}"
    return told if block.alert and len(told) <= MAX_GAP_CHARS else _quoting(quote, asking, "answer_first")


def _is_plain(line: str, quote: str, asking: Asking, *, is_all: bool) -> bool:
    """Tell whether a line is one short question, with no condition, refusal, sum, offer or illness beside it.

    Conditions may stand beside the question of a message of which all is shown: who answers sees them.
    """
    words, whole_text = asking.words, quote or line
    text = line if is_all else whole_text
    # "Could you confirm your address?" and "remind me of the price" want to be told it.
    is_short = is_question(line) and len(line.split()) <= _MAX_PLAIN_WORDS
    is_short = is_short and not either([*words["confirms"], *words["reminding"]], WORD_BEGINS).search(line)
    is_short = is_short and not (_AND.search(line) or whole([words["either_or"]]).search(text))
    return is_short and not _is_tied(text, whole_text, asking)


def _is_tied(text: str, whole_text: str, asking: Asking) -> bool:
    """Tell whether a text has a condition, refusal or offer, or all around it a sum, a danger, an illness or a term."""
    conditions = whole(asking.words["conditions"]).search(text) or whole(asking.words["binds"]).search(whole_text)
    depends = conditions or is_negated(asking.language, text) or concerns_safety(whole_text, asking.language)
    is_priced = any(fact.category == "money" for fact in extract_facts(whole_text, asking.language).items)
    is_grave = asking.is_sad or asking.occasion in _GRAVE or asking.grave.search(whole_text)
    return bool(depends or is_priced or is_grave or offers(asking.language, text))


def ready_answers(wanted: Sequence[str], asking: Asking) -> tuple[str, str]:
    """Return what accepts and what declines the one thing that is asked; "" where yes or no does not answer it."""
    kind = _kind_of(" ".join(wanted), asking) if len(wanted) <= 1 else ""
    # A bare yes says less than who decides about it would say.
    yes, no = asking.words["allow" if kind == "yes_no" else kind] if kind else ("", "")
    return asking.said(yes), asking.said(no)


def _kind_of(line: str, asking: Asking) -> str:
    """Return which ready answers fit a line, "" for none."""
    words = asking.words
    if asking.occasion == "invitation" and (not line or whole(words_of(asking.language)["asks_to_come"]).search(line)):
        return "attend"
    if _asks_more(line, asking):
        return ""
    asks = is_question(line)
    if whole(words["will_you"]).search(line) or (begins_with_verb(line) and not asks):
        return "able"
    return "yes_no" if asks and not whole([*words["may_i"], *words["agrees"]]).search(line) else "allow"


def _asks_more(line: str, asking: Asking) -> bool:
    """Tell whether a line asks for more than yes or no: a fact, one of two things, a day."""
    last = line[max(map(line.rfind, ",;:¿")) + 1 :].lstrip()
    asks_word = any(map(asks_for_word, (line, last))) or asks_last(asking.language, line) or asks_fact(line)
    chooses = whole([asking.words["either_or"], *asking.words["tells"], *asking.words["which"]]).search(line)
    return asks_word or chooses is not None or len(offered_dates(line, asking.words)) > 1
