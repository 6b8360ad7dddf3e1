"""Evaluation: the same items through a bare model, trivial baselines and Inlaid with that same model.

`items` reads data sets, `judging` measures single answers, `running` runs systems and sums up. Everything is a pure
function of items and answers except the systems themselves (`bare`, `drafting`), which ask a model.
"""

from core.insight.evaluation.drafting import BareModel, InlaidModel
from core.insight.evaluation.items import BrokenLine, Dataset, EvalItem, ModelOutput, System, read_items
from core.insight.evaluation.running import Evaluation, evaluate, summarize

__all__ = [
    "BareModel",
    "BrokenLine",
    "Dataset",
    "EvalItem",
    "Evaluation",
    "InlaidModel",
    "ModelOutput",
    "System",
    "evaluate",
    "read_items",
    "summarize",
]
