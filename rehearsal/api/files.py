"""Uploading in three steps: ask for an address, send the bytes, share the file."""

from __future__ import annotations

import mimetypes
import time
from typing import Any

from rehearsal.api.call import Answer, Call, method, objection
from rehearsal.api.chat import TS
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.messages import Message
from rehearsal.multipart import parts
from rehearsal.workspace import Workspace

LONGEST_ALT = 1000
MOST_CHANNELS = 100
SNIPPET_BYTES = 1_000_000
LISTS = {"public": "channels", "private": "groups", "im": "ims"}
File = dict[str, Any]


@method("files.getUploadURLExternal", "tier4", "files:write", form_only=True)
def upload_address(call: Call) -> Answer:
    name, length = call.required("filename"), _length(call)
    if len(call.text("alt_txt")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    if call.text("snippet_type") and length > SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    files = call.workspace.files
    file_id = f"F0FILE{len(files) + 1:04d}"
    files[file_id] = {
        "id": file_id,
        "name": name,
        "size": length,
        "alt_txt": call.text("alt_txt"),
        "content": None,
        "complete": False,
    }
    return {"upload_url": f"{call.base_url}/upload/{file_id}", "file_id": file_id}


def _length(call: Call) -> int:
    """The promised size in bytes; none at all is another refusal than nothing."""
    if call.required("length") == "0":
        raise SlackError("missing_argument")
    most = call.workspace.settings.largest_file
    given = call.required("length")
    if given.isascii() and given.isdigit() and int(given) > most:
        raise SlackError("file_upload_size_restricted")
    return call.count("length", 0, most)


def receive(workspace: Workspace, file_id: str, content_type: str, body: bytes) -> int:
    """Takes the bytes of step two, raw or as a form's only part, and says how many they were.

    Raises SlackError for a wrong address or another length than promised.
    """
    found = workspace.files.get(file_id)
    if found is None or found["content"] is not None:
        raise SlackError("file_not_found", status=404)
    content = body
    if content_type.startswith("multipart/form-data"):
        content = next(iter(parts(content_type, body).values()), b"")
    if len(content) != found["size"]:
        raise SlackError("length_mismatch", status=400)
    found["content"] = content
    return len(content)


@method("files.completeUploadExternal", "tier4", "files:write")
def complete(call: Call) -> Answer:
    given = call.structure("files")
    if not isinstance(given, list) or not given:
        raise objection("missing required field: files")
    files = [_uploaded(call, each) for each in given]
    if len({file["id"] for file in files}) < len(files):
        raise SlackError("file_not_found")
    channels = _targets(call)
    thread_ts = _thread(call, channels)
    comment, blocks = _comment(call)
    for file, each in zip(files, given, strict=True):
        file.update(complete=True, title=each.get("title") or file["name"], shares={})
        file.update(completed=time.monotonic())
        file.update(created=int(call.workspace.now().timestamp()), user=call.workspace.bot_id)
    shown = [_shown(file) for file in files]
    for channel in channels:
        message = call.workspace.post(
            channel, call.workspace.bot_id, comment, blocks, thread_ts=thread_ts, files=shown
        )
        for file in files:
            _share(call.workspace, file, channel, message)
    return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}


def _uploaded(call: Call, each: Any) -> File:
    """A file whose bytes are here and which has not been shared: it can be only once."""
    found = call.workspace.files.get(each.get("id", "")) if isinstance(each, dict) else None
    if found is None or found["content"] is None or found["complete"]:
        raise SlackError("file_not_found")
    return found


def _targets(call: Call) -> list[Channel]:
    ids = [each for each in (call.text("channel_id") or call.text("channels")).split(",") if each]
    if len(ids) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    found = [call.workspace.channels.get(each) for each in ids]
    known = [channel for channel in found if channel is not None and call.sees(channel)]
    if len(known) != len(found):
        raise SlackError("channel_not_found")
    if not all(call.is_in(channel) for channel in known):
        raise SlackError("not_in_channel")
    if any(channel.archived or channel.restricted for channel in known):
        raise SlackError("posting_to_channel_denied")
    return known


def _thread(call: Call, channels: list[Channel]) -> str | None:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    if len(channels) != 1:
        raise objection("thread_ts needs exactly one channel")
    if not TS.match(thread_ts):
        raise SlackError("invalid_thread_ts")
    if thread_ts not in channels[0].messages:
        raise SlackError("thread_not_found")
    return thread_ts


def _comment(call: Call) -> tuple[str, list[dict[str, Any]]]:
    """What stands above the file; blocks are ignored beside a comment."""
    comment = call.text("initial_comment")
    blocks = None if comment else call.structure("blocks", "invalid_blocks")
    return comment, call.workspace.accept(blocks, "") if blocks else []


def _shown(file: File) -> File:
    """The file object of messages and of files.info."""
    kind = mimetypes.guess_type(file["name"])[0] or "application/octet-stream"
    found = {key: file[key] for key in ("id", "name", "title", "size", "created", "user")}
    found.update(timestamp=file["created"], mimetype=kind, mode="hosted")
    found.update(is_external=False, filetype=file["name"].rpartition(".")[2])
    return {**found, "alt_txt": file["alt_txt"]} if file["alt_txt"] else found


def _share(workspace: Workspace, file: File, channel: Channel, message: Message) -> None:
    kind = "public" if channel.kind == "public" else "private"
    about: dict[str, Any] = {"ts": message.ts, "team_id": workspace.team_id}
    if channel.name:
        about["channel_name"] = channel.name
    if message.thread_ts:
        about["thread_ts"] = message.thread_ts
    file["shares"].setdefault(kind, {}).setdefault(channel.id, []).append(about)


@method("files.info", "tier4", "files:read", form_only=True)
def info(call: Call) -> Answer:
    file = call.workspace.files.get(call.required("file"))
    if file is None or not file["complete"]:
        raise SlackError("file_not_found")
    where: dict[str, list[str]] = {name: [] for name in LISTS.values()}
    for shares in file["shares"].values():
        for channel_id in shares:
            where[LISTS[call.workspace.channels[channel_id].kind]].append(channel_id)
    public = bool(where["channels"])
    found = {**_shown(file), "shares": file["shares"], "is_public": public, **where}
    return {"file": found, "comments": [], "response_metadata": {"next_cursor": ""}}
