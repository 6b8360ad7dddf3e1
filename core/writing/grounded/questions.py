"""A gap for each thing asked: worded from its owner's side, with ready answers and offered dates to pick from."""

import re
from collections.abc import Iterable, Sequence

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.text.asks import (
    asks_for_word,
    begins_as_question,
    begins_with_verb,
    find_due,
    is_question,
    without_call,
    without_greeting,
)
from core.text.content import is_empty_word
from core.text.facts import extract_facts
from core.text.language import stop_words
from core.text.lexicon import WORD_BEGINS, either, lexicon, patterns_of, whole
from core.text.sentences import unwrap, without_stop
from core.writing.grounded.answers import asks_fact
from core.writing.grounded.asked import (
    DAYS,
    Asking,
    asks_outright,
    capitalised,
    clause_of,
    is_relative,
    reminded,
    says_otherwise,
    stated_in,
)
from core.writing.grounded.date_choices import accepting, are_shown, dates_to_pick, listed, offering, said_of
from core.writing.grounded.lines import Ground, grounded_lines
from core.writing.grounded.occasions import asks_last, is_desire, is_negated, offers, pays, takes, words_of
from core.writing.grounded.offered import days_in, names_day_of, offered_dates

# Who writes so tells of a birth or congratulates; and, with a death, what is promised no answer.
GLAD = frozenset({"news", "wishes"})
_TELLING = GLAD | {"bereavement"}
_WRONGED = frozenset({"complaint", "reminder"})
_CONDITIONS = ("If ", "Si ")
_MAX_CHARS, _MAX_BESIDE_CHARS = 360, 340
_MAX_LEAD_WORDS, _MAX_SIDE_WORDS, _MIN_PLEADING = 8, 4, 4
# What is said beside the question, and marks of feeling.
_ASIDE = re.compile(r" [-\u2013\u2014]{1,3} [^?]{0,200}+(?=\?|\Z)|[,;]? ?(?:asap|a\.s\.a\.p\.)", re.I)
_FEELING = re.compile(r"[!?\uff01\uff1f]{2,}|!")
# "I think that we should agree, what do you say?"
_LINKS = either([r"[,;]\s", rf"\s(?:{patterns_of('small_words', 'and')}|{patterns_of('small_words', 'or')})\s"])


def open_question(
    sentence: str,
    asking: Asking,
    near: Ground | None = None,
    quote: str = "",
    *,
    is_one: bool = True,
    is_only: bool = True,
) -> Gap:
    """Return the gap for a sentence that asks.

    Args:
        sentence: what asks.
        asking: how the message asks.
        near: what was written before and may answer it: the owner chooses.
        quote: words of the message that show more than the sentence.
        is_one: whether it asks one thing.
        is_only: whether the message asks nothing else: a yes accepts what a long one says of it elsewhere.
    """
    line = _tidy(sentence, asking)
    question, choices = _by_words(line, verbatim(sentence), asking, is_only=is_only or asking.is_short)
    question = _quoting(quote, asking) if quote else question
    # A bare yes says nothing beside another question, and may go unseen against what was written before.
    is_bare = list(choices) in (asking.words["yes_no"], asking.words["allow"]) and not takes(asking.language, line)
    is_bare = is_bare and bool(near or not asking.is_first or not is_only)
    choices = () if is_bare or not is_one or asking.tells_ill(quote or sentence) else choices
    # Who complains is promised no more than a look.
    choices, later = ((), "looks_into") if asking.occasion == "complaint" else (choices, "later")
    if dates := dates_to_pick(line, asking):
        told = _asking_dates(question, line, dates, asking, is_quoted=bool(quote))
        # Who wrote something of one of the days accepts none by a click.
        is_noted = near and any(names_day_of(line.sentence, dates, line.language) for line in near.lines)
        # A day accepted by a click leaves the rest of its gap unanswered; what is said of it has to be seen.
        is_seen = len(told) <= (_MAX_BESIDE_CHARS if near else MAX_GAP_CHARS)
        question = told if is_seen or not near else f"{question} ({listed(dates, asking, is_whole=False)})"
        choices = accepting(dates, asking) if is_one and is_seen and not is_noted else ()
    # "As I wrote" answers what is asked, not what is told or offered; and who complains has read it.
    is_asked = asks_outright(sentence, asking) and not offers(asking.language, line)
    is_asked = is_asked and asking.occasion not in _WRONGED
    # What a third person wrote is shown, and answers for nobody else.
    is_own = near and all(line.role in {"owner", "source"} for line in near.lines)
    # What is changed now is answered by nothing that was written before ("130 and not 120, how much is that?").
    is_own = is_own and not whole(asking.words["settles"]).search(quote or sentence)
    said = [near.text] if near and is_own and near.text and (is_asked or near.lines[0].role == "source") else []
    promised = [asking.said(asking.words[later])] if _may_promise(sentence, quote, asking) else []
    found = _gap(question, [*said, *choices, *promised], asking, MAX_GAP_CHARS if dates else _MAX_CHARS)
    return _with_words(found, near, asking) if near and near.lines[0].role != "source" else found


def _may_promise(sentence: str, quote: str, asking: Asking) -> bool:
    """Tell whether an answer may be promised: not to who only tells of good or sad news, nor to news of an illness."""
    is_told = asking.occasion in _TELLING and not asks_outright(sentence, asking)
    is_told = is_told or (asking.is_sad and not is_question(sentence))
    # "… by five today": later is no answer.
    due = either(asking.words["due"], WORD_BEGINS)
    is_urgent = any(due.match(day) and is_relative(day, asking) for day in (find_due(sentence), find_due(quote)))
    return not (is_told or is_urgent or asking.tells_ill(quote or sentence))


def _with_words(found: Gap, near: Ground, asking: Asking) -> Gap:
    """Return a gap that shows what was written in the thread, so that it is seen where nothing is picked, too."""
    words, line = asking.words, near.lines[-1]
    when = words["when"].format(date=line.date) if line.date else ""
    form = words["wrote"] if asking.address != "familiar" else words.get("wrote_familiar", words["wrote"])
    asked, quoted = cut_at_word(found.question, _MAX_BESIDE_CHARS), words["quote"].partition("{quote}")[2]
    asked += quoted if asked != found.question and found.question.endswith(quoted) else ""
    room = MAX_GAP_CHARS - len(asked) - len(form) - len(when)
    said = " \u2026 ".join(dict.fromkeys(capitalised(written.whole) for written in near.lines))
    said = said if len(said) <= room else capitalised(line.whole)
    quote = asking.said(words["quote"], quote=cut_at_word(said, room))
    text = near.text or grounded_lines(near.lines, asking, is_sure=False).text
    is_own = all(written.role == "owner" for written in near.lines)
    told = form.format(when=when, quote=quote) if is_own else cut_at_word(text, room)
    question = f"{asked} \u2013 {told}"
    return found.model_copy(update={"question": question, "place": gap(question)})


def open_reply(question: str, asking: Asking, source: str = "") -> Gap:
    """Return the gap for all that a message does not ask in so many words, with the reply that surely fits, if any.

    Nobody thanks for news of an illness or a refusal by a click.
    """
    words = asking.words
    if asking.occasion == "invitation":
        return _gap(words["invited"], words["attend"], asking)
    if asking.occasion == "reminder":
        return _gap(question, words["reminder"], asking)
    ready = words_of(asking.language)["replies"].get(asking.occasion or "other", ())
    ready = () if asking.grave.search(source) else ready
    return _gap(question, map(asking.said, ready), asking)


def answer_to(told: str, asking: Asking) -> Gap:
    """Return the gap for the answer to a sentence that tells something, without ready answers."""
    return _gap(_quoting(cut_at_word(verbatim(told), _MAX_CHARS), asking), (), asking)


def _dative(name: str) -> str:
    """Return a name as it stands in "Ihre Antwort an Herrn Weber"."""
    return re.sub(r"\AHerr\b", "Herrn", name)


def _gap(question: str, choices: Iterable[str], asking: Asking, most_chars: int = _MAX_CHARS) -> Gap:
    if asking.address == "familiar":
        for formal, familiar in asking.words.get("familiar_gaps", {}).items():
            question = question.replace(formal, familiar)
    question = cut_at_word(question, most_chars)
    return Gap(place=gap(question), question=question, choices=tuple(dict.fromkeys(choices)))


def _tidy(sentence: str, asking: Asking) -> str:
    line = without_call(unwrap(sentence))
    # "Our logo is missing - was that on purpose?": what stands beside a statement is the question itself.
    aside = re.search(r" [-\u2013\u2014]", line)
    main = line[: aside.start()] if aside else line
    is_question_beside = is_question(line) and not (begins_as_question(main) or asks_for_word(main))
    line = line if is_question_beside else _ASIDE.sub("", line)
    line = _FEELING.sub(lambda mark: "?" if "?" in mark[0] else ".", line).strip(" ,;:.\"'”»")
    begins = asking.language != "es" and begins_as_question(line)
    # "Que sea por la tarde": Spanish questions have their mark.
    has_word = asks_for_word(line) and asking.language != "es"
    asks = not is_question(line) and (has_word or begins)
    is_order = begins_with_verb(line) and not begins_as_question(line)
    line = f"{line.rstrip(' ?')}{'.' if is_order else asking.words['mark']}" if asks or line.endswith("?") else line
    return _as_asked(line, asking)


def verbatim(sentence: str) -> str:
    """Return a sentence as its sender wrote it, without the mark of its list, a greeting and its stop."""
    said = without_stop(without_greeting(unwrap(sentence)))
    return said if said[:-1].count("«") > said[:-1].count("»") else without_stop(said, "\"'”»")


def _as_asked(line: str, asking: Asking) -> str:
    """Return a question with the marks of its language."""
    return f"¿{line}" if asking.language == "es" and line.endswith("?") and "¿" not in line else line


def _by_words(line: str, verbatim: str, asking: Asking, *, is_only: bool) -> tuple[str, tuple[str, ...]]:
    """Say what is asked as it stands; what speaks for its sender is quoted, so that "I" is nobody else."""
    words = asking.words
    is_whether = _is_whether(line, asking)
    clause = line.rstrip(" ?.") if is_whether else clause_of(line, asking)
    answers = _answers(clause or line, asking, verbatim)
    # Of several matters, coming is the one that a yes names.
    answers = answers if is_only or answers == list(words["attend"]) else []
    choices = tuple(answers or sides_of(clause or line, asking))
    # "I demand that they keep to the hours and tell me which …": what leads to a question may ask, too.
    lead = line[: line.find(clause)].rstrip(" ,")
    choices = () if clause and whole([words["either_or"]]).search(lead) else choices
    # "I have to tell the band by noon whether it is there."
    is_plain = not (
        _LINKS.search(lead) or any(fact.kind in DAYS for fact in extract_facts(lead, asking.language).items)
    )
    is_led = is_whether or (len(lead.split()) <= _MAX_LEAD_WORDS and is_plain)
    # "You only need to tell me how many."
    is_whole = len(clause.split()) > 1
    if is_whole and is_led and not _speaks_for_sender(clause, asking):
        return asking.said(words["answer"], line=clause), choices
    if is_question(line) and not _speaks_for_sender(line, asking):
        return _as_asked(capitalised(line), asking), choices
    asked = line if "¿" in verbatim else line.lstrip("¿")
    is_bare = is_question(line) and not says_otherwise(verbatim, asking)
    return _quoting(capitalised(asked if is_bare else verbatim), asking), choices


def _quoting(quote: str, asking: Asking) -> str:
    """Return what asks for the answer to words of the message."""
    form = asking.words["answer_to" if asking.sender else "answer"]
    quoted = asking.said(asking.words["quote"], quote=without_stop(quote))
    return asking.said(form, line=quoted, name=_dative(asking.sender))


def _answers(line: str, asking: Asking, verbatim: str = "") -> list[str]:
    """Return what accepts and what declines; nothing where those may not fit, as for a choice or a fact."""
    words, occasions = asking.words, words_of(asking.language)
    is_clause = _is_whether(line, asking)
    asks = is_clause or is_question(line)
    last = line[max(map(line.rfind, ",;:¿")) + 1 :].lstrip()
    asks_word = asks_for_word(line) or asks_last(asking.language, line) or (asks and asks_for_word(last))
    if asking.occasion == "reminder" and pays(asking.language, line):
        return list(words["reminder"])
    if whole([words["either_or"]]).search(line):
        return []
    if asking.occasion == "invitation" and whole(occasions["asks_to_come"]).search(line):
        return list(words["attend"])
    tells = whole(words["tells"]).search(line) is not None or bool(reminded(line, asking))
    is_open = not is_clause and (asks_fact(line) or tells)
    if asks_word or is_open or asking.occasion == "bereavement" or (asking.occasion == "personal" and not asks):
        return []
    is_statement = not clause_of(line, asking) and stated_in(line, asking)
    # "Honestly please, or she gets something else." orders nothing.
    parts = [part for part in verbatim.split(",") if len(part.split()) >= _MIN_PLEADING]
    is_order = begins_with_verb(line) or any(map(whole(words["pleads"]).search, parts))
    if not asks and _depends(line, verbatim, asking, is_order=is_order):
        return []
    facts = extract_facts(line, asking.language).items
    is_told, is_priced = is_statement or facts, any(fact.category == "money" for fact in facts)
    comes, confirms = (whole(table).search(line) for table in (occasions["attends"], words["confirms"]))
    if confirms and (is_priced or (whole(words["unknown"]).search(line) and not is_told)):
        return []  # "Could you confirm your address?", "… the price of £612"
    found: list[list[str]] = [
        *([words["right"]] if is_statement and (asks or confirms) else ()),
        *([words["confirm"]] if confirms else ()),
        *([words["offered"]] if offers(asking.language, line) else ()),
        *([words["allow"]] if _wants_consent(line, asking, asks=asks) else ()),
        *([words["able"]] if (asks or is_order) and whole(words["will_you"]).search(line) and not comes else ()),
        *(answers for asked, *answers in words.get("short", ()) if either([asked], r"\W*", r"\b").match(line)),
        words["yes_no"] if asks else words["do"] if is_order else [],
    ]
    return [asking.said(answer) for answer in found[0]]


def _depends(line: str, verbatim: str, asking: Asking, *, is_order: bool) -> bool:
    """Tell whether what is wanted depends on something or is not to be: "ring us if you cannot come", "do not mind"."""
    ordered = line.partition(",")[0] if begins_with_verb(line) else line
    is_conditional = whole(asking.words["conditions"]).search(verbatim or line) and not offers(asking.language, line)
    return bool(is_conditional) or (is_order and is_negated(asking.language, ordered))


def sides_of(line: str, asking: Asking) -> list[str]:
    """Return the two things that a question leaves to choose from, each as an answer; nothing where they do not part.

    Both are one word ("matt or glossy"), or begin alike: with an article ("the lounge or the garden") or a preposition.
    """
    words, either_or = asking.words, whole([asking.words["either_or"]])
    excluded = whole([*words["will_you"], *words["may_i"], words["no_side"]]).search(line)
    # "… whether I get it at your place or elsewhere": the verb at the end is no part of a side.
    is_clause = asking.language == "de" and _is_whether(line, asking)
    drops = whole(words["drops"]).search(line) and any(days_in(line, asking.language))
    parts = [part.strip(" ¿?.!").split() for part in either_or.split(line)]
    if excluded or is_clause or drops or asks_for_word(line) or len(parts) != 2 or not all(parts):
        return []
    before, after = parts
    while asking.language == "de" and len(after) > 1 and after[-1].islower() and not " ".join(after).islower():
        after.pop()  # "… oder die Kartoffeln mit?"
    begin = len(before) - 1
    # "Is it a hot dog or pizza?": what stands before a side may be a part of it.
    leads = _leads_to_side(before[:begin], asking)
    if len(after) > 1:
        alike = next((whole([kind]) for kind in words["side_begins"] if whole([kind]).fullmatch(after[0])), None)
        starts = [at for at, word in enumerate(before) if alike and alike.fullmatch(word)]
        begin = next((at for at in reversed(starts) if before[at] == after[0]), max(starts, default=len(before)))
    sides = [before[begin:], after]
    is_even = all((len(side) > 1) == (len(after) > 1) and 0 < len(side) <= _MAX_SIDE_WORDS for side in sides)
    # "Meat, fish or neither", and "bowl of soup or salad"
    is_part = len(after) == 1 and any(whole([kind]).fullmatch(before[begin - 1]) for kind in words["side_begins"])
    is_listed = begin > 0 and bool(before[begin - 1].endswith(",") or is_part)
    is_listed = is_listed or (len(after) == 1 and not leads)
    is_turned = any(whole([words["persons"]]).search(" ".join(side)) for side in sides)
    answers = [f"{capitalised(' '.join(side))}." for side in sides]
    plain = all(char.isalpha() or char in " .'\u2019-" for char in "".join(answers))
    return answers if is_even and plain and not (is_listed or is_turned) else []


def _leads_to_side(before: Sequence[str], asking: Asking) -> bool:
    """Tell whether what stands before a word leads to it and is no part of it: a small word, or a verb."""
    word = before[-1].strip(",").casefold() if before else ""
    if not word or len(before) == 1:
        return True
    is_verb = lexicon(asking.language)["phrases.breaks"].fullmatch(word) is not None
    return word in stop_words() or is_empty_word(word) or is_verb


def _wants_consent(line: str, asking: Asking, *, asks: bool) -> bool:
    words = asking.words
    agrees = asks and whole([*words["may_i"], *words["agrees"]]).search(line)
    return bool(agrees) or is_desire(asking.language, line)


def _is_whether(line: str, asking: Asking) -> bool:
    """Tell whether a line is a clause that leaves open whether; "If it is late, …" and "Si …" say on what condition."""
    whether = either([asking.words["whether"]], after=r"\b").match(line)
    # "Si tu peux pas le 6, je demande …"
    is_condition = line.startswith(_CONDITIONS) or is_negated(asking.language, line.partition(",")[0])
    return whether is not None and (is_question(line) or not is_condition)


def open_dates(asking: Asking) -> Gap:
    """Return the gap for the dates that a message offers without asking which suits."""
    dates = asking.offered
    question = _with_limits(_which(dates, asking), dates, asking)
    choices = accepting(dates, asking) if len(question) <= MAX_GAP_CHARS else ()
    return _gap(question, (*choices, asking.said(asking.words["later"])), asking, MAX_GAP_CHARS)


def with_dates(asked: Gap, asking: Asking) -> Gap:
    """Return a gap that names the dates of a message with all that is said of them, to be picked; else one for them."""
    dates = open_dates(asking)
    question = _with_limits(asked.question, asking.offered, asking)
    return _gap(question, dates.choices, asking, MAX_GAP_CHARS) if len(question) <= MAX_GAP_CHARS else dates


def _asking_dates(question: str, line: str, dates: Sequence[str], asking: Asking, *, is_quoted: bool) -> str:
    """Return a question with the dates to pick from and all that the message says of them."""
    if not are_shown(dates, question):
        is_kept = is_quoted or dates == asking.listed
        question = f"{question} ({listed(dates, asking)})" if is_kept else _which(dates, asking)
    due = find_due(line) if dates == asking.listed else ""
    question = f"{question} ({due})" if due and due not in question else question
    return _with_limits(question, dates, asking)


def _with_limits(question: str, dates: Sequence[str], asking: Asking) -> str:
    limits = said_of(dates, question, asking)
    return " ".join([question, *(asking.said(asking.words["quote"], quote=without_stop(line)) for line in limits)])


def _which(dates: Sequence[str], asking: Asking) -> str:
    line = "" if dates == asking.listed else offering(dates, asking)
    quote = asking.said(asking.words["quote"], quote=without_stop(without_greeting(line)))
    return asking.said(asking.words["dates"], dates=quote if line else listed(dates, asking))


def accepts(found: Gap, asking: Asking) -> bool:
    """Tell whether one of the ready answers of a gap accepts an invitation."""
    return asking.words["attend"][0] in found.choices


def ready_answers(wanted: Sequence[str], asking: Asking) -> tuple[str, str]:
    """Return what accepts and what declines the one thing that is asked; "" where yes or no does not answer it."""
    words, line = asking.words, " ".join(wanted)
    if len(wanted) > 1 or asks_for_word(line) or asks_fact(line) or len(offered_dates(line, words)) > 1:
        return "", ""
    if asking.occasion == "invitation" and not line:
        found = list(words["attend"])
    else:
        found = _answers(line, asking) if line else words["yes_no"]
    yes, no = (words["allow"][0], words["do"][1]) if found == words["yes_no"] else found or ("", "")
    return yes, no


def _speaks_for_sender(line: str, asking: Asking) -> bool:
    return whole(asking.words["first_person"]).search(line) is not None
