"""What an owner tells a writer to say, as sentences to the reader in the owner's own words.

"Thank her and say that it works" becomes "Thank you very much. It works." Each part of what is told is taken over by a
table of the language or as it stands. A part that cannot be taken over with certainty becomes a gap that quotes it;
wishes about tone and length are left out and named.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.drafts import DraftSource, Gap, cut_at_word, gap
from core.text.asks import asks_for_word, begins_as_question, begins_with_verb, is_question
from core.text.forms import BRACKETS, DIGITS
from core.text.lexicon import WORD_ENDS, either, either_of, joined, patterns_of, whole
from core.text.salutations import clean_name
from core.text.sentences import unwrap
from core.writing.grounded.asked import Asking, capitalised
from core.writing.grounded.notes import (
    AnsweredMessage,
    NotesReader,
    finished,
    is_for_writer,
    listed,
    manner_of,
    numbered,
    plain,
    protected,
    tells_of_reader,
    words_of,
    written_out,
)
from core.writing.grounded.offers import DECISIONS, chosen_date, decides
from core.writing.grounded.own_words import directs_writer
from core.writing.grounded.questions import open_question, ready_answers
from core.writing.grounded.same_words import content_words

# What may part two directions, or belong to one.
_AND = patterns_of("small_words", "joins")
_BREAK = either(["(?<=[.!?;]) ", f", (?:{_AND} )?", f" {_AND} ", " - "], "(", ")")
_SECOND_THAT = either_of("small_words", "that", rf"(?<=,)? ?\b({patterns_of('small_words', 'and')}) ", " ?")
_LEADING_AND = either_of("small_words", "leads", r"\A", r" (?=\w)")
_BUT = either_of("small_words", "but", after=" ")
_EDGE = " \t\n,;.!:?"
# What announces a text: "Write kindly: …", "tell her: …".
_LEAD_CHARS = range(3, 61)
_MAX_QUOTE_CHARS = 160
# What notes have and letters do not.
_SHORTHAND = ("+", "=", "&", "->", "!!", "??")


@dataclass(frozen=True)
class DirectionPart:
    """One thing that is told: a sentence, or a gap.

    `number` is the thing asked that it answers, 0 for none; `notes` are what a gap quotes of what was told. `asked` is
    what a gap asks, as the message has it; `is_told` when the message only tells it; `shows` when it quotes the thread.
    """

    text: str
    gap: Gap | None = None
    sources: tuple[DraftSource, ...] = ()
    number: int = 0
    notes: str = ""
    asked: str = ""
    is_told: bool = False
    shows: bool = False


@dataclass(frozen=True)
class Directions:
    """What an owner told.

    `manner` are wishes about tone or length.
    """

    parts: tuple[DirectionPart, ...] = ()
    manner: tuple[str, ...] = ()


Refer = Callable[[str], DirectionPart | None]


def read_directions(
    told: str, asking: Asking, wanted: Sequence[str], message: AnsweredMessage, refer: Refer
) -> Directions:
    """Return what the reader is told.

    Args:
        told: what the owner wants to say.
        asking: the language and the form of address; its `sender` is the reader.
        wanted: what the message asks: a bare yes or no answers it where it is one thing.
        message: what is answered.
        refer: gives what the owner wrote before about a thing that is asked; None for nothing sure.
    """
    return _Directions(told, asking, wanted, message, refer).read()


class _Directions:
    def __init__(
        self, told: str, asking: Asking, wanted: Sequence[str], message: AnsweredMessage, refer: Refer
    ) -> None:
        self._asking, self._wanted, self._refer = asking, wanted, refer
        self._known = f"{message.text}\n{message.before}\n{message.names}"
        self._words = words_of(asking.language)
        names = [re.escape(one) for one in {asking.sender, *clean_name(asking.sender).split()} if len(one) > 1]
        names = [rf"(?:(?:mr|mrs|ms|dr|frau|herrn?|mme|sra?|señora?)\.? )?{one}" for one in names]
        who = joined([*asking.words["who"], *self._words.get("who", ()), *names])
        says = [[f"(?:{lead}) (?P<rest>.+)", "{rest}."] for lead in self._words["says"]]
        forms = [*self._words["fragments"], *asking.words["directions"], *says]
        self._forms = [(either([one.replace("WHO", who)], after=WORD_ENDS), form) for one, form in forms]
        self._repeats = [either([one.replace("WHO", who)]) for one in self._words["repeats"]]
        self._told = written_out(told, asking.language)
        leads = re.findall(rf"(?i)(?:\A|[,;.]\s|(?<=\s){_AND}\s)\w+[ -](?:a )?({who})(?!\w)", told)
        self._reader = NotesReader.of(told, message, asking, leads)
        if any(form.match(told.strip()) for form, said in self._forms if said == "{rest}."):
            self._reader = replace(self._reader, is_led=True)
        self._manner: list[str] = []

    def read(self) -> Directions:
        if manner_of(self._told, self._asking.language):
            return Directions(manner=(self._told.strip(_EDGE),))
        if is_yes := decides(self._told):
            said = self._decided(is_yes, self._wanted)
            return Directions((DirectionPart(said) if said else self._open(self._told),))
        parts = self._answers()
        if parts is None:
            parts = [part for line in self._told.splitlines() for clause in self._clauses(line) for part in clause]
        return Directions(tuple(parts), tuple(dict.fromkeys(self._manner)))

    def _answers(self) -> list[DirectionPart] | None:
        wanted = [one for one in self._wanted if not one.rstrip().endswith(":")]
        found = numbered(self._told, len(wanted)) or listed(self._told, wanted, _says)
        if not found:
            return None
        parts = [self._answer(words, wanted[number - 1 : number]) for number, words in found]
        return [
            DirectionPart(one.text, one.gap, one.sources, number) for one, (number, _) in zip(parts, found, strict=True)
        ]

    def _answer(self, told: str, wanted: Sequence[str]) -> DirectionPart:
        """Return what answers one thing by its number; a bare yes is one."""
        bare = re.fullmatch(r"(?i)yes|no|ja|nein|oui|non|sí|si", told.strip(_EDGE))
        one = DirectionPart(f"{capitalised(told.strip(_EDGE))}.") if bare else self._one(told, wanted)
        return (
            replace(one, text=f"{one.text.strip('¿').rstrip('?')}.") if one.text.endswith("?") > ("?" in told) else one
        )

    def _clauses(self, line: str) -> list[list[DirectionPart]]:
        lead, _, behind = line.partition(":")
        is_lead = len(lead) in _LEAD_CHARS and not any(char in ".,;" or char.isdecimal() for char in lead)
        announces = is_lead and behind[:1].isspace() and behind.strip()
        if announces and (directs_writer(lead, self._asking.language) or manner_of(lead, self._asking.language)):
            self._without_manner(lead)
            line = behind.lstrip()
        found: list[list[DirectionPart]] = []
        for clause in self._parts(line):
            counted = re.match(r"(?P<n>[1-9])\s?[.):]?\s+(?=[^\W\d])", clause)
            number = int(counted["n"]) if counted and found and found[-1] and found[-1][-1].number else 0
            if counted and 0 < number <= len(self._wanted):
                one = self._answer(clause[counted.end() :], self._wanted[number - 1 : number])
                found.append([replace(one, number=number)])
                continue
            answers = self._answered_from_before(clause)
            found.append(answers if answers else [self._one(clause, self._wanted)])
        return [[part for part in parts if part.text] for parts in found]

    def _one(self, clause: str, wanted: Sequence[str]) -> DirectionPart:
        """Return one clause as a sentence, or as a gap that quotes it; an empty one for a wish about manner."""
        clause = self._without_manner(plain(clause))
        if not any(map(str.isalnum, clause)):
            return DirectionPart("")
        if tells_of_reader(clause, self._asking.language) and not self._is_direction(clause):
            return self._open(clause)
        if before := self._referred(clause, wanted) or self._repeated(clause):
            return before
        but = _BUT.match(clause)
        said = self._sentence(clause[but.end() :] if but else clause, wanted)
        if but and said and not self._is_direction(clause[but.end() :]):
            said = capitalised(f"{but[0]}{said if said.startswith('I ') else said[:1].lower() + said[1:]}")
        return DirectionPart(said) if said else self._open(clause)

    def _open(self, notes: str) -> DirectionPart:
        """Return a gap that quotes what is no sentence to its reader."""
        notes = unwrap(notes).strip(_EDGE)
        quote = cut_at_word(notes, _MAX_QUOTE_CHARS).translate({ord("["): "(", ord("]"): ")"})
        question = self._words["quoted"].format(quote=quote)
        return DirectionPart(gap(question), Gap(place=gap(question), question=question), notes=notes)

    def _without_manner(self, clause: str) -> str:
        """Return a clause without the wish about its manner, which is kept to be named."""
        if manner_of(clause, self._asking.language):
            self._manner.append(clause.strip(_EDGE))
            return ""
        edge = self._words["manner_edge"]
        found = re.search(rf"(?i)\A{edge}(?=[ ,])|[ ,]{{1,3}}{edge}(?=[ .!]{{0,5}}\Z)|(?<=\w) {edge}(?= \w)", clause)
        directs = directs_writer(clause, self._asking.language) or any(one.match(clause) for one, _ in self._forms)
        if found and (directs or found.start() == 0):
            self._manner.append(found[0].strip(_EDGE))
            return f"{clause[: found.start()]}{clause[found.end() :]}".strip(" ,")
        return clause

    def _parts(self, told: str) -> list[str]:
        """Return the directions of a line, each with all that belongs to it."""
        pieces = _BREAK.split(protected(unwrap(told), self._asking.language))
        parts: list[str] = []
        for at in range(0, len(pieces), 2):
            rest = "".join(pieces[at:]).lstrip()
            piece, parted = pieces[at].strip(), pieces[at - 1] if at else ""
            if not piece.strip(_EDGE):
                continue
            if not parts or self._begins(piece, rest, parted, parts[-1]):
                # "But" stays with what it opposes.
                but = _BUT.match(parted.strip(" ,") + " ") if parts else None
                parts.append(f"{but[0]}{piece}" if but else piece)
            else:
                parts[-1] += f"{parted}{piece}"
        return [self._without_that(_LEADING_AND.sub("", plain(one))) for one in parts]

    def _without_that(self, said: str) -> str:
        """Return a clause without the "that" before it; German words stand otherwise behind one."""
        is_kept = self._asking.language == "de"
        return said if is_kept else either([self._asking.words["that"]], r"\A", rf"{WORD_ENDS} ?").sub("", said)

    def _begins(self, piece: str, rest: str, parted: str, last: str) -> bool:
        """Tell whether a new direction begins, "Decline, we are fully booked" being two."""
        if (last[-1] in ".!?;" and "," not in parted) or parted == " - ":
            return True
        if manner_of(piece, self._asking.language) and "," in parted:
            return True
        bare = last.strip(_EDGE)
        that = whole([self._asking.words["that"]])
        is_said_again = any(form.fullmatch(bare) for form in self._repeats)
        if self._is_direction(rest) or is_said_again:
            return True
        is_over = any(form.fullmatch(bare) and not _is_open(form) for form, _ in self._forms)
        is_over = (
            is_over
            or manner_of(last, self._asking.language)
            or ("," in parted and bool(self._picked(bare) or self._points_before(bare)))
        )
        states = self._is_statement(rest)
        in_clause = that.search(last) is not None
        if that.match(rest):
            return self._is_fragment(bare) and self._asking.language != "de"
        is_over = is_over or self._answers_from_before(last) is not None
        leads = self._is_direction(last) and not in_clause
        comma = "," in parted and not either([_AND], after=r" \Z").search(parted)
        asks = begins_as_question(rest) and "?" in rest.split(".")[0]
        if "," in parted and self._is_fragment(piece):
            return True
        is_over = is_over and ("," in parted or states or last[-1] in ".!?;")
        return is_over or (states and comma) or (states and leads) or (asks and comma)

    def _is_direction(self, text: str) -> bool:
        fragments = len(self._words["fragments"])
        return any(form.match(text) for form, _ in self._forms[fragments:]) or directs_writer(
            text, self._asking.language
        )

    def _sentence(self, clause: str, wanted: Sequence[str], depth: int = 0) -> str:
        """Return the sentence to the reader for one direction, "" for none."""
        asking, bare = self._asking, clause.strip(_EDGE)
        if picked := self._picked(bare):
            return picked
        for pattern, form in self._forms:
            if not (match := pattern.fullmatch(bare)):
                continue
            if form in DECISIONS:
                if said := self._decided(form, wanted):
                    return said
                continue
            rest = self._without_that(_SECOND_THAT.sub(r" \1 ", (match.groupdict().get("rest") or "").strip(_EDGE)))
            if form == "{rest}." and depth < 2 and (self._is_direction(rest) or self._is_fragment(rest)):
                return self._sentence(rest, wanted, depth + 1)
            said = self._reader.addressed(rest) if rest else ""
            aside = any(is_for_writer(one, asking.language) for one in BRACKETS.findall(rest))
            if (rest and not said) or aside or self._directs(said):
                return ""
            how = match.groupdict().get("how") or ""
            return self._finished(asking.said(form, rest=said, how=how))
        return self._statement(clause)

    def _decided(self, form: str, wanted: Sequence[str]) -> str:
        """Return what a bare yes or no says, "" where it decides nothing: one of several dates has to be named."""
        if len(self._asking.offered) > 1:
            declines: str = self._asking.words["date_choices"][-1]
            return declines if form == "no" else ""
        return ready_answers(wanted, self._asking)[form == "no"]

    def _statement(self, clause: str) -> str:
        """Return a clause that is no direction as a sentence, "" where it tells a writer what to do."""
        ends = next((one for one in "?!" if clause.rstrip().endswith(one)), "")
        said = self._reader.addressed(clause.strip(" ,;.!:"))
        language = self._asking.language
        is_told = is_for_writer(clause, language) or directs_writer(clause, language)
        # "Dass es geht" is no sentence; other languages have no word order of their own behind it.
        is_clause = whole([self._asking.words["that"]]).match(said) is not None
        if not said or is_told or is_clause or self._directs(f"and {said}"):
            return ""
        if not self._is_whole(said):
            return ""
        return self._finished(f"{said}{ends if not said.endswith('?') else ''}")

    def _is_whole(self, said: str) -> bool:
        """Tell whether a clause is a sentence that can go out as it stands."""
        words, bare = self._asking.words, said.strip(_EDGE)
        has_slash = any(word.endswith("/") and word != "/" for word in said.split())
        if has_slash or any(mark in said for mark in _SHORTHAND) or whole(self._words["shorthand"]).search(said):
            return False
        if is_question(said):
            return begins_as_question(said) or asks_for_word(said)
        spoken = re.match(rf"(?i)(?:{words['subject']})[^.;!?]{{0,80}}?(?<!\w){words['finite']}(?!\w)", said)
        spoken = spoken or either([self._words["first_verbs"]]).match(said)
        spoken = spoken or re.match(self._words.get("bare_statement", r"(?!)"), said)
        return spoken is not None or either([self._words["complete"]]).fullmatch(bare) is not None

    def _finished(self, said: str) -> str:
        return finished(said, self._asking, self._known, self._told)

    def _directs(self, said: str) -> bool:
        return any(directs_writer(one, self._asking.language) for one in _BREAK.split(f" {said}")[2::2])

    def _is_fragment(self, text: str) -> bool:
        return any(form.fullmatch(text.strip(_EDGE)) for form, _ in self._forms[: len(self._words["fragments"])])

    def _is_statement(self, part: str) -> bool:
        """Tell whether a clause says something to its reader: it opens as answers do, or has a subject and a verb."""
        words = self._asking.words
        said = rf"(?i)(?:{words['opens']}|(?:{words['subject']})[^.,;!?]{{0,80}}?(?<!\w){words['finite']}(?!\w))"
        is_order = directs_writer(part, self._asking.language) or begins_with_verb(part)
        bare = self._words.get("bare_subject") or self._words.get("bare_statement", r"(?!)")
        subjectless = self._words.get("subjectless", r"(?!)")
        starts = re.match(said, part) or re.match(bare, part) or re.match(rf"(?i){subjectless} \w", part)
        return starts is not None and not is_order

    def _picked(self, bare: str) -> str:
        """Return the sentence that accepts one offered date, where the words say that and nothing else."""
        date = chosen_date(bare, self._told, self._asking, self._asking.language)
        accepts: str = self._asking.words["date_choices"][0]
        return self._asking.said(accepts, Date=capitalised(date), date=date) if date else ""

    def _points_before(self, clause: str) -> re.Match[str] | None:
        points = either([self._words["refers"]], r"(?P<topic>.{0,80}?)[\s:,]{0,3}")
        return points.fullmatch(clause.strip(" ,;:")) or points.fullmatch(clause.strip(_EDGE))

    def _referred(self, clause: str, wanted: Sequence[str]) -> DirectionPart | None:
        """Return what was written before, where a clause only points there ("deposit: see above")."""
        found = self._points_before(clause)
        # "Deposit 200 as I said" says it itself.
        if not found or DIGITS.search(found["topic"]):
            return None
        topic = found["topic"].strip()
        about = (
            wanted if len(wanted) == 1 and not topic else [one for one in self._wanted if topic and _says(topic, one)]
        )
        return self._counted(about[0]) if len(about) == 1 else self._open(clause)

    def _repeated(self, clause: str) -> DirectionPart | None:
        """Return what was written before of a thing that is to be said again ("tell her the price"), else None."""
        forms = (form.fullmatch(clause.strip(_EDGE)) for form in self._repeats)
        rest = next((found["rest"] for found in forms if found), "")
        thing = rest if asks_for_word(rest) else f"{self._asking.words['which_is']} {rest}"
        if rest and not content_words(rest):  # "tell her where it is"
            return self._refer(self._wanted[0]) if len(self._wanted) == 1 else None
        return self._refer(f"{thing}?") if rest else None

    def _answers_from_before(self, clause: str) -> re.Match[str] | None:
        return either([self._words["refers_lead"] + self._words["refers"]]).fullmatch(clause.strip(_EDGE))

    def _answered_from_before(self, clause: str) -> list[DirectionPart]:
        """Return what was written before to the things that the owner counts ("answer 1 and 2 from my mail")."""
        found = self._answers_from_before(clause)
        if not found:
            return []
        which, upto = found["which"], either([self._words["up_to"]]).search(found["which"])
        numbers = [int(one) for one in re.findall(r"\d", which)]
        if upto:
            count = upto["count"]
            numbers = list(range(1, int(self._words["counts"].get(count, count)) + 1))
        elif not numbers:
            numbers = [at for at, forms in enumerate(self._words["ordinals"], 1) if whole(forms).search(which)]
        if not numbers or max(numbers) > len(self._wanted):
            return []
        return [replace(self._counted(self._wanted[number - 1]), number=number) for number in numbers]

    def _counted(self, question: str) -> DirectionPart:
        left = open_question(question, self._asking)
        return self._refer(question) or DirectionPart(left.place, gap=left)


def _is_open(form: re.Pattern[str]) -> bool:
    return ".+" in form.pattern or ".*" in form.pattern


def _says(part: str, question: str) -> bool:
    asked = {word.casefold()[:6] for word in content_words(question)}
    return any(word.casefold()[:6] in asked for word in content_words(part))
