"""Action items without guessing: the sentences that ask or promise, quoted word for word, put as a task by rule."""

import re
from collections.abc import Mapping

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.asks import Asked, find_asks, is_for_reader, without_lead_in
from core.text.sentences import unwrap
from core.text.speakers import Turn, split_turns
from core.writing.checks import Grounds, check_draft
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_ASKING = re.compile(
    r"(?i)\A(?:(?:can|could|would|will) (?:you|someone|somebody|anyone|one of you)\b|do you mind|would you mind"
    r"|(?:i|we)(?:['\u2019]d| would)? (?:need|like|want|ask) (?:you|everyone) to|you (?:should|must|need to|have to)"
    r"|let['\u2019]s|(?:i|we)(?:['\u2019]ll| will| shall|['\u2019]m going to| am going to| are going to| promise to)"
    r"|please|kindly|also|then|just|maybe|perhaps|könn(?:t|t?en) (?:sie|ihr)|kannst du|bitte|pouvez[- ]vous|veuillez"
    r"|merci de|por favor)[ ,]+"
)
_LONGEST_TASK_CHARS = 160


def list_actions(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return one item for each sentence that asks for something or promises it; the model is not needed."""
    source = values[recipe.main_input]
    items: dict[str, Item] = {}
    for turn in split_turns(source):
        for asked in find_asks(turn.text):
            if asked.kind != "question" or is_for_reader(asked.sentence):
                items.setdefault(unwrap(asked.sentence), _item(asked, turn))
    findings = check_draft(Grounds(recipe, values, source), "")
    return PlanResult(items=tuple(items.values()), findings=findings)


def _item(asked: Asked, turn: Turn) -> Item:
    who = turn.speaker if asked.kind == "commitment" else asked.who
    return Item(text=task_of(asked.sentence), quote=asked.sentence, who=who, due=unwrap(asked.due))


def task_of(sentence: str) -> str:
    """Return a request or commitment as a task: "Could you please send the slides?" is "Send the slides"."""
    line = without_lead_in(unwrap(sentence))
    while match := _ASKING.match(line):
        line = line[match.end() :]
    line = line.rstrip(" ?.!,")
    if len(line) > _LONGEST_TASK_CHARS:
        line = line[:_LONGEST_TASK_CHARS].rpartition(" ")[0] + " …"
    return line[:1].upper() + line[1:]
