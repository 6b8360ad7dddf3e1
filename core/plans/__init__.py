"""Plans: the ways from a recipe and its values to a result, with a model that is only reached through `ask`.

`direct` serves every recipe and every larger model. The others make a small model dependable: rules choose and
propose, the model words, the checks decide, and what is not sound falls back to words that are.
"""

from core.plans.actions import list_actions
from core.plans.answer import answer, answer_in_words
from core.plans.compose import compose
from core.plans.consistency import find_inconsistencies
from core.plans.direct import write_directly
from core.plans.fill import fill_by_rule, fill_with_model
from core.plans.minutes import take_minutes, take_minutes_with_model
from core.plans.model import Ask, Plan, PlanOptions, PlanResult
from core.plans.proofread import proofread
from core.plans.reply import write_reply
from core.plans.rewrite import rewrite
from core.plans.risks import find_risks
from core.plans.scan import scan
from core.plans.shorten import shorten
from core.plans.summarize import summarize
from core.plans.title import make_title
from core.plans.wordings import write_wordings

__all__ = ["PLANS", "Ask", "Plan", "PlanOptions", "PlanResult", "choose_plan"]

PLANS: dict[str, Plan] = {
    "direct": write_directly,
    "actions": list_actions,
    "answer": answer,
    "consistency": find_inconsistencies,
    "fill": fill_by_rule,
    "minutes": take_minutes,
    "risks": find_risks,
    "scan": scan,
    "reply": write_reply,
    "compose": compose,
    "rewrite": rewrite,
    "proofread": proofread,
    "summarize": summarize,
    "shorten": shorten,
    "title": make_title,
    "wordings": write_wordings,
}

# Larger models write directly, except where the way to the draft is more than a text.
_FOR_LARGE: dict[str, Plan] = {
    "answer": answer_in_words, "fill": fill_with_model, "minutes": take_minutes_with_model,
    "wordings": write_wordings,
}  # fmt: skip


def choose_plan(name: str, *, small: bool) -> Plan:
    """Return the plan that a recipe names when the model is small, else the one for larger models."""
    return PLANS[name] if small else _FOR_LARGE.get(name, write_directly)
