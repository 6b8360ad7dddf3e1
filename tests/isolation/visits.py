"""One world: somebody asks for what is another's by every surface, and for their own; what they get is judged."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.isolation.belongings import MARKER, Planted, leaked, plant_source
from tests.isolation.changes import State, state_of, wrong_changes
from tests.isolation.commands import environment_of, run_for
from tests.isolation.installations import Answer, Installation
from tests.isolation.requests import ROWS, Row, credential_of, request_of
from tests.isolation.slack_acts import ABOUT_A_DRAFT, act
from tests.isolation.targets import Target, things_of, things_of_nobody
from tests.isolation.telling import TELLINGS, tell
from tests.isolation.worlds import LOCAL, Actor, Somebody, World

Route = tuple[str, str]
OWN_ASKED = 6
# What ends the asker's own way in comes last.
SIGN_OUT = ("POST", "/console/sign-out")
ENDING = (SIGN_OUT, ("POST", "/console/sessions/end"), ("POST", "/console/tokens/revoke"))
# Pages that hold something of their owner's only where there is a mailbox.
OF_MAILBOXES = frozenset({("GET", "/console/connections"), ("GET", "/console/connections/mailbox")})
QUESTION = "How large is the bonus?"


@dataclass
class Result:
    """What came out.

    Attributes:
        leaks: what somebody got, changed or could tell apart who must not.
        unreachable: what somebody did not get although it is theirs; it would hide leaks.
        asked: how often each surface was asked about what is another's, and `reached` by its owner.
    """

    leaks: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)


@dataclass
class Visit:
    """One world that is visited."""

    world: World
    installation: Installation
    planted: Planted
    result: Result

    def ask_the_web(self, routes: Sequence[Route]) -> None:
        """Have somebody ask every route for what is another's."""
        actor, victim = self._two()
        keys = self.planted.of[victim.number].tokens
        theirs = self._post_with_the_same_key(Actor(victim, next(door for door in victim.doors if door.key in keys)))
        before = state_of(self.installation.store)
        for route in routes:
            if route != SIGN_OUT:
                self._ask_for_anothers(actor, victim, route)
        if theirs and theirs == self._post_with_the_same_key(actor):
            self._leak("the same Idempotency-Key of two people gives one job")
        self._follow_from_anothers_place(actor, victim)
        self._look_at_changes(actor, before)

    def ask_for_own(self, routes: Sequence[Route]) -> None:
        """Have somebody ask for their own."""
        owner = self._somebody()
        own = [route for route in routes if ROWS[route].whose == "own"]
        chosen = self.world.random.sample(own, min(OWN_ASKED, len(own)))
        for route in sorted(chosen, key=lambda route: (route in ENDING, route[0] != "GET")):
            self._ask_for_own(owner, route)

    def act_in_slack(self, listeners: Sequence[str]) -> None:
        """Have a member of Slack act on what is another's, and look at their own Home tab."""
        members = [(person, door) for person in self.world.people for door in person.doors if door.way == "slack"]
        if not members:
            return
        person, door = self.world.random.choice(members)
        actor, victim = Actor(person, door), self._another(person)
        before = state_of(self.installation.store)
        for listener in listeners:
            target = things_of(self.world, self.planted.of[victim.number])
            answer = act(self.installation, door, listener, target)
            self.result.asked[listener] += 1
            self._judge(actor, listener, answer.said)
            if listener in ABOUT_A_DRAFT:
                nothing = things_of_nobody(self.world)
                other = act(self.installation, door, listener, nothing)
                self._compare(listener, (answer, target), (other, nothing))
        self._look_at_changes(actor, before)
        own = [job for job in self.planted.of[person.number].jobs.get(door.key, []) if job.surface == "slack"]
        for listener, job in zip(("event app_home_opened", "action open_draft", "action edit"), own * 3, strict=False):
            answer = act(self.installation, door, listener, replace(things_of_nobody(self.world), job=job.id))
            self._judge(actor, f"one's own {listener}", answer.said)
            if MARKER.search(answer.slack):
                self.result.reached[listener] += 1

    def search(self) -> None:
        """Have somebody's question be answered from what two people have written down, each for themselves."""
        sources, (actor, victim) = self.installation.sources, self._two()
        for person in (victim, actor.person):
            plant_source(self.world, self.planted, sources, person)
        found = sources.find([sources.reader_of(*actor.door.key)], QUESTION, limit=50)
        said = "\n".join(hit.text for hit in found)
        self.result.asked["search in sources"] += 1
        self._judge(Actor(replace(actor.person, is_disabled=False), actor.door), "search in sources", said)
        if not MARKER.search(said):
            self._miss(f"{actor.door} does not find their own source")
        self.result.reached["search in sources"] += 1

    def tell(self) -> None:
        """Have what only some may read be told to others: as signals, in a digest, in a reply that is posted."""
        told = tell(self.world, self.installation)
        for words in told.leaks:
            self._leak(words)
        for words in told.missed:
            self._miss(words)
        self.result.asked.update(TELLINGS)
        self.result.reached.update(told.reached)

    def run(self, command: str) -> None:
        """Run a command for somebody."""
        person, other = self._two()
        names = [door.name for somebody in self.world.people for door in somebody.doors]
        if command == "audit list" and names.count(person.door.name) > 1:
            return  # by a name alone it lists all who are called so
        target = replace(things_of_nobody(self.world), person_key=person.door.key)
        before = state_of(self.installation.store)
        with environment_of(self.installation.settings):
            printed = run_for(command, target, things_of(self.world, self.planted.of[other.number]))
        self.result.asked[f"inlaid {command}"] += 1
        if printed.code == 0:
            self.result.reached[f"inlaid {command}"] += 1
        for marker in MARKER.finditer(printed.text):
            if self.planted.markers[marker[0]][0].number != person.person.number:
                self._leak(f"inlaid {command} for {person.door} prints {marker[0]}")
        self._look_at_changes(person, before)

    def look_at_logs(self) -> None:
        """No line of the log holds anything of anybody."""
        if match := MARKER.search(self.installation.logs.getvalue()):
            self._leak(f"a log line holds {match[0]}")

    def _somebody(self) -> Actor:
        person = self.world.random.choice(self.world.people)
        keys = self.planted.of[person.number].tokens
        return Actor(person, self.world.random.choice([door for door in person.doors if door.key in keys]))

    def _two(self) -> tuple[Actor, Somebody]:
        actor = self._somebody()
        return actor, self._another(actor.person)

    def _another(self, person: Somebody) -> Somebody:
        return self.world.random.choice([known for known in self.world.people if known is not person])

    def _looks_after(self, actor: Actor, victim: Somebody, *, by_session: bool) -> bool:
        places = {door.workspace for door in victim.doors} | {LOCAL}
        return any(self.world.administers(actor, workspace, by_session=by_session) for workspace in places)

    def _ask_for_anothers(self, actor: Actor, victim: Somebody, route: Route) -> None:
        row, name = ROWS[route], " ".join(route)
        is_stream = route[1].endswith("/events")
        target = things_of(self.world, self.planted.of[victim.number], has_ended=is_stream)
        by_session = row.credential == "session"
        looks_after = self._looks_after(actor, victim, by_session=by_session)
        if looks_after and not actor.person.is_disabled and route[0] != "GET":
            return  # it is theirs to change
        answer = self._send(actor, route, target)
        self.result.asked[name] += 1
        self._judge(None if row.credential == "none" else actor, name, answer.said, by_session=by_session)
        if row.names and not looks_after:
            nothing = things_of_nobody(self.world)
            self._compare(name, (answer, target), (self._send(actor, route, nothing), nothing))

    def _judge(self, actor: Actor | None, surface: str, said: str, *, by_session: bool = False) -> None:
        for marker in leaked(self.world, self.planted, actor, said, by_session=by_session):
            self._leak(f"{surface} tells {marker} to {actor.door if actor else 'anybody'}")

    def _compare(self, surface: str, one: tuple[Answer, Target], other: tuple[Answer, Target]) -> None:
        """What is another's looks like what does not exist."""
        shown, hidden = _without_ids(*one), _without_ids(*other)
        if shown != hidden:
            self._leak(
                f"{surface} tells that something of another exists: {str(shown)[:300]}, else {str(hidden)[:300]}"
            )

    def _post_with_the_same_key(self, who: Actor) -> str:
        """Ask for a job with a key that others use too, and return its id, "" for somebody whose access has ended."""
        sent = request_of(("POST", "/api/v1/jobs"), things_of_nobody(self.world))
        shown = credential_of(who, self.planted.of[who.person.number], "token")
        headers = {**shown, **sent.headers, "Idempotency-Key": f"key-{self.world.seed}"}
        answer = self.installation.ask("POST", "/api/v1/jobs", headers=headers, body=sent.body)
        if (answer.status, who.person.is_disabled) not in {(202, False), (403, True)}:
            self._leak(f"the same Idempotency-Key of two people gives {answer.status} {answer.text[:200]}")
        self.result.asked["the same Idempotency-Key"] += 1
        return str(json.loads(answer.text).get("id", ""))

    def _follow_from_anothers_place(self, actor: Actor, victim: Somebody) -> None:
        """The stream of one's own job, resumed with the last event of another's, holds one's own alone."""
        events, route = self.installation.services.events, ("GET", "/api/v1/jobs/{job_id}/events")
        theirs = things_of(self.world, self.planted.of[victim.number], has_ended=True)
        marker = self.planted.mark("text", victim, LOCAL)
        events.publish(theirs.job, "token", {"text": marker})
        own = things_of(self.world, self.planted.of[actor.person.number], has_ended=True)
        shown = credential_of(actor, self.planted.of[actor.person.number], "token")
        path = route[1].format(job_id=own.job)
        answer = self.installation.ask("GET", path, headers={**shown, "Last-Event-ID": "1-0"})
        self._judge(actor, "an event stream from another's place", answer.said)
        self.result.asked["event stream from another's place"] += 1

    def _ask_for_own(self, owner: Actor, route: Route) -> None:
        row, has, name = ROWS[route], self.planted.of[owner.person.number], " ".join(route)
        answer = self._send(owner, route, things_of(self.world, has, has_ended=route[1].endswith("/events")))
        if owner.person.is_disabled:
            if answer.status < 400 and route != SIGN_OUT and "sign-in" not in answer.headers:
                self._leak(f"{name} answers somebody whose access has ended: {answer.status}")
            return
        shows = (
            not row.shows
            or answer.status != 200
            or bool(MARKER.search(answer.said))
            or (route in OF_MAILBOXES and not has.mailboxes)
        )
        if answer.status not in row.own or not shows:
            self._miss(f"{name} gives {answer.status} to its owner {owner.door}: {answer.text[:300]!r}")
            return
        self.result.reached[name] += 1

    def _send(self, actor: Actor, route: Route, target: Target) -> Answer:
        row: Row = ROWS[route]
        sent = request_of(route, target)
        shown = credential_of(actor, self.planted.of[actor.person.number], row.credential)
        headers = {**shown, **sent.headers}
        return self.installation.ask(route[0], sent.path, query=sent.query, headers=headers, body=sent.body)

    def _look_at_changes(self, actor: Actor, before: State) -> None:
        for words in wrong_changes(self.world, self.planted, self.installation.store, before, actor):
            self._leak(words)

    def _leak(self, words: str) -> None:
        self.result.leaks.append(f"{self.world.seed} ({self.world.kind}): {words}")

    def _miss(self, words: str) -> None:
        self.result.unreachable.append(f"{self.world.seed} ({self.world.kind}): {words}")


def _without_ids(answer: Answer, target: Target) -> tuple[int, str]:
    text = f"{answer.text}\n{answer.slack}"
    for identifier in sorted(target.ids, key=len, reverse=True):
        text = text.replace(identifier, "ID")
    return answer.status, text
