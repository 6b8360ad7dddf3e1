"""Hold an answer against rules: one function per task, each giving named ratios.

`passes_checks` is 1 when every check of the task passes: whether the answer keeps to the rules, not whether it is good.
A missing answer fails every check. What a task does not ask for is not among its measures.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.drafts import without_gaps
from core.insight.evaluation.items import EvalItem, ModelOutput
from core.insight.evaluation.scores import (
    Ratio,
    answer_f1,
    count_edits,
    edit_f_half,
    edit_similarity,
    gleu,
    holds_answer,
    passed,
    rouge_l,
    tokens,
    words,
)
from core.recipes.model import Prompt, Recipe, RecipeInput
from core.text.called import signed_name
from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.forms import CITATION
from core.text.lexicon import either
from core.text.salutations import OPENING, clean_name
from core.writing.checks import CHECKS, Grounds
from core.writing.checks.shape import longest_shared_run

_MAX_CITED = 2
_MAX_ANSWER_CHARS = 600
_MIN_F1 = 0.5
_MIN_SUPPORT = 0.6
_MAX_ITEMS = 12
_MAX_QUOTE_CHARS = 800


def judge_answer(item: EvalItem, output: ModelOutput, checks: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """Judge an answer from passages; where none exists, only silence is right."""
    answered = not output.abstained and bool(output.text.strip())
    if not item.answerable:
        return {
            "passes_checks": passed(not answered),
            "invented_answer": passed(answered),
            "right_silence": passed(not answered),
        }
    f1 = answer_f1(output.text, item.references) if answered else 0.0
    right = answered and (holds_answer(output.text, item.references) or f1 >= _MIN_F1)
    real = {passage.id for passage in item.passages}
    cited = set(output.cited)
    ids_ok = bool(cited) and cited <= real and len(cited) <= _MAX_CITED
    texts = " ".join(passage.text for passage in item.passages if passage.id in cited)
    scores = {
        "holds_answer": passed(right),
        "cite_real": passed(ids_ok),
        "cite_gold": passed(bool(cited & set(item.gold_passages))),
        "cite_supports": passed(answered and _supported(output.text, f"{texts} {item.question}")),
        "len_ok": passed(0 < len(output.text) <= _MAX_ANSWER_CHARS),
        **{name: checks[name] for name in ("no_placeholder", "no_leak", "facts_ok", "names_ok", "no_loop")},
    }
    passes = answered and all(score.part for score in scores.values())
    return {"passes_checks": passed(passes), **scores, "answer_f1": Ratio(f1)}


def _supported(text: str, passages: str) -> bool:
    stems = content_stems(text)
    known = set(content_stems(passages))
    held = sum(1 for word in stems if word in known)
    facts_held = not extract_facts(text).missing_from(extract_facts(passages))
    return bool(stems) and held / len(stems) >= _MIN_SUPPORT and facts_held


def judge_list(item: EvalItem, output: ModelOutput, checks: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """Judge findings from a conversation: each quotes it word for word, and one names a turn that people chose."""
    items = output.items or ()
    said = {turn.id: _flat(turn.text) for turn in item.turns}
    quotes = [_flat(entry.quote) for entry in items]
    verbatim = [quote for quote in quotes if quote and any(quote in text for text in said.values())]
    chosen = [said[number] for number in item.evidence if number in said]
    hits = [quote for quote in verbatim if any(quote in text for text in chosen)]
    scores = {
        "format_ok": passed(output.items is not None and 0 < len(items) <= _MAX_ITEMS),
        "quotes_verbatim": passed(bool(items) and len(verbatim) == len(quotes)),
        "len_ok": passed(bool(items) and all(len(quote) <= _MAX_QUOTE_CHARS for quote in quotes)),
        **{name: checks[name] for name in ("no_placeholder", "no_leak", "facts_ok", "names_ok")},
        **({"evidence_hit": passed(bool(hits))} if chosen else {}),
    }
    told = " ".join(entry.text for entry in items)
    likeness = {"rouge_l": Ratio(rouge_l(told, item.references))} if item.references else {}
    share = {"evidence_precision": Ratio(len(hits), len(quotes))} if chosen else {}
    return {"passes_checks": passed(all(score.part for score in scores.values())), **scores, **share, **likeness}


def _flat(text: str) -> str:
    return " ".join(text.split())


def judge_verdict(item: EvalItem, output: ModelOutput) -> dict[str, Ratio]:
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


Scores = dict[str, Ratio]

# The checks are given one foreign text and nothing else: what binds in the person's name must come from there.
_ANY = Recipe(
    name="evaluation",
    title="Evaluation",
    inputs=(RecipeInput(name="text", title="Text", type="text", foreign=True),),
    main_input="text",
    prompt=Prompt(user="{{ text }}"),
    skeleton="-",
)
_HOLDS: Mapping[str, tuple[str, ...]] = {
    "no_placeholder": ("placeholders",),
    "no_leak": ("residue",),
    "facts_ok": ("facts", "links"),
    "names_ok": ("names",),
    "lang": ("language",),
    "no_loop": ("loops",),
}
_IN_THE_PERSONS_NAME: Mapping[str, tuple[str, ...]] = {
    "no_attach_claim": ("attachments",),
    "no_promise": ("promises",),
    "no_echo": ("echo",),
}
# "Bonjour,": where the gender is unknown, no name is never wrong.
_GREETS_NOBODY = either([OPENING], after=r"\s?[,:!]?")
_GREETING_LINES, _SIGNATURE_LINES = 1, 2
_REPLY_CHARS = (20, 2000)
_SUMMARY_CHARS, _SUMMARY_SHARE, _LEAD_WORDS = (20, 1200), 0.6, 0.9
_TITLE_CHARS, _TITLE_WORDS = (3, 80), 12
_GREETS = either([OPENING], after=r"\b")
_PROOF_SHARE = (0.75, 1.3)
_MIN_SHARE, _SLACK_SHARE = 0.08, 0.02


def judge(item: EvalItem, output: ModelOutput) -> Scores:
    """Return the measures of one answer; a refusal has no text that the checks of its task could be about."""
    if output.error:
        return {"passes_checks": passed(False), "abstained": passed(False)}
    scores = {"passes_checks": passed(False)} if output.is_refusal else _JUDGES[item.task](item, output)
    kinds = {"abstained": output.abstained, "skeleton": output.skeleton, "needs_larger_model": output.is_refusal}
    return {**scores, **{kind: passed(it_is) for kind, it_is in kinds.items()}}


def _checks(item: EvalItem, text: str, *, named: Mapping[str, tuple[str, ...]]) -> Scores:
    written = bool(text.strip())
    plain = without_gaps(text)
    scores: Scores = {}
    for measure, checks in named.items():
        source = item.text if measure in {"lang", "no_echo"} else item.given
        grounds = Grounds(_ANY, {"text": source}, source)
        found = any(finding.severity != "warn" for check in checks for finding in CHECKS[check](grounds, plain))
        scores[measure] = passed(written and not found)
    return scores


def _all_passed(scores: Scores, *, also: bool = True) -> Scores:
    """Put the headline before the checks that it sums up."""
    return {"passes_checks": passed(also and all(score.part for score in scores.values())), **scores}


def _fact_share(text: str, item: EvalItem) -> Scores:
    facts = extract_facts(item.source)
    missing = len(facts.missing_from(extract_facts(text)))
    return {"fact_recall": Ratio(len(facts.items) - missing, len(facts.items))}


def _within(text: str, bounds: tuple[float, float]) -> Ratio:
    return passed(bounds[0] <= len(text.strip()) <= bounds[1])


def _judge_proofread(item: EvalItem, output: ModelOutput) -> Scores:
    text, source = output.text, item.source
    checks = _checks(item, text, named={key: value for key, value in _HOLDS.items() if key != "names_ok"})
    share = len(source.strip())
    checks["len_ok"] = _within(text, (_PROOF_SHARE[0] * share, _PROOF_SHARE[1] * share))
    sound = any(tokens(source) == tokens(reference) for reference in item.references)
    own, before = gleu(source, text, item.references), gleu(source, source, item.references)
    right = any(tokens(text) == tokens(reference) for reference in item.references)
    better = tokens(text) == tokens(source) if sound else right or own > before
    edits = count_edits(source, text, item.references)
    return {
        **_all_passed(checks, also=better),
        "exact": passed(right),
        "gleu": Ratio(own),
        "gleu_over_source": Ratio(own - before),
        "edit_precision": Ratio(edits.right, edits.made),
        "edit_f0.5": edit_f_half(edits),
        "clean_kept": Ratio(float(tokens(text) == tokens(source)), float(sound)),
        **_fact_share(text, item),
    }


def _judge_shorten(item: EvalItem, output: ModelOutput) -> Scores:
    checks = _checks(item, output.text, named=_HOLDS)
    most = (item.max_ratio + _SLACK_SHARE) * len(item.source.strip())
    checks["len_ok"] = _within(output.text, (_MIN_SHARE * len(item.source), most))
    checks["no_copy"] = passed(words(output.text) != words(item.source))
    checks["ends_whole"] = passed(_ends_whole(output.text, item.source))
    return {
        **_all_passed(checks, also=not output.abstained),
        **_fact_share(output.text, item),
        **_likeness(item, output.text),
    }


def _ends_whole(text: str, source: str) -> bool:
    """Tell whether a text stops where a sentence or a line of its source stops, not in the middle of one."""
    last = text.strip().rsplit("\n", 1)[-1].strip()
    return last.endswith((".", "!", "?", "…", ")", '"', "\u201d", ":")) or any(
        line.strip().endswith(last) for line in source.splitlines() if last
    )


def _judge_summary(item: EvalItem, output: ModelOutput) -> Scores:
    checks = _checks(item, output.text, named=_HOLDS)
    most = min(_SUMMARY_CHARS[1], _SUMMARY_SHARE * len(item.source))
    checks["len_ok"] = _within(output.text, (_SUMMARY_CHARS[0], most))
    checks["not_just_lead"] = passed(not _is_lead(output.text, item.source))
    return {**_all_passed(checks, also=not output.abstained), **_likeness(item, output.text)}


def _is_lead(text: str, source: str) -> bool:
    """Tell whether nearly all words of a text are the first ones of its source, in one run."""
    ours = words(text)
    opening = " ".join(words(source)[: len(ours) + 2])
    run = longest_shared_run(" ".join(ours), opening, max(1, round(_LEAD_WORDS * len(ours))))
    return bool(run)


def _judge_title(item: EvalItem, output: ModelOutput) -> Scores:
    text = output.text.strip()
    checks = _checks(item, text, named=_HOLDS)
    marked = text.endswith((".", ":", ",", ";")) or text[:1] == '"' or _GREETS.match(text)
    checks["format_ok"] = passed("\n" not in text and not marked)
    checks["len_ok"] = passed(_within(text, _TITLE_CHARS).part > 0 and len(words(text)) <= _TITLE_WORDS)
    return {**_all_passed(checks, also=not output.abstained), **_likeness(item, text)}


def _judge_reply(item: EvalItem, output: ModelOutput) -> Scores:
    text = output.text
    checks = {
        **_checks(item, text, named=_HOLDS),
        **_checks(item, text, named=_IN_THE_PERSONS_NAME),
    }
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    greets_nobody = bool(lines) and _GREETS_NOBODY.fullmatch(lines[0]) is not None
    names = (item.sender, signed_name(item.source, item.sender))
    greets = any(_names_person(lines[:_GREETING_LINES], name) for name in names if name or not any(names))
    checks["greeting_ok"] = passed(greets_nobody or greets)
    checks["signature_ok"] = passed(_names_person(lines[-_SIGNATURE_LINES:], item.owner))
    checks["len_ok"] = _within(text, _REPLY_CHARS)
    body = "\n".join(lines[_GREETING_LINES:-_SIGNATURE_LINES])
    scores = _all_passed(checks, also=bool(words(body)))
    likeness = {**_likeness(item, body), "edit_sim": Ratio(edit_similarity(body, item.references))}
    return {**scores, **(likeness if item.references else {})}


def _names_person(lines: list[str], name: str) -> bool:
    """Tell whether the lines name the person; a name that is only an address asks for no name."""
    wanted = {word for word in words(clean_name(name.split("@")[0])) if len(word) > 1}
    if not wanted:
        return bool(lines)
    return bool(wanted & set(words(" ".join(lines))))


def _judge_draft(item: EvalItem, output: ModelOutput) -> Scores:
    checks = _checks(item, output.whole, named={key: value for key, value in _HOLDS.items() if key != "lang"})
    likeness = {"edit_sim": Ratio(edit_similarity(output.text, item.references))} if item.references else {}
    return {**_all_passed(checks, also=not output.abstained), **_likeness(item, output.text), **likeness}


def _likeness(item: EvalItem, text: str) -> Scores:
    return {"rouge_l": Ratio(rouge_l(text, item.references))} if item.references else {}


def _judge_qa(item: EvalItem, output: ModelOutput) -> Scores:
    # The number in "[2]" is nothing that the answer asserts.
    plain = replace(output, text=CITATION.sub("", output.text).strip())
    return judge_answer(item, plain, _checks(item, plain.text, named=_HOLDS))


def _judge_mine(item: EvalItem, output: ModelOutput) -> Scores:
    return judge_list(item, output, _checks(item, output.whole, named=_HOLDS))


_JUDGES: Mapping[str, Callable[[EvalItem, ModelOutput], Scores]] = {
    "proofread": _judge_proofread,
    "shorten": _judge_shorten,
    "summarize": _judge_summary,
    "title": _judge_title,
    "reply": _judge_reply,
    "qa": _judge_qa,
    "mine": _judge_mine,
    "request": judge_verdict,
    "needs_reply": judge_verdict,
    "draft": _judge_draft,
}
