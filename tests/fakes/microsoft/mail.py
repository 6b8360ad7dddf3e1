"""Graph's mail: reading, folders, drafts. Nothing here sends."""

import re
from collections.abc import Iterable
from typing import Any

from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.microsoft.messages import Stored, exchange_html, moment, recipients_of
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Routes

READ = ("Mail.Read", "Mail.ReadWrite")
WRITE = ("Mail.ReadWrite",)
MAX_PER_PAGE = 1000
USUAL_PER_PAGE = 10
# What may still be changed of a mail that is no draft, from the end of 2026 on.
CHANGEABLE = frozenset({"isRead", "categories", "importance", "flag", "singleValueExtendedProperties"})
WRITABLE = CHANGEABLE | {"subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from"}
_COMPARED = {"conversationId": "conversation", "internetMessageId": "message_id"}
_PROPERTY = re.compile(
    r"singleValueExtendedProperties/Any\(ep:\s*ep/id eq '([^']*)' and ep/value eq '([^']*)'\)", re.IGNORECASE
)
_EQUALS = re.compile(r"(conversationId|internetMessageId) eq '((?:[^']|'')*)'")
_CATEGORY = re.compile(r"categories/any\(c:c eq '((?:[^']|'')*)'\)")
_FLAGGED = re.compile(r"flag/flagStatus eq 'flagged'")
_SINCE = re.compile(r"receivedDateTime (ge|gt) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)")


def add_mail(routes: Routes) -> None:
    """Add reading and drafting."""
    user = "/users/{user}"
    routes.add("GET", f"{user}/mailFolders", list_folders, allows=READ)
    routes.add("GET", f"{user}/mailFolders/{{folder}}/childFolders", list_folders, allows=READ)
    routes.add("GET", f"{user}/mailFolders/{{folder}}", read_folder, allows=READ)
    routes.add("GET", f"{user}/mailFolders/{{folder}}/messages", list_messages, allows=READ)
    routes.add("GET", f"{user}/messages", list_messages, allows=READ)
    routes.add("GET", f"{user}/messages/{{message}}", read_message, allows=READ)
    routes.add("GET", f"{user}/messages/{{message}}/$value", read_mime, allows=READ)
    routes.add("POST", f"{user}/messages", create_draft, allows=WRITE)
    routes.add("PATCH", f"{user}/messages/{{message}}", change_message, allows=WRITE)
    routes.add("DELETE", f"{user}/messages/{{message}}", delete_message, allows=WRITE)
    routes.add("POST", f"{user}/messages/{{message}}/createReply", create_reply, allows=WRITE)
    routes.add("POST", f"{user}/messages/{{message}}/createReplyAll", create_reply, allows=WRITE)


def mailbox_of(call: Call) -> Mailbox:
    """Return the mailbox of the path."""
    return call.microsoft.mailbox(call.whose())


def show(call: Call, message: Stored, *, select: str | None = None) -> dict[str, Any]:
    """Return a mail as the request wants it."""
    preferences = call.preferences
    return message.as_json(
        select=call.query.get("$select", "") if select is None else select,
        is_immutable='IdType="ImmutableId"' in preferences,
        as_text='outlook.body-content-type="text"' in preferences,
        expanded=_expanded(call.query.get("$expand", "")),
    )


def read_folder(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    folder = mailbox.folder(call.params["folder"])
    count = len(mailbox.in_folder(folder))
    return Answer(200, {"id": f"AQMk-{folder}", "displayName": folder.title(), "totalItemCount": count})


def list_folders(call: Call) -> Answer:
    """List the folders at the top, or within one: those whose name begins with its name and a slash."""
    mailbox = mailbox_of(call)
    above = f"{mailbox.folder(call.params['folder'])}/" if "folder" in call.params else ""
    inside = [name for name in mailbox.folders if name.startswith(above) and "/" not in name.removeprefix(above)]
    value = [
        {
            "id": f"AQMk-{name}",
            "displayName": name.removeprefix(above).title(),
            "childFolderCount": sum(other.startswith(f"{name}/") for other in mailbox.folders),
        }
        for name in inside
    ]
    return Answer(200, {"value": value})


def list_messages(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    with call.microsoft.lock:
        if "folder" in call.params:
            found = mailbox.in_folder(mailbox.folder(call.params["folder"]))
        else:
            found = list(mailbox.messages.values())
        found = [one for one in found if matches(one, call.query.get("$filter", ""))]
        found = ordered(found, call.query.get("$orderby", ""), call.query.get("$filter", ""))
        top = _number(call, "$top", USUAL_PER_PAGE)
        if not 1 <= top <= MAX_PER_PAGE:
            raise Refusal(400, "ErrorInvalidUrlQuery", "$top must be between 1 and 1000.")
        skip = _number(call, "$skip", 0)
        page: dict[str, Any] = {"value": [show(call, one) for one in found[skip : skip + top]]}
    if skip + top < len(found):
        page["@odata.nextLink"] = call.microsoft.link(call.request, {"$skip": str(skip + top)})
    return Answer(200, page)


def read_message(call: Call) -> Answer:
    with call.microsoft.lock:
        return Answer(200, show(call, mailbox_of(call).find(call.params["message"])))


def read_mime(call: Call) -> Answer:
    message = mailbox_of(call).find(call.params["message"])
    if message.refuses_mime:
        raise Refusal(400, "ErrorMimeContentConversionFailed", "The item could not be converted to MIME.")
    return Answer(200, message.as_mime(), content_type="text/plain")


def create_draft(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    body = call.json
    with call.microsoft.lock:
        draft = mailbox.new_draft()
        _write(draft, body)
        mailbox.add(draft)
        return Answer(201, show(call, draft))


def create_reply(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    body = call.json
    wanted = body.get("message") or {}
    if "comment" in body and "body" in wanted:
        raise Refusal(400, "ErrorInvalidRequest", "Specify either comment or the body property of message.")
    if mailbox.refuses_properties_in_replies and "singleValueExtendedProperties" in wanted:
        raise Refusal(400, "RequestBodyRead", "The property 'singleValueExtendedProperties' cannot be set here.")
    with call.microsoft.lock:
        source = mailbox.find(call.params["message"])
        if source.is_draft:
            raise Refusal(400, "ErrorInvalidReferenceItem", "The reference item is a draft.")
        draft = mailbox.reply_to(
            source, to_all=call.request.path.endswith("All"), time_zone=_time_zone(call.preferences)
        )
        if not mailbox.accepts_properties_in_replies:
            wanted = {name: value for name, value in wanted.items() if name != "singleValueExtendedProperties"}
        _write(draft, wanted)
        return Answer(201, show(call, draft))


def _time_zone(preferences: Iterable[str]) -> str:
    found = [wanted for wanted in preferences if wanted.startswith("outlook.timezone=")]
    return found[0].partition("=")[2].strip('"') if found else "UTC"


def change_message(call: Call) -> Answer:
    mailbox = mailbox_of(call)
    body = call.json
    with call.microsoft.lock:
        message = mailbox.find(call.params["message"])
        if call.if_match and mailbox.honours_if_match and call.if_match not in {message.etag, "*"}:
            raise Refusal(412, "ErrorIrresolvableConflict", "The change key does not match the current change key.")
        if not message.is_draft and (fixed := set(body) - CHANGEABLE):
            raise Refusal(403, "ErrorAccessDenied", f"{min(fixed)} of sent mail needs Mail-Advanced.ReadWrite.")
        if body.get("isRead") is True and not message.is_read:
            call.microsoft.ledger.opened.append(message.message_id)
        _check_sender(mailbox, body)
        _write(message, body)
        mailbox.touch(message)
        return Answer(200, show(call, message))


def delete_message(call: Call) -> Answer:
    """Move a mail to the deleted ones, and from there out of sight (UNCONFIRMED: a rehearsal tries it)."""
    mailbox = mailbox_of(call)
    with call.microsoft.lock:
        message = mailbox.find(call.params["message"])
        if message.folder == "deleteditems":
            mailbox.empties(message)
        else:
            mailbox.discards(message)
    return Answer(204)


def matches(message: Stored, wanted: str) -> bool:
    """Whether a mail is one of those of a `$filter`; what is not documented to work is refused."""
    rest = wanted
    is_match = True
    for found in _PROPERTY.finditer(wanted):
        is_match &= message.extended.get(found[1]) == found[2]
    for found in _EQUALS.finditer(_PROPERTY.sub("", wanted)):
        is_match &= getattr(message, _COMPARED[found[1]]) == found[2].replace("''", "'")
    for found in _SINCE.finditer(wanted):
        received = moment(message.created_at)
        is_match &= received >= found[2][:19] + "Z" if found[1] == "ge" else received > found[2][:19] + "Z"
    for found in _CATEGORY.finditer(wanted):
        is_match &= found[1].replace("''", "'") in message.categories
    if _FLAGGED.search(wanted):
        is_match &= message.is_flagged
    for pattern in (_PROPERTY, _EQUALS, _SINCE, _CATEGORY, _FLAGGED):
        rest = pattern.sub("", rest)
    if rest.replace(" and ", "").strip():
        raise Refusal(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
    return is_match


def ordered(found: list[Stored], order: str, wanted: str) -> list[Stored]:
    """Return mails in the order of an `$orderby`; what it names has to stand first in the `$filter`."""
    if not order:
        return found
    if order != "receivedDateTime desc":
        raise Refusal(400, "ErrorInvalidUrlQuery", "The order is not supported.")
    if wanted and not wanted.startswith("receivedDateTime "):
        raise Refusal(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def _write(message: Stored, body: dict[str, Any]) -> None:
    """Take what a request says of a mail."""
    if unknown := set(body) - WRITABLE:
        raise Refusal(400, "ErrorPropertyValidationFailure", f"'{min(unknown)}' cannot be set.")
    message.subject = str(body.get("subject", message.subject))
    for name, kept in (("toRecipients", "to"), ("ccRecipients", "cc"), ("bccRecipients", "bcc")):
        if name in body:
            setattr(message, kept, recipients_of(body[name]))
    if "from" in body:
        message.sender = recipients_of([body["from"]])[0]
    message.is_read = bool(body.get("isRead", message.is_read))
    message.categories = list(body.get("categories", message.categories))
    for one in body.get("singleValueExtendedProperties", ()):
        message.extended[str(one["id"])] = str(one["value"])
    if "body" in body:
        content = str(body["body"].get("content", ""))
        is_html = str(body["body"].get("contentType", "text")).lower() == "html"
        message.html = exchange_html(content if is_html else content.replace("\n", "<br>\n"))
        message.mime = b""


def _check_sender(mailbox: Mailbox, body: dict[str, Any]) -> None:
    """Refuse a sender that is no address of the mailbox, and any alias where the organisation sends from none."""
    if "from" not in body:
        return
    own = {proxy.partition(":")[2].casefold() for proxy in mailbox.owner.proxy_addresses}
    address = recipients_of([body["from"]])[0][1].casefold()
    if address != mailbox.owner.address.casefold() and (mailbox.refuses_aliases or address not in own):
        raise Refusal(403, "ErrorSendAsDenied", "The user account may not be used to send as this address.")


def _expanded(wanted: str) -> list[str]:
    if not wanted:
        return []
    found = re.fullmatch(r"singleValueExtendedProperties\(\$filter=(.*)\)", wanted)
    if not found:
        raise Refusal(400, "ErrorInvalidUrlQuery", "This property cannot be expanded.")
    return re.findall(r"id eq '([^']*)'", found[1])


def _number(call: Call, name: str, usual: int) -> int:
    value = call.query.get(name, str(usual))
    if not value.isdecimal():
        raise Refusal(400, "ErrorInvalidUrlQuery", f"{name} must be a number.")
    return int(value)
