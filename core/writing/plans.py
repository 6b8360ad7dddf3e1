"""The ways from a recipe and its values to a result: one table a lane.

A recipe's `plan` names its form in the grounded lane; `direct` has none there, and needs a model that writes.
"""

from core.writing.grounded.answer import answer
from core.writing.grounded.compose import compose
from core.writing.grounded.fill import fill_by_rule, fill_with_model
from core.writing.grounded.insertion import insert
from core.writing.grounded.proofread import proofread
from core.writing.grounded.reply import write_reply
from core.writing.grounded.scan import find_risks, scan, scan_messages
from core.writing.grounded.summarize import summarize
from core.writing.grounded.title import make_title
from core.writing.model_lane.answering import answer_in_words
from core.writing.model_lane.direct import write_directly
from core.writing.model_lane.wordings import write_wordings
from core.writing.result import Ask, Plan, PlanOptions, PlanResult

__all__ = ["PLANS", "Ask", "Plan", "PlanOptions", "PlanResult", "choose_plan"]

PLANS: dict[str, Plan] = {
    "direct": write_directly,
    "answer": answer,
    "fill": fill_by_rule,
    "insert": insert,
    "risks": find_risks,
    "scan": scan,
    "scan-messages": scan_messages,
    "reply": write_reply,
    "compose": compose,
    "proofread": proofread,
    "summarize": summarize,
    "title": make_title,
    "wordings": write_wordings,
}

# Larger models write directly, except where the way to the draft is more than a text.
_FOR_LARGE: dict[str, Plan] = {
    "answer": answer_in_words,
    "fill": fill_with_model,
    "wordings": write_wordings,
}


def choose_plan(name: str, *, small: bool) -> Plan:
    """Return the plan that a recipe names when the model is small, else the one for larger models."""
    return PLANS[name] if small else _FOR_LARGE.get(name, write_directly)
