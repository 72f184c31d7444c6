"""Uploading in three steps: ask for an address, send the bytes, share the file."""

from __future__ import annotations

from typing import Any

from rehearsal.api.call import Answer, Call, method
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.workspace import Workspace


@method("files.getUploadURLExternal", "tier4", "files:write")
def upload_address(call: Call) -> Answer:
    name, length = call.required("filename"), call.count("length", 0, 10**9)
    if not length:
        raise SlackError("invalid_arguments")
    files = call.workspace.files
    file_id = f"F0FILE{len(files) + 1:04d}"
    files[file_id] = {"id": file_id, "name": name, "size": length, "content": None}
    return {"upload_url": f"{call.base_url}/upload/{file_id}", "file_id": file_id}


def receive(workspace: Workspace, file_id: str, content: bytes) -> None:
    """Takes the bytes of step two; raises SlackError for a wrong address or length."""
    found = workspace.files.get(file_id)
    if found is None or found["content"] is not None:
        raise SlackError("file_not_found", status=404)
    if len(content) != found["size"]:
        raise SlackError("length_mismatch", status=400)
    found["content"] = content


@method("files.completeUploadExternal", "tier4", "files:write")
def complete(call: Call) -> Answer:
    files = [_uploaded(call, each) for each in call.structure("files") or []]
    if not files:
        raise SlackError("invalid_arguments")
    shown = [{key: f[key] for key in ("id", "name", "title", "size")} for f in files]
    for channel in _targets(call):
        call.workspace.post(
            channel,
            call.workspace.bot_id,
            call.text("initial_comment"),
            thread_ts=call.text("thread_ts") or None,
            files=shown,
        )
    return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}


def _uploaded(call: Call, each: Any) -> dict[str, Any]:
    found = call.workspace.files.get(each.get("id", "")) if isinstance(each, dict) else None
    if found is None or found["content"] is None or "title" in found:
        raise SlackError("file_not_found")
    found["title"] = each.get("title") or found["name"]
    return found


def _targets(call: Call) -> list[Channel]:
    ids = call.text("channel_id") or call.text("channels")
    found = [call.workspace.channels.get(each) for each in ids.split(",") if each]
    known = [channel for channel in found if channel is not None]
    if len(known) != len(found):
        raise SlackError("channel_not_found")
    if any(call.workspace.bot_id not in channel.members for channel in known):
        raise SlackError("not_in_channel")
    return known
