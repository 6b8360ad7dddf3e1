"""Judge answers with citations, lists with quotes, and yes or no."""

from collections.abc import Mapping

from core.insight.evaluation.items import EvalItem
from core.insight.evaluation.outputs import Output
from core.insight.evaluation.scores import Ratio, answer_f1, holds_answer, passed, rouge_l
from core.text.content import content_stems
from core.text.facts import extract_facts

_MOST_CITED = 2
_MOST_ANSWER_CHARS = 600
_LEAST_F1 = 0.5
_LEAST_SUPPORT = 0.6
_MOST_ITEMS = 12
_MOST_QUOTE_CHARS = 800


def judge_answer(item: EvalItem, output: Output, checks: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """Judge an answer from passages; where none exists, only silence is right."""
    answered = not output.abstained and bool(output.text.strip())
    if not item.answerable:
        return {
            "passes_checks": passed(not answered),
            "invented_answer": passed(answered),
            "right_silence": passed(not answered),
        }
    f1 = answer_f1(output.text, item.references) if answered else 0.0
    right = answered and (holds_answer(output.text, item.references) or f1 >= _LEAST_F1)
    real = {passage.id for passage in item.passages}
    cited = set(output.cited)
    ids_ok = bool(cited) and cited <= real and len(cited) <= _MOST_CITED
    texts = " ".join(passage.text for passage in item.passages if passage.id in cited)
    scores = {
        "holds_answer": passed(right),
        "cite_real": passed(ids_ok),
        "cite_gold": passed(bool(cited & set(item.gold_passages))),
        "cite_supports": passed(answered and _supported(output.text, f"{texts} {item.question}")),
        "len_ok": passed(0 < len(output.text) <= _MOST_ANSWER_CHARS),
        **{name: checks[name] for name in ("no_placeholder", "no_leak", "facts_ok", "names_ok", "no_loop")},
    }
    passes = answered and all(score.part for score in scores.values())
    return {"passes_checks": passed(passes), **scores, "answer_f1": Ratio(f1)}


def _supported(text: str, passages: str) -> bool:
    stems = content_stems(text)
    known = set(content_stems(passages))
    held = sum(1 for word in stems if word in known)
    facts_held = not extract_facts(text).missing_from(extract_facts(passages))
    return bool(stems) and held / len(stems) >= _LEAST_SUPPORT and facts_held


def judge_list(item: EvalItem, output: Output, checks: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """Judge findings from a conversation: each quotes it word for word, and one names a turn that people chose."""
    items = output.items or ()
    said = {turn.id: _flat(turn.text) for turn in item.turns}
    quotes = [_flat(one.quote) for one in items]
    verbatim = [quote for quote in quotes if quote and any(quote in text for text in said.values())]
    chosen = [said[number] for number in item.evidence if number in said]
    hits = [quote for quote in verbatim if any(quote in text for text in chosen)]
    scores = {
        "format_ok": passed(output.items is not None and 0 < len(items) <= _MOST_ITEMS),
        "quotes_verbatim": passed(bool(items) and len(verbatim) == len(quotes)),
        "len_ok": passed(bool(items) and all(len(quote) <= _MOST_QUOTE_CHARS for quote in quotes)),
        **{name: checks[name] for name in ("no_placeholder", "no_leak", "facts_ok", "names_ok")},
        **({"evidence_hit": passed(bool(hits))} if chosen else {}),
    }
    told = " ".join(one.text for one in items)
    likeness = {"rouge_l": Ratio(rouge_l(told, item.references))} if item.references else {}
    share = {"evidence_precision": Ratio(len(hits), len(quotes))} if chosen else {}
    return {"passes_checks": passed(all(score.part for score in scores.values())), **scores, **share, **likeness}


def _flat(text: str) -> str:
    return " ".join(text.split())


def judge_verdict(item: EvalItem, output: Output) -> dict[str, Ratio]:
    """Judge a yes or no; an answer that is neither is wrong either way."""
    wanted, said = item.label == "yes", output.verdict
    right = said == item.label
    hit = wanted and said == "yes"
    false = not wanted and said != "no"
    missed = wanted and said != "yes"
    return {
        "passes_checks": passed(right),
        "precision": Ratio(float(hit), float(hit or said == "yes")),
        "recall": Ratio(float(hit), float(wanted)),
        "f1": Ratio(2.0 * hit, 2.0 * hit + false + missed),
        "wrongly_answered": Ratio(float(said == "yes" and not wanted), float(not wanted)),
    }
