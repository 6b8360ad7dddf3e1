"""A style is learnt from sent mail with consent only, whoever provides the mailbox."""

import pytest

from core.errors import InputError
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.style_learning import learn_style
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    own_mail,
    want,
)


def test_style_is_learnt_from_sent_mail_with_consent_only(rig: Rig) -> None:
    own_mail(rig, days=1, number=41)
    own_mail(rig, days=2, number=42)
    with pytest.raises(InputError, match="has not agreed"):
        learn_style(rig.store.records, rig.provider, rig.account)
    want(rig, Preferences(learns_voice=True))
    assert learn_style(rig.store.records, rig.provider, rig.account).learnt_from == 2
