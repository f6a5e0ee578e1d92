"""The softphone's password, which no browser knows: digests are made here, on the line's way.

A browser signs with a word that opens nothing. On our line, which is open to who is logged in and
no longer, the signature is replaced by the right one, where it is for one's own telephone. So what
a browser holds is worth nothing without its session, and nothing at all after the log-out.
"""

import hashlib
import re

_HEAD_ENDS = "\r\n\r\n"
_AUTHORIZATION = re.compile(r"(?mi)^Authorization:[ \t]*Digest[ \t]+([^\r\n]*)")
_PART = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_RESPONSE = re.compile(r'\bresponse="[0-9a-f]*"')
LONGEST = 2_000
"A longer header of this kind is nobody's."


def signed(message: str, name: str, password: str) -> str:
    """A SIP message with the digest that this account's password gives (RFC 3261, 22.4; RFC 2617).

    Messages without a digest, and digests of other accounts, are passed as they are.
    """
    head, ends, body = message.partition(_HEAD_ENDS)
    found = _AUTHORIZATION.search(head)
    if found is None or len(found[1]) > LONGEST:
        return message
    said = {one[1]: one[2] if one[2] is not None else one[3] for one in _PART.finditer(found[1])}
    method = head.split(" ", 1)[0]
    right = _response(method, password, said) if said.get("username") == name else ""
    if not right:
        return message
    header = _RESPONSE.sub(f'response="{right}"', found[0])
    return head[: found.start()] + header + head[found.end() :] + ends + body


def _response(method: str, password: str, said: dict[str, str]) -> str:
    """Hex digits; empty for a kind of digest that Asterisk does not ask for."""
    if said.get("algorithm", "MD5").upper() != "MD5" or said.get("qop", "auth") != "auth":
        return ""
    if not {"username", "realm", "nonce", "uri"} <= said.keys():
        return ""
    who = _md5(f"{said['username']}:{said['realm']}:{password}")
    what = _md5(f"{method}:{said['uri']}")
    if "qop" not in said:
        return _md5(f"{who}:{said['nonce']}:{what}")
    parts = (who, said["nonce"], said.get("nc", ""), said.get("cnonce", ""), said["qop"], what)
    return _md5(":".join(parts))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
