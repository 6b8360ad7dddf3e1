"""What each check of an evaluation guards against, shown by an answer that fails it alone."""

import pytest

from core.drafts import Draft, Escalation
from core.insight.evaluation.drafting import InlaidModel
from core.insight.evaluation.items import EvalItem, ModelOutput, QuotedItem
from core.insight.evaluation.judging import judge

REPLY = EvalItem(id="r", task="reply", source="Could you send me the plan for the hall by Friday?", subject="Plan",
                 sender="Ana Lima", owner="Tom Fox")  # fmt: skip
SOUND_REPLY = "Hi Ana,\n\nThank you for asking about the plan. [[When can you send it?]]\n\nBest regards,\nTom Fox"
PASSAGES = [
    {"id": "p1", "text": "The club was founded by Greta Holm in 1911 with nine members."},
    {"id": "p2", "text": "The regatta takes place each June."},
]
QUESTION = EvalItem.model_validate(
    {"id": "q", "task": "qa", "question": "Who founded the club?", "passages": PASSAGES, "gold_passages": ["p1"],
     "references": ["Greta Holm"], "answerable": True}
)  # fmt: skip
UNANSWERABLE = QUESTION.model_copy(update={"answerable": False, "references": (), "gold_passages": ()})
TURNS = [
    {"id": 1, "speaker": "Ana", "text": "The fence is broken."},
    {"id": 2, "speaker": "Ben", "text": "It costs 90."},
]
MINE = EvalItem.model_validate(
    {
        "id": "m",
        "task": "mine",
        "query": "What is broken?",
        "turns": TURNS,
        "evidence": [1],
        "references": ["The fence."],
    }
)
TYPO = EvalItem(id="p", task="proofread", source="We recieve it.", references=("We receive it.",))
SOUND = EvalItem(id="s", task="proofread", source="We receive it.", references=("We receive it.",))


def failed(item: EvalItem, output: ModelOutput) -> set[str]:
    return {name for name, score in judge(item, output).items() if score.whole and not score.part} - {
        "skeleton",
        "abstained",
        "needs_larger_model",
    }


def test_a_sound_reply_passes_with_its_marked_gap() -> None:
    assert failed(REPLY, ModelOutput(text=SOUND_REPLY)) == set()


def test_who_signs_with_another_name_is_greeted_by_it() -> None:
    signed = REPLY.model_copy(update={"source": f"{REPLY.source}\n\nBill"})
    assert "greeting_ok" not in failed(signed, ModelOutput(text=SOUND_REPLY.replace("Hi Ana", "Hi Bill")))


def test_a_greeting_that_names_nobody_is_never_wrong() -> None:
    nameless = SOUND_REPLY.replace("Hi Ana", "Good morning")
    assert nameless != SOUND_REPLY
    assert "greeting_ok" not in failed(REPLY, ModelOutput(text=nameless))


@pytest.mark.parametrize(
    ("old", "new", "measure"),
    [
        ("Hi Ana", "Hi Tom", "greeting_ok"),
        ("\nTom Fox", "\nAna Lima", "signature_ok"),
        ("about the plan.", "about the plan of 300 euros.", "facts_ok"),
        ("about the plan.", "about the plan of Berta.", "names_ok"),
        ("about the plan.", "about the plan. I have attached it.", "no_attach_claim"),
        ("about the plan.", "about the plan. I will call them.", "no_promise"),
        ("about the plan.", "about the plan [Your Name].", "no_placeholder"),
        ("about the plan.", "about the plan. As an AI, I cannot know.", "no_leak"),
        ("about the plan.", "about the plan. Could you send me the plan for the hall by Friday?", "no_echo"),
        ("asking about the plan.", "asking " + "and asking and asking " * 9, "no_loop"),
        ("Thank you for asking about the plan.", "Vielen Dank für Ihre Frage, wir sind noch nicht so weit.", "lang"),
        ("about the plan.", "about the plan. " + "Words go on. " * 200, "len_ok"),
    ],
)  # fmt: skip
def test_each_check_of_a_reply_catches_its_fault(old: str, new: str, measure: str) -> None:
    found = failed(REPLY, ModelOutput(text=SOUND_REPLY.replace(old, new)))
    assert measure in found
    assert "passes_checks" in found


def test_a_missing_or_failed_answer_is_a_failure() -> None:
    assert {"passes_checks", "facts_ok", "greeting_ok"} <= failed(REPLY, ModelOutput())
    assert "passes_checks" in failed(REPLY, ModelOutput(error="The model is down."))


def test_an_answer_must_hold_the_answer_and_cite_the_passage_that_holds_it() -> None:
    text = "The club was founded by Greta Holm in 1911."
    assert failed(QUESTION, ModelOutput(text=text, cited=("p1",))) == set()
    assert {"cite_gold", "cite_supports"} <= failed(QUESTION, ModelOutput(text=text, cited=("p2",)))
    assert "cite_real" in failed(QUESTION, ModelOutput(text=text, cited=("p9",)))
    assert "holds_answer" in failed(QUESTION, ModelOutput(text="The club has nine members.", cited=("p1",)))
    assert "passes_checks" in failed(QUESTION, ModelOutput(text="No answer.", abstained=True))


def test_silence_is_right_only_where_no_answer_exists() -> None:
    assert judge(UNANSWERABLE, ModelOutput(text="None.", abstained=True))["passes_checks"].part == 1
    assert judge(UNANSWERABLE, ModelOutput(text="It was Greta Holm.", cited=("p1",)))["invented_answer"].part == 1


def test_findings_quote_word_for_word_and_hit_what_people_chose() -> None:
    right = QuotedItem("The fence is broken", "The fence is broken.")
    assert failed(MINE, ModelOutput(items=(right,))) == set()
    assert "quotes_verbatim" in failed(MINE, ModelOutput(items=(right, QuotedItem("x", "The fence broke."))))
    assert "evidence_hit" in failed(MINE, ModelOutput(items=(QuotedItem("It costs 90", "It costs 90."),)))
    assert {"format_ok", "passes_checks"} <= failed(MINE, ModelOutput(text="Well."))


def test_a_proofread_text_comes_nearer_and_a_sound_one_stays() -> None:
    assert failed(TYPO, ModelOutput(text="We receive it.")) == set()
    assert {"passes_checks", "exact"} <= failed(TYPO, ModelOutput(text="We recieve it."))
    assert {"passes_checks", "clean_kept"} <= failed(SOUND, ModelOutput(text="We get it."))


def test_a_summary_that_is_only_the_opening_and_a_title_that_rambles_do_not_pass() -> None:
    source = "The hall is closed on Monday. The roof leaks badly. " + "Somebody has to call the builders soon. " * 3
    summary = EvalItem(id="s", task="summarize", source=source)
    assert "not_just_lead" in failed(summary, ModelOutput(text="The hall is closed on Monday. The roof leaks badly."))
    assert failed(summary, ModelOutput(text="The roof leaks, and the hall is closed on Monday.")) == set()
    title = EvalItem(id="t", task="title", source=source, references=("Hall closed",))
    assert {"format_ok", "len_ok"} & failed(
        title, ModelOutput(text="The hall is closed on Monday because of the roof, " * 2)
    )
    assert failed(title, ModelOutput(text="Hall closed on Monday")) == set()


def test_shortening_must_keep_to_its_ratio() -> None:
    item = EvalItem(id="s", task="shorten", source="The hall is closed on Monday. " * 4, max_ratio=0.5)
    assert failed(item, ModelOutput(text="The hall is closed on Monday.")) - {"fact_recall"} == set()
    assert {"len_ok", "no_copy"} <= failed(item, ModelOutput(text=item.source))
    assert "ends_whole" in failed(item, ModelOutput(text="The hall is closed on"))


@pytest.mark.parametrize(
    ("verdict", "label", "right"), [("yes", "yes", 1), ("", "no", 0), ("", "yes", 0), ("no", "no", 1)]
)
def test_a_verdict_that_is_neither_is_wrong(verdict: str, label: str, right: int) -> None:
    item = EvalItem(id="v", task="request", source="Send it.", label=label)
    assert judge(item, ModelOutput(verdict=verdict))["passes_checks"].part == right


def test_a_refusal_is_a_kind_of_its_own_and_no_broken_format() -> None:
    reason = "The text is short: read it as it stands. A list of risks needs a larger model."
    step = Escalation(source="rules", to="skeleton", reason=reason)
    draft = Draft(recipe="scan", text=reason, skeleton=True, escalations=(step,))
    scores = judge(MINE, InlaidModel(lambda _recipe, _inputs: draft).answer(MINE))
    assert {name for name, score in scores.items() if score.part} == {"abstained", "skeleton", "needs_larger_model"}
    assert set(scores) == {"passes_checks", "abstained", "skeleton", "needs_larger_model"}
    assert judge(MINE, ModelOutput(text="Well."))["needs_larger_model"].part == 0
