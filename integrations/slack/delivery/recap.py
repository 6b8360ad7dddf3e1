"""What somebody missed in a channel: dangers, what is for them, what was settled, is to do or open, and the threads.

All of it is quoted, each with a link to its message; nothing is told in other words.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.cached_property import cached_property
from core.drafts import Draft, DraftSource
from core.llm.ports import Embedder
from core.text.content import is_empty_word
from core.text.instructions import find_instruction
from core.text.language import detect_language
from core.text.lexicon import either, languages, lexicon
from core.text.recaps import recap_language, recap_words
from core.text.salutations import first_name
from core.text.statements import Statement, read_statements
from core.writing.grounded.points import HEADINGS, Point, find_points
from core.writing.grounded.signals import concerns_safety
from core.writing.roles import roles_of
from core.writing.roles.marks import is_dangerous
from integrations.slack.client.conversations import SlackMessage, ThreadMessage
from integrations.slack.client.message_text import message_text
from integrations.slack.views.blocks import shorten
from integrations.slack.views.mrkdwn import mentioned_users, plain_text

# A line, and the message that it is from.
Entry = tuple[str, str]
MAX_DANGERS, MAX_FOR_PERSON, MAX_DECIDED, MAX_THREADS, MAX_QUOTE_CHARS = 5, 5, 5, 5, 220
# What Slack sends for @channel, @here and @everyone.
_BROADCASTS = ("<!channel", "<!here", "<!everyone")


@dataclass(frozen=True)
class Recap:
    """A channel's messages, as a person reads them.

    Args:
        recipe: the recipe that the draft counts as.
        asked: the question, whose language the answer has.
        channel: its name, with its sign.
        since: from when on, in the person's time zone.
        messages: as Slack sends them, each answer behind what it answers; `lines` are the same with names for ids.
        person: who asks.
        place: the address of the channel, with a slash at its end.
        names: what the person is called: in full, and as they want to be shown.
    """

    recipe: str
    asked: str
    channel: str
    since: datetime
    messages: Sequence[SlackMessage]
    lines: Sequence[ThreadMessage]
    person: str
    place: str
    names: Sequence[str] = ()

    def draft(self, embedder: Embedder | None = None) -> Draft:
        """Return the draft; with an embedder what settles something is told more surely."""
        words = self._words
        when = f"{self.since:{words['day']}}"
        if not self.lines:
            return Draft(recipe=self.recipe, text=words["nothing"].format(channel=self.channel, since=when))
        people = len({line.author for line in self.lines})
        lead = "lead_one_message" if len(self.lines) == 1 else "lead_one" if people == 1 else "lead"
        blocks = [words[lead].format(channel=self.channel, since=when, messages=len(self.lines), people=people)]
        cited: dict[str, None] = {}
        for heading, entries, left in self._parts(words, embedder):
            told = [f"- {text} [{self._when(ts)}]({self._link(ts)})" for text, ts in entries]
            if left:
                told.append(f"- {words['more_here'].format(count=left)}")
            if told:
                blocks.append("\n".join([f"**{heading}**", *told]))
                cited |= dict.fromkeys(ts for _, ts in entries)
        sources = [self._source(number, ts) for number, ts in enumerate(cited, 1)]
        if more := len(self.lines) - len(cited):
            link = self.place.rstrip("/")
            rest = "nothing_told" if not cited else "more" if more > 1 else "one_more"
            blocks.append(words[rest].format(count=more, channel=self.channel, link=link))
            sources.append(DraftSource(number=len(sources) + 1, title=self.channel, link=link, quote="", kind="file"))
        return Draft(recipe=self.recipe, text="\n\n".join(blocks), sources=tuple(sources))

    @cached_property
    def _words(self) -> Mapping[str, Any]:
        return recap_words(recap_language(self.asked))

    def _parts(self, words: Mapping[str, Any], embedder: Embedder | None) -> Iterator[tuple[str, list[Entry], int]]:
        """Yield a heading, its entries, each with the message that it is from, and how many more there are."""
        dangers = self._dangers(embedder)
        yield words["dangers"], [self._entry(line) for line in dangers[:MAX_DANGERS]], len(dangers[MAX_DANGERS:])
        to_person = [line for line in self._to_person if not (line in dangers or self._is_answered(line))]
        # What is for them alone goes before what is for everybody, and the newest before what is older.
        kept = sorted(to_person, key=lambda line: (not self._names(line), -float(line.ts)))[:MAX_FOR_PERSON]
        yield words["for_you"], [self._entry(line) for line in to_person if line in kept], len(to_person) - len(kept)
        texts = lexicon(recap_language(self.asked))
        before = {line.ts for line in (*dangers, *self._to_person)}
        points = self._points(embedder, before)
        for heading in HEADINGS:
            told = [self.lines[point.turn] for point in points if point.heading == heading]
            yield texts.wording(f"conversation.{heading}_heading"), [self._entry(line) for line in told], 0
        before |= {self.lines[point.turn].ts for point in points}
        by_ts = {line.ts: line for line in self._told}
        further = [by_ts[ts] for ts in self._replies if ts not in before]
        yield words["threads"], [self._entry(line) for line in further[:MAX_THREADS]], 0

    def _dangers(self, embedder: Embedder | None) -> list[ThreadMessage]:
        """Return what others wrote that may hurt somebody, for whomever it was, the newest first.

        It is told by words, of all languages since a few words hardly tell theirs, with an embedder by meaning, too.
        """
        others = [line for line in self._told if not self._is_own(line)]
        found = {line.ts for line in others if any(concerns_safety(line.text, code) for code in languages())}
        read = [(line.ts, said) for line in others for said in read_statements(line.text, detect_language(line.text))]
        roled = roles_of([said for _, said in read], embedder) if embedder else []
        found |= {ts for (ts, _), sentence in zip(read, roled, strict=False) if is_dangerous(sentence)}
        return [line for line in reversed(others) if line.ts in found]

    @cached_property
    def _to_person(self) -> list[ThreadMessage]:
        """What others wrote to the person, by mention or name, and to everybody."""
        to_all = {line.ts for line in self._told if any(mark in self._raw(line) for mark in _BROADCASTS)}
        return [line for line in self._told if not self._is_own(line) and (line.ts in to_all or self._names(line))]

    @cached_property
    def _told(self) -> list[ThreadMessage]:
        """The messages that speak to people: what instructs a model is not repeated."""
        return [line for line in self.lines if not find_instruction(line.text)]

    def _raw(self, line: ThreadMessage) -> str:
        return message_text(self._by_ts[line.ts])

    def _is_own(self, line: ThreadMessage) -> bool:
        return self._by_ts[line.ts].get("user") == self.person

    def _is_answered(self, line: ThreadMessage) -> bool:
        """Whether the person wrote after a message: later in its thread, or as the next one beside it."""
        behind = [message for message in self.messages if float(message["ts"]) > float(line.ts)]
        root = self._by_ts[line.ts].get("thread_ts") or line.ts
        within = [message for message in behind if message.get("thread_ts") == root]
        beside = [message for message in behind if not message.get("thread_ts")] if root == line.ts else []
        return any(message.get("user") == self.person for message in (*within, *beside[:1]))

    def _names(self, line: ThreadMessage) -> bool:
        raw = self._raw(line)
        return self.person in mentioned_users(raw) or bool(self._called and self._called.search(plain_text(raw, {})))

    @cached_property
    def _called(self) -> re.Pattern[str] | None:
        """What finds a name of the person; one that is a word, too ("Will"), only as it is written."""
        names = {name for full in self.names if full for name in (full, first_name(full)) if name}
        cased = (
            f"(?-i:{re.escape(name)})" if is_empty_word(name.casefold()) else re.escape(name) for name in sorted(names)
        )
        return either(cased, r"(?<!\w)", r"(?!\w)") if names else None

    def _points(self, embedder: Embedder | None, before: Collection[str]) -> list[Point]:
        """Return the points of others, whose turns are places of `lines`, without those told or counted `before`."""
        statements: list[Statement] = []
        told = {line.ts for line in self._told} - {*before}
        for turn, line in enumerate(self.lines):
            for statement in read_statements(line.text, detect_language(line.text)) if line.ts in told else ():
                statements.append(replace(statement, place=len(statements), turn=turn, speaker=line.author))
        found = {point.turn: point for point in find_points(roles_of(statements, embedder))}
        decided = [Point("settled", said.turn, 0.0) for said in statements if _is_decision(said)]
        found = {point.turn: point for point in decided[-MAX_DECIDED:]} | found
        return [point for turn, point in sorted(found.items()) if not self._is_own(self.lines[turn])]

    @cached_property
    def _by_ts(self) -> Mapping[str, SlackMessage]:
        return {str(message["ts"]): message for message in self.messages}

    @cached_property
    def _replies(self) -> Mapping[str, str]:
        """How many replies a message has, and whose is the last, by its ts; the most first."""
        known = {line.ts: line for line in self._told}
        roots = [root for root in self.messages if root.get("reply_count") and str(root["ts"]) in known]
        found: dict[str, str] = {}
        for root in sorted(roots, key=lambda one: -int(one["reply_count"])):
            answers = [message for message in self.messages if message.get("thread_ts") == root["ts"] != message["ts"]]
            last = next(
                (known[str(answer["ts"])].author for answer in reversed(answers) if str(answer["ts"]) in known), ""
            )
            if last:
                count = int(root["reply_count"])
                wording = self._words["one_reply" if count == 1 else "replies"]
                found[str(root["ts"])] = wording.format(count=count, name=last)
        return found

    def _entry(self, line: ThreadMessage) -> Entry:
        """Return a message as it is told, with what its thread has."""
        replies = self._replies.get(line.ts, "")
        return f"{self._quote(line)} ({replies})" if replies else self._quote(line), line.ts

    def _quote(self, line: ThreadMessage) -> str:
        return f"**{_plain(line.author)}**: {_plain(line.text)}"

    def _when(self, ts: str) -> str:
        moment = datetime.fromtimestamp(float(ts), self.since.tzinfo or UTC)
        return f"{moment:{self._words['moment']}}"

    def _link(self, ts: str) -> str:
        thread_ts = str(self._by_ts[ts].get("thread_ts") or ts)
        channel = self.place.rstrip("/").rpartition("/")[2]
        return f"{self.place}p{ts.replace('.', '')}" + (
            f"?thread_ts={thread_ts}&cid={channel}" if thread_ts != ts else ""
        )

    def _source(self, number: int, ts: str) -> DraftSource:
        line = next(line for line in self.lines if line.ts == ts)
        title = f"{line.author}, {self._when(ts)}"
        quote = line.text[:MAX_QUOTE_CHARS]
        return DraftSource(number=number, title=title, link=self._link(ts), quote=quote, kind="file")


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of a name of Slack's, UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _is_decision(one: Statement) -> bool:
    """Tell whether somebody says in so many words that a matter was decided."""
    return one.has("decided") and not (one.asks or one.has("supposed") or one.has("conditional"))


def _plain(text: str) -> str:
    """Return words of somebody as one line in which nothing is a link or a heading of ours."""
    return shorten(" ".join(text.replace("[", "(").replace("]", ")").split()), MAX_QUOTE_CHARS)
