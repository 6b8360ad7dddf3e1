"""What there is of everybody, and what of it somebody changed who had no business to."""

from typing import Any

import sqlalchemy as sa

from core.store import Store
from core.store.tables import api_tokens, jobs, outcomes, people, records, sign_ins, sources
from tests.isolation.belongings import Planted
from tests.isolation.worlds import Actor, Door, Somebody, World

# Which kinds of records say nothing of any person: marks, locks, what is cached or on its way.
BOOKKEEPING = (
    "once",
    "lock",
    "slack_member",
    "slack_own",
    "insight",
    "connect_flow",
    "connect_link",
    "console_flow",
    "slack_oauth_state",
    "mail_server_rest",
    "gmail_push",
)
State = dict[tuple[str, str, str, str], Any]
_STATEMENTS = {
    "job": sa.select(jobs.c.id, jobs.c.workspace, jobs.c.person, jobs.c.state, jobs.c.cancel_requested),
    "record": sa.select(
        records.c.kind + "/" + records.c.key, records.c.workspace, records.c.person, records.c.version
    ).where(records.c.kind.not_in(BOOKKEEPING)),
    "token": sa.select(api_tokens.c.id, api_tokens.c.workspace, api_tokens.c.person),
    "outcome": sa.select(outcomes.c.id, jobs.c.workspace, jobs.c.person).join(jobs, jobs.c.id == outcomes.c.job_id),
    "source": sa.select(sources.c.id, sources.c.workspace, sources.c.person, sources.c.state),
    "sign-in": sa.select(sign_ins.c.way, sign_ins.c.workspace, sign_ins.c.subject, people.c.id).join(
        people, people.c.id == sign_ins.c.person_id
    ),
}


def state_of(store: Store) -> State:
    """Return everything by table, key and the (workspace, person) whose it is."""
    found: State = {}
    with store.database.read() as connection:
        for table, statement in _STATEMENTS.items():
            for row in connection.execute(statement):
                found[table, str(row[0]), str(row[1]), str(row[2])] = tuple(row[3:])
    return found


def wrong_changes(world: World, planted: Planted, store: Store, before: State, actor: Actor) -> list[str]:
    """Return what changed of others while somebody acted."""
    door, after = actor.door, state_of(store)
    own = keys_of(store, actor.person)
    doors = [("sign-in", known.way, *known.key) for known in actor.person.doors]
    # Who was shut out stays so, also as the person that an administrator tells apart.
    ids = {state.get(known) for state in (before, after) for known in doors}
    decides = "editors" in actor.person.groups or world.administers(actor, door.workspace, by_session=True)
    found = []
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        table, name, workspace, person = key
        is_decision = name.startswith("variant/") and decides and workspace == door.workspace
        is_session = name.startswith("console_session/") and is_own_session(planted, actor.person, name)
        is_about = _is_about(name, own, ids)
        # A purge leaves a source without its person until what was read of it is deleted.
        was_own = table == "source" and any((table, name, *known) in before for known in own)
        if (workspace, person) not in own and not (is_decision or is_session or is_about or was_own):
            found.append(f"{door} changed {table} {name} of {workspace}/{person}")
    return found


def _is_about(name: str, own: set[tuple[str, str]], ids: set[Any]) -> bool:
    """Whether what is kept for the whole installation is about somebody: a hold, or that their access has ended."""
    kind, _, key = name.partition("/")
    workspace, _, person = key.partition("/")
    return (kind == "legal_hold" and (workspace, person) in own) or (kind == "person_disabled" and (key,) in ids)


def keys_of(store: Store, person: Somebody) -> set[tuple[str, str]]:
    """Return every name under which something is somebody's, also those made when theirs became another's."""
    own = set(person.keys)
    with store.database.read() as connection:
        for door in person.doors:
            kept = sa.select(sign_ins).where(sign_ins.c.way == "former", sign_ins.c.person_id.in_(_person_of(door)))
            own |= {(row.workspace, row.subject) for row in connection.execute(kept)}
    return own


def _person_of(door: Door) -> Any:
    columns = sign_ins.c
    return sa.select(columns.person_id).where(columns.workspace == door.workspace, columns.subject == door.name)


def is_own_session(planted: Planted, person: Somebody, name: str) -> bool:
    """Whether a session is nobody else's. All are kept in one place: whose one is, is known from when it began."""
    others = [has for number, has in planted.of.items() if number != person.number]
    return all(not name.endswith(session_id) for has in others for session_id, _ in has.sessions.values())
