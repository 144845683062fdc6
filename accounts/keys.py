"""The text of a key for a program, and its keyed hash: `wmca_<prefix>_<secret>`, of which only the hash is kept.

The secret has 256 random bits, so that one keyed SHA-256 is enough: there is nothing to guess, and a copy of the
database without the pepper proves nothing. Peppers rotate: the newest makes new digests, older ones are still known
until every key was used once or has expired.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

FORM = re.compile(r"wmca_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as a program sends it, taken apart."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"wmca_{self.prefix}_{self.secret}"


@dataclass(frozen=True, slots=True)
class Digest:
    """The keyed hash of a key, in hexadecimal, and the name of the pepper under which it was made."""

    pepper: str
    digest: str


def new_key() -> KeyText:
    """A key that nobody has."""
    return KeyText("".join(secrets.choice(LETTERS) for _ in range(12)), secrets.token_urlsafe(32))


def parse_key(text: str) -> KeyText | None:
    """The key in a text; None where it is none."""
    found = FORM.fullmatch(text)
    return KeyText(*found.groups()) if found else None


def holds_key(text: str) -> bool:
    """Whether a whole key stands somewhere in a text."""
    return FORM.search(text) is not None


def digest_of(key: KeyText) -> Digest:
    """The digest of a key under the newest pepper."""
    newest = next(iter(_peppers()))
    return Digest(newest, _hash(key, newest))


def matches(key: KeyText, kept: Digest) -> bool:
    """Whether this is the key of a kept digest, told in a time that does not depend on where they differ."""
    known = kept.pepper in _peppers()
    return known and hmac.compare_digest(_hash(key, kept.pepper), kept.digest)


def is_newest(pepper: str) -> bool:
    """Whether new digests are made under this pepper."""
    return pepper == next(iter(_peppers()))


def _hash(key: KeyText, pepper: str) -> str:
    return hmac.new(_peppers()[pepper].encode(), str(key).encode(), hashlib.sha256).hexdigest()


def _peppers() -> Mapping[str, str]:
    peppers: Mapping[str, str] = settings.API_KEY_PEPPERS
    return peppers
