"""Reads the parts of a multipart form, as uploads and some calls come in."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP


def parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The content of each named part; of parts of one name the last. Empty for no such form."""
    whole = message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP
    )
    found = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found
