"""What is known for the visitor's drafts: what was learnt from their edits, and the facts that they keep."""

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent
from core.errors import ForbiddenError
from core.insight.learning.rule_store import RuleStore
from core.people import Identity, People, load_people
from core.sources.facts import EVERYBODY, GROUP, MAX_NAME_CHARS, MAX_TEXT_CHARS, StandingFact, StandingFacts
from core.text.catalogues import N_, gettext
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page

HERE = "/learned"
Key = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=300)]
Audience = Annotated[str, Form(max_length=80)]


def add_learned(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    people = load_people(context.settings, context.store.records)
    rules = RuleStore(context.store, people, context.policies)
    own = Own(context, people, rules, StandingFacts(context.store.records, people, context.policies))

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show it."""
        visitor = context.visitor(request)
        who = own.identity(visitor)
        rules, shares = own.learned.all(who), own.learned.shares_examples(who)
        facts = own.facts.own(who) + (own.facts.shared() if own.people.is_own(*who) else [])
        return page(
            "learned.html.jinja",
            visitor,
            here=HERE,
            rules=rules,
            shares=shares,
            facts=facts,
            uses_grounds=own.facts.are_wanted(who),
            audiences=_audiences(context),
        )

    @router.get(HERE + "/export")
    def export(request: Request) -> Response:
        """Give all of it as a file."""
        who = own.who(request)
        context.store.audit.write(AuditEvent("preference.exported", current_actor(who.workspace)))
        rules = [learned_rule.to_json() for learned_rule in own.learned.all(who)]
        data = {"person": who.person, "wishes": rules, "shares_examples": own.learned.shares_examples(who)}
        headers = {"Content-Disposition": 'attachment; filename="learned.json"'}
        return Response(json.dumps(data, indent=2, ensure_ascii=False), media_type="application/json", headers=headers)

    _add_editing(router, own)
    _add_deciding(router, own)
    _add_facts(router, own)


@dataclass(frozen=True)
class Own:
    """What is known, and whose it is."""

    context: ConsoleContext
    people: People
    learned: RuleStore
    facts: StandingFacts

    def identity(self, visitor: Visitor) -> Identity:
        """Return under which name a visitor's edits are learnt from."""
        return self.people.identity(visitor.workspace, visitor.person)

    def who(self, request: Request) -> Identity:
        """Return the same of who is signed in."""
        return self.identity(self.context.visitor(request))


def _add_editing(router: APIRouter, own: Own) -> None:
    @router.post(HERE + "/find")
    def find(request: Request) -> Response:
        """Look for preferences in the visitor's edits now."""
        own.learned.find(own.who(request))
        return _back()

    @router.post(HERE + "/edit")
    def edit(request: Request, key: Key, old: Words, new: Words = "") -> Response:
        """Change the words of a preference."""
        own.learned.edit(own.who(request), key, old=old, new=new)
        return _back()


def _add_deciding(router: APIRouter, own: Own) -> None:
    @router.post(HERE + "/switch")
    def switch(request: Request, key: Key, use: Annotated[bool, Form()] = False) -> Response:
        """Start or stop using a preference."""
        own.learned.switch(own.who(request), key, "enabled" if use else "disabled")
        return _back()

    @router.post(HERE + "/forget")
    def forget(request: Request, key: Key = "") -> Response:
        """Delete one preference, or all."""
        own.learned.forget(own.who(request), key or None)
        return _back()

    @router.post(HERE + "/share")
    def share(request: Request, shares: Annotated[bool, Form()] = False) -> Response:
        """Start or stop sharing accepted work with the team as examples."""
        own.learned.share_examples(own.who(request), shares=shares)
        return _back()


def _add_facts(router: APIRouter, own: Own) -> None:
    @router.post(HERE + "/facts")
    def keep(  # noqa: PLR0913 - the fields of the form
        request: Request,
        name: Annotated[str, Form(max_length=MAX_NAME_CHARS)],
        text: Annotated[str, Form(max_length=MAX_TEXT_CHARS)],
        phrases: Annotated[str, Form(max_length=1000)] = "",
        language: Annotated[str, Form(max_length=2)] = "",
        audience: Audience = "",
        guarded: Annotated[bool, Form()] = False,
    ) -> Response:
        """Keep a fact of the visitor, or as an administrator one of a group or of everybody."""
        visitor = own.context.visitor(request)
        _require_own(visitor, audience)
        fact = StandingFact(name, text, tuple(phrases.split(",")), language.strip().lower(), audience, guarded)
        own.facts.put(own.identity(visitor), fact)
        return _back()

    @router.post(HERE + "/facts/remove")
    def remove(
        request: Request,
        name: Annotated[str, Form(max_length=MAX_NAME_CHARS)],
        language: Annotated[str, Form(max_length=2)] = "",
        audience: Audience = "",
    ) -> Response:
        """Remove a fact."""
        visitor = own.context.visitor(request)
        _require_own(visitor, audience)
        own.facts.remove(own.identity(visitor), name, audience=audience, language=language)
        return _back()

    @router.post(HERE + "/grounds")
    def want(request: Request, use: Annotated[bool, Form()] = False) -> Response:
        """Let the visitor's drafts rest on what is known, or not."""
        own.facts.want(own.who(request), use=use)
        return _back()


def _audiences(context: ConsoleContext) -> dict[str, str]:
    """Return whose a fact may be, each with the words for it."""
    policies = context.policies.book.current().policies
    groups = policies.file.group if policies else {}
    named = {
        f"{GROUP}{name}": gettext("group %(name)s") % {"name": group.title or name} for name, group in groups.items()
    }
    return {"": N_("yours"), EVERYBODY: N_("everybody's"), **named}


def _require_own(visitor: Visitor, audience: str) -> None:
    if audience and not visitor.is_admin_of_all:
        raise ForbiddenError("Only an administrator can set facts for others.", fix="Keep it for yourself.")


def _back() -> Response:
    return RedirectResponse(PATH + HERE, 303)
