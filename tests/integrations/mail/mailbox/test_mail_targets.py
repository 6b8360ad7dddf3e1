"""The mail that a job is about."""

from dataclasses import dataclass
from typing import ClassVar

from integrations.mail.mailbox.mail_targets import IdTarget, number_of
from integrations.mail.message.message import MailMessage


@dataclass(frozen=True)
class Target(IdTarget):
    provider: ClassVar[str] = "post"
    kind: ClassVar[str] = "post_mail"
    thread_field: ClassVar[str] = "thread"


def test_what_is_stored_is_read_again() -> None:
    for is_requested in (True, False):
        target = Target("ann", "m1", "t1", 12.5, 3, is_requested=is_requested)
        assert Target.from_json(target.to_json()) == target
    assert target.key == "post:ann:m1"
    assert target.to_json()["thread"] == "t1"


def test_a_target_of_a_new_mail_knows_little() -> None:
    assert Target.from_json({"kind": "post_mail", "account": "ann"}) == Target("ann", "")


def test_of_mails_of_one_second_the_answer_comes_after_what_it_answers() -> None:
    first, answer = MailMessage(references=()), MailMessage(references=("<m1@x>",))
    assert number_of(answer, "a") > max(number_of(first, mail_id) for mail_id in ("a", "b", "zz"))
    assert number_of(first, "a") != number_of(first, "b")
    assert number_of(first, "a") == number_of(first, "a")
