"""Files and reactions through the real client."""

from typing import Any

from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


def test_a_file_is_uploaded_and_shared_in_a_thread(
    slack: FakeSlack, client: WebClient, ada: Person, general: Channel
) -> None:
    root = ada.writes("root", general)
    uploaded = client.files_upload_v2(
        filename="draft.txt",
        content="hello",
        title="Draft",
        channel=general.id,
        thread_ts=root.ts,
        initial_comment="here",
    )
    file_id = uploaded["file"]["id"]
    shared = ada.sees(general, root.ts)[-1]
    assert (shared.text, shared.files[0]["title"]) == ("here", "Draft")
    assert slack.uploads.by_id[file_id].data == b"hello"
    assert client.files_info(file=file_id)["file"]["channels"] == [general.id]
    assert [call.method for call in slack.ledger.calls[:3]] == [
        "files.getUploadURLExternal", "upload", "files.completeUploadExternal",
    ]  # fmt: skip


def test_a_file_without_bytes_or_place_is_refused(
    acme: Workspace, client: WebClient, ada: Person, general: Channel
) -> None:
    file_id = client.files_getUploadURLExternal(filename="a.txt", length=5)["file_id"]
    assert refusal(client.files_completeUploadExternal, files=[{"id": file_id}]) == "file_not_found"
    assert refusal(client.files_getUploadURLExternal, filename="a.txt", length=0) == "invalid_arguments"
    elsewhere = acme.channel("elsewhere", ada, app_in=False)
    many = ",".join([general.id] * 101)
    for channel, error in ((elsewhere.id, "not_in_channel"), ("C404", "channel_not_found")):
        assert refusal(client.files_upload_v2, filename="a.txt", content="x", channel=channel) == error
    too_many = refusal(client.files_upload_v2, filename="a.txt", content="x", channels=many.split(","))
    assert too_many == "channels_limit_exceeded"


def test_a_reaction_is_added_once_and_removed(client: WebClient, ada: Person, general: Channel) -> None:
    message = ada.writes("root", general)
    place: dict[str, Any] = {"channel": general.id, "timestamp": message.ts}
    client.reactions_add(**place, name="eyes")
    assert refusal(client.reactions_add, **place, name="eyes") == "already_reacted"
    (reaction,) = client.reactions_get(**place)["message"]["reactions"]
    assert (reaction["name"], reaction["count"]) == ("eyes", 1)
    client.reactions_remove(**place, name="eyes")
    assert refusal(client.reactions_remove, **place, name="eyes") == "no_reaction"
    assert refusal(client.reactions_add, **place, name="not a name") == "invalid_name"
    assert refusal(client.reactions_add, channel=general.id, timestamp="1.0", name="eyes") == "message_not_found"
