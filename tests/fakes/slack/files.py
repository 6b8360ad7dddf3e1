"""files.getUploadURLExternal, the upload itself, completeUploadExternal and files.info."""

import threading
from dataclasses import dataclass, field

from tests.fakes.slack.call import Call
from tests.fakes.slack.content import read_blocks
from tests.fakes.slack.posting import require_place_to_post
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.world import Channel, Message, User

MAX_CHANNELS = 100


@dataclass
class Upload:
    """A file on its way."""

    id: str
    name: str
    length_bytes: int
    owner: User
    data: bytes | None = None
    title: str = ""
    done: bool = False
    filetype: str = ""
    mimetype: str = ""
    channels: set[str] = field(default_factory=set)

    def to_json(self, address: str = "") -> Json:
        """Return the file object; `address` is where the fake listens."""
        kept = f"{address}/files-pri/{self.id}"
        return {
            "timestamp": 1_700_000_000,
            "mode": "hosted",
            "permalink": f"https://acme.slack.com/files/{self.owner.id}/{self.id}",
            "url_private_download": kept,
            "id": self.id,
            "name": self.name,
            "filetype": self.filetype or self.name.rpartition(".")[2],
            "mimetype": self.mimetype,
            "title": self.title or self.name,
            "size": self.length_bytes,
            "user": self.owner.id,
            "channels": sorted(self.channels),
        }


class Uploads:
    """All files."""

    def __init__(self) -> None:
        self.by_id: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def receive(self, path: str, data: bytes) -> int:
        """Take the bytes posted to an upload URL; return the HTTP status."""
        upload = self.by_id.get(path.rpartition("/")[2])
        with self._lock:
            if upload is None or upload.done:
                return 404
            if len(data) != upload.length_bytes:
                return 400
            upload.data = data
            return 200


def bytes_of(uploads: Uploads, path: str, scopes: set[str]) -> bytes | None:
    """Return what lies at the private address of a file, for a token with these scopes."""
    upload = uploads.by_id.get(path.rpartition("/")[2])
    return upload.data if upload and upload.done and "files:read" in scopes else None


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to post the bytes of a file."""
    name = call.text("filename")
    length = call.number("length", 0)
    if length < 1:
        raise Refused("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    upload = Upload(call.slack.world.new_id("F"), name, length, call.grant.actor)
    call.slack.uploads.by_id[upload.id] = upload
    return {"upload_url": f"{call.slack.address}/upload/v1/{upload.id}", "file_id": upload.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: share uploaded files in channels, or keep them private."""
    listed = call.structure("files")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments", ["missing required field: files"])
    uploads = [uploaded(call, entry) for entry in listed]
    channels = channels_of(call)
    for channel in channels:
        require_place_to_post(call, channel, public_without_membership=False)
    for upload, entry in zip(uploads, listed, strict=True):
        upload.done, upload.title = True, str(entry.get("title") or "")
        upload.channels |= {channel.id for channel in channels}
    for channel in channels:
        share(call, channel, uploads)
    return {"files": [upload.to_json() for upload in uploads]}


def file_info(call: Call) -> Json:
    """files.info."""
    upload = call.slack.uploads.by_id.get(call.text("file", "file_not_found"))
    if upload is None or not upload.done:
        raise Refused("file_not_found")
    return {"file": upload.to_json(call.slack.address)}


def uploaded(call: Call, entry: Json) -> Upload:
    """Return a file whose bytes have arrived."""
    upload = call.slack.uploads.by_id.get(str(entry.get("id")))
    if upload is None or upload.data is None or upload.done:
        raise Refused("file_not_found")
    if upload.owner is not call.grant.actor:
        raise Refused("access_denied")
    return upload


def channels_of(call: Call) -> list[Channel]:
    """Return the channels to share in."""
    ids = [part for part in call.optional("channels").split(",") if part]
    if call.optional("channel_id"):
        ids.append(call.optional("channel_id"))
    if len(ids) > MAX_CHANNELS:
        raise Refused("channels_limit_exceeded")
    found = []
    for channel_id in ids:
        channel = call.slack.world.channels.get(channel_id)
        if channel is None or not call.knows(channel):
            raise Refused("channel_not_found")
        found.append(channel)
    return found


def share(call: Call, channel: Channel, uploads: list[Upload]) -> None:
    """Put files into a channel, as one message."""
    comment = call.optional("initial_comment")
    message = Message(
        call.slack.world.new_ts(),
        channel,
        call.grant.actor.id,
        comment,
        [] if comment else read_blocks(call) or [],
        bot_id=call.grant.actor.bot_id,
        app_id=call.slack.app.id,
        thread_ts=call.optional("thread_ts"),
        files=[upload.to_json() for upload in uploads],
    )
    call.slack.publish(message, "files.completeUploadExternal")
