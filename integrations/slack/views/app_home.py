"""App Home: recipes, recent drafts, figures, connections, facts, settings, and a section for administrators. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.insight.learning.rule_store import LearnedRule
from core.job import Job
from core.recipes.model import Recipe
from core.sources.facts import StandingFact
from core.text.catalogues import N_, gettext, told
from integrations.slack.person import UsageFigures
from integrations.slack.views.blocks import Block, button, context, section, shorten
from integrations.slack.views.modals import CHOOSE, SETTINGS, plain
from integrations.slack.views.mrkdwn import escape

OPEN_SETTINGS = "open_settings"
OPEN_DRAFT = "open_draft"
SHOW_REPORT = "show_report"
ADD_FACT, REMOVE_FACT = "add_fact", "remove_fact"
BAR_CELLS = 12
# What people ask for most, and the rest by what it is for.
USUAL = ("ask", "compose", "reply", "rewrite", "summarize")
GROUPS = {
    N_("Write"): ("insert", "variants", "title", "fill"),
    N_("Improve a text"): ("shorten", "proofread", "translate", "plain", "consistency"),
    # What works on any text comes before what a small model finds in agreements alone.
    N_("Read and find"): ("actions", "minutes", "answer", "scan", "risks"),
}
FURTHER = N_("Further")
MAX_TITLE_CHARS = 120
NOT_SET = N_("as usual")

RULE = "wish"
USE, STOP, FORGET = "use", "stop", "forget"
MAX_RULES, MAX_FACTS = 8, 10
MAX_RULE_CHARS = 200
_RULE_STATES = N_({"offered": "not used yet", "enabled": "in use", "disabled": "stopped"})


@dataclass(frozen=True)
class AppHome:
    """What the page shows.

    Attributes:
        recipes: those that can be asked for, by name.
        drafts: the person's newest jobs with a draft.
        figures: the person's own.
        profile: the person's settings; `settings` are those that recipes use.
        shares_examples: whether the person's accepted drafts may serve others as examples.
        rules: what was learnt from the person's edits.
        facts: the person's own standing facts.
        has_mailbox: whether a mailbox is connected.
        connect_url: where mailboxes are connected, or "" if the web process has no public address.
        is_admin: whether the person is an administrator of the workspace.
        unavailable: the note about recipes that need a larger model, "" for none.
        team_figures: everybody's, for administrators only, or None if they are those of too few people.
        over: why a draft is not posted any more, by its job.
    """

    recipes: Mapping[str, Recipe]
    drafts: Sequence[Job]
    figures: UsageFigures
    profile: Mapping[str, str]
    settings: Collection[str] = ()
    shares_examples: bool = False
    rules: Sequence[LearnedRule] = ()
    facts: Sequence[StandingFact] = ()
    has_mailbox: bool = False
    connect_url: str = ""
    is_admin: bool = False
    unavailable: str = ""
    team_figures: UsageFigures | None = None
    over: Mapping[str, str] = field(default_factory=dict)


def app_home_view(data: AppHome) -> Block:
    """Return the view for `views.publish`."""
    titles = {name: recipe.title for name, recipe in data.recipes.items()}
    blocks = [
        *_recipes(data.recipes, data.unavailable),
        *_drafts(data, titles),
        *_figures("My numbers", data.figures),
    ]
    blocks.append({"type": "actions", "elements": [button("Show my report", SHOW_REPORT, "report")]})
    blocks += _connections(data) + _facts(data.facts) + _settings(data) + rule_blocks(data.rules)
    if data.is_admin:
        blocks += _team(data.team_figures)
        blocks.append(
            context("Channels, people and limits are set with INLAID_SLACK_ settings on the server.", is_ours=True)
        )
    return {"type": "home", "blocks": blocks[:100]}


def refused_view(sentence: str) -> Block:
    """Return the view for somebody who may not use Inlaid here."""
    return {"type": "home", "blocks": [section(escape(told(sentence)))]}


def _team(figures: UsageFigures | None) -> list[Block]:
    title = N_("Administration: numbers of the whole workspace")
    if figures is None:
        return [_header(title), context("They stay hidden while they cover too few people.", is_ours=True)]
    return _figures(title, figures)


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": told(text)}}


def _recipes(recipes: Mapping[str, Recipe], unavailable: str) -> list[Block]:
    """Return what people want most as buttons, and everything else in a menu, by what it is for."""
    usual = [name for name in USUAL if name in recipes]
    # Buttons of one page need action ids of their own within a block.
    elements = [button(recipes[name].title, f"{CHOOSE}:{name}", name) for name in usual]
    others = {name: recipe for name, recipe in recipes.items() if name not in usual}
    if others:
        elements.append(_menu(others))
    shown: list[Block] = [{"type": "actions", "elements": elements}] if elements else []
    return [_header("What should I write?"), *shown, *([context(escape(unavailable))] if unavailable else ())]


def _menu(recipes: Mapping[str, Recipe]) -> Block:
    """Return a menu of recipes in their groups."""
    grouped = {title: [name for name in names if name in recipes] for title, names in GROUPS.items()}
    known = {name for names in grouped.values() for name in names}
    grouped[FURTHER] = [name for name in recipes if name not in known]
    groups = [
        {"label": plain(title), "options": [_option(name, recipes[name]) for name in names[:100]]}
        for title, names in grouped.items()
        if names
    ]
    placeholder = plain("More…")
    return {
        "type": "static_select",
        "action_id": f"{CHOOSE}:more",
        "placeholder": placeholder,
        "option_groups": groups[:100],
    }


def _option(name: str, recipe: Recipe) -> Block:
    return {"text": plain(recipe.title), "value": name}


def _drafts(data: AppHome, titles: Mapping[str, str]) -> list[Block]:
    if not data.drafts:
        return [
            _header("My recent drafts"),
            context("Nothing yet. Try a button above, or type /inlaid anywhere.", is_ours=True),
        ]
    return [_header("My recent drafts"), *(_draft(job, titles, data.over.get(job.id, "")) for job in data.drafts)]


def _draft(job: Job, titles: Mapping[str, str], over: str) -> Block:
    draft = job.draft
    text = (draft.subject or draft.text or "; ".join(entry.text for entry in draft.entries or ())) if draft else ""
    line = escape(shorten(" ".join(text.split()), MAX_TITLE_CHARS)) or gettext("(empty)")
    day = datetime.fromtimestamp(job.created_at, UTC).date().isoformat()
    made = f"<!date^{int(job.created_at)}^{{date_short_pretty}} {{time}}|{day}>"
    title = escape(told(titles.get(job.recipe, job.recipe))).replace("*", "")
    end = f"\n_{escape(told(over))}_" if over else ""
    return {**section(f"*{title}* · {made}\n{line}{end}"), "accessory": button("Open", OPEN_DRAFT, job.id)}


def _figures(title: str, figures: UsageFigures) -> list[Block]:
    counts = {
        gettext("used as they were"): figures.accepted,
        gettext("used with changes"): figures.edited,
        gettext("discarded"): figures.rejected,
    }
    total = sum(counts.values())
    if not total:
        return [_header(title), context("No draft has been used or discarded yet.", is_ours=True)]
    lines = [f"{_bar(count, total)} {count} {label}" for label, count in counts.items()]
    edited = (
        "\n" + told(N_(f"Of a changed draft, {figures.distance:.0%} was changed on average.")) if figures.edited else ""
    )
    return [_header(title), section("```\n" + "\n".join(lines) + "\n```" + edited)]


def _bar(count: int, total: int) -> str:
    cells = round(BAR_CELLS * count / total)
    return "█" * cells + "░" * (BAR_CELLS - cells)


def _connections(data: AppHome) -> list[Block]:
    if data.has_mailbox:
        return [
            _header("Connections"),
            section(gettext(":white_check_mark: Mailbox: e-mail drafts go to your Drafts folder.")),
        ]
    text = gettext(
        "Mailbox and Microsoft 365: not connected. You get e-mail drafts as a file that your mail program opens."
    )
    block = section(text)
    if data.connect_url:
        connect: Block = {**button("Connect", "connect", "mailbox"), "url": data.connect_url}
        block["accessory"] = connect
    else:
        block["text"]["text"] += "\n" + gettext("To connect one, ask your administrator.")
    return [_header("Connections"), block]


def _facts(facts: Sequence[StandingFact]) -> list[Block]:
    """Return the person's facts, each with a button that removes it, and one that adds another."""
    shown = [_fact(fact) for fact in facts[:MAX_FACTS]]
    if not facts:
        shown = [context("Short texts that your drafts may use, such as your booking link. None yet.", is_ours=True)]
    elif len(facts) > MAX_FACTS:
        shown.append(context(f"{len(facts) - MAX_FACTS} more are in the console, under Learnt.", is_ours=True))
    add: Block = {"type": "actions", "elements": [button("Add a fact", ADD_FACT, "fact")]}
    return [_header("Standing facts"), *shown, add]


def _fact(fact: StandingFact) -> Block:
    language = f" ({fact.language})" if fact.language else ""
    guard = "\n" + gettext("_Only you insert it, whoever asks for it._") if fact.is_guarded else ""
    words = escape(shorten(" ".join(fact.text.split()), MAX_RULE_CHARS))
    remove = button("Remove", REMOVE_FACT, json.dumps([fact.name, fact.language], ensure_ascii=False))
    return {**section(f"*{escape(fact.name).replace('*', '')}*{language}\n{words}{guard}"), "accessory": remove}


def _settings(data: AppHome) -> list[Block]:
    lines = [
        f"*{told(SETTINGS[name])}:* {escape(shorten(' '.join((data.profile.get(name) or told(NOT_SET)).split()), 60))}"
        for name in data.settings
    ]
    lines.append(
        gettext("*Learning:* my accepted drafts may serve others as examples")
        if data.shares_examples
        else gettext("*Learning:* my accepted drafts do not serve others as examples")
    )
    return [
        _header("Settings"),
        {**section("\n".join(lines)), "accessory": button("Change", OPEN_SETTINGS, "settings")},
    ]


def rule_blocks(rules: Sequence[LearnedRule]) -> list[Block]:
    """Return what was learnt, in use and on offer first; nothing where nothing was learnt."""
    order = list(_RULE_STATES)
    shown = sorted(rules, key=lambda learned_rule: order.index(learned_rule.state))[:MAX_RULES]
    blocks = [block for learned_rule in shown for block in _rule(learned_rule)]
    return [section(gettext("*Learnt from your edits*")), *blocks] if blocks else []


def _rule(learned_rule: LearnedRule) -> list[Block]:
    evidence, key = learned_rule.evidence, learned_rule.key
    proof = told(N_(f"it brought {evidence.better} of {evidence.tried} drafts closer to your own words"))
    words = escape(shorten(told(learned_rule.rule.words()), MAX_RULE_CHARS))
    switch = (STOP, "Stop") if learned_rule.state == "enabled" else (USE, "Use")
    buttons = [button(label, f"{RULE}:{act}:{key}", f"{act}:{key}") for act, label in (switch, (FORGET, "Forget"))]
    return [
        section(f"{words}\n_{told(_RULE_STATES[learned_rule.state])}; {proof}_"),
        {"type": "actions", "elements": buttons},
    ]
