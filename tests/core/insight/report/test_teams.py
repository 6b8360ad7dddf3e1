"""Who belongs to which team."""

import pytest

from core.errors import InputError
from core.insight.report.teams import MAX_NAME_CHARS, Teams
from core.store import Store


def test_people_are_put_into_a_team_and_out_of_it(sqlite_store: Store) -> None:
    teams = Teams(sqlite_store.records)
    teams.assign("local", ["ann", "bob"], "sales")
    assert (teams.of("local", "ann"), teams.of("local", "eve"), teams.of("other", "ann")) == ("sales", "", "")
    assert teams.members("local") == {"sales": ["ann", "bob"]}
    teams.assign("local", ["ann"], "")
    assert teams.of("local", "ann") == ""
    assert teams.members("local") == {"sales": ["bob"]}


@pytest.mark.parametrize("name", ["x" * (MAX_NAME_CHARS + 1), "sales\nsupport"])
def test_a_name_that_cannot_be_shown_is_refused(sqlite_store: Store, name: str) -> None:
    with pytest.raises(InputError):
        Teams(sqlite_store.records).assign("local", ["ann"], name)
