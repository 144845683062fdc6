"""A line of a seal as it was hashed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HashedLine:
    """One line with its hashes; `exempt` and `salt` are empty in the public version."""

    kind: str
    key: str
    public: str
    public_hash: str
    exempt_hash: str
    hash: str
    exempt: str = ""
    salt: str = ""
