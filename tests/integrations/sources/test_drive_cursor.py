"""Where the reading of a drive stands, as it is stored."""

from integrations.sources.drive_cursor import DriveCursor

TREE = {"team": ("root", True), "inner": ("team", False), "deep": ("inner", False), "other": ("root", False)}


def cursor(top: str = "root") -> DriveCursor:
    return DriveCursor("b!1", top, root="root", folders=dict(TREE), lists={"team", "root"}, swept=7, read_at=5.0)


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert DriveCursor.read(cursor().text) == cursor()


def test_permissions_are_those_of_the_nearest_folder_with_its_own() -> None:
    found = {folder: cursor().scope_of(folder) for folder in ("deep", "team", "other", "root")}
    assert found == {"deep": "team", "team": "team", "other": "root", "root": "root"}


def test_what_is_in_the_folder_that_is_read_is_inside_it() -> None:
    assert [cursor("inner").is_within(folder, "inner") for folder in ("deep", "inner", "team")] == [True, True, False]
    assert cursor().is_within("unknown", "root")


def test_a_folder_is_known_up_to_the_root() -> None:
    assert cursor().is_known("deep")
    assert not DriveCursor("b!1", "", root="root", folders={"deep": ("inner", False)}).is_known("deep")


def test_ten_thousand_folders_take_little_room() -> None:
    folders = {f"01{number:032X}": (f"01{number // 8:032X}", False) for number in range(10_000)}
    assert len(DriveCursor("b!1", "root", folders=folders).text) < 300_000
