"""Secrets and links at rest: AES-256-GCM, each value bound to the place where it stands.

A sealed value reads: version (1 byte), length of the key's id (1 byte), the key's id, nonce (12 bytes),
ciphertext with its tag. docs/decisions/0003-vault.md says why, and how keys are exchanged.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
KEY_SIZE = 32
NONCE_SIZE = 12

#: What comes of the wrong key, the wrong place and damage.
CLOSED = (InvalidTag, LookupError, ValueError)

log = structlog.get_logger()


class VaultError(Exception):
    """A sealed value can't be opened. It carries nothing: no value, no place and no reason."""

    def __init__(self) -> None:
        super().__init__("a sealed value can't be opened")


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands. It opens nowhere else: not in another row, column or table, for no other owner."""

    table: str
    column: str
    row: str
    owner: str


class Vault:
    """Seals with the key whose id is `current`; opens with any of `keys` (id to 32 random bytes).

    A ValueError names the id of a key that is no key.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        for name, key in keys.items():
            _check(name, key)
        if current not in keys:
            raise ValueError(f"the vault has no key {current!r} to seal with")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current

    def __repr__(self) -> str:
        return f"Vault({len(self._ciphers)} keys, current={self._current!r})"

    @property
    def mark(self) -> bytes:
        """What every value begins with that is sealed with the current key."""
        return bytes([VERSION, len(self._current)]) + self._current.encode("ascii")

    def seal(self, plain: str, place: Place) -> bytes:
        # Random nonces are safe for 2**32 values under one key (NIST SP 800-38D); a large district makes
        # about 2**22 a year.
        nonce = os.urandom(NONCE_SIZE)
        secret = plain.encode("utf-8", "surrogatepass")  # the error of a strict encoder would carry the secret
        return self.mark + nonce + self._ciphers[self._current].encrypt(nonce, secret, _bound(self.mark, place))

    def open(self, sealed: bytes, place: Place) -> str:
        try:
            return self._open(sealed, place)
        except CLOSED:
            log.warning("vault.closed", table=place.table, column=place.column)
            raise VaultError from None

    def opens(self, sealed: bytes, place: Place) -> bool:
        """Whether a value can be opened. Nothing of it leaves this method, and nothing is logged."""
        try:
            self._open(sealed, place)
        except CLOSED:
            return False
        return True

    def _open(self, sealed: bytes, place: Place) -> str:
        if sealed[0] != VERSION:
            raise ValueError("an unknown version")
        start = 2 + sealed[1]
        mark, nonce, body = sealed[:start], sealed[start : start + NONCE_SIZE], sealed[start + NONCE_SIZE :]
        cipher = self._ciphers[mark[2:].decode("ascii")]
        return cipher.decrypt(nonce, body, _bound(mark, place)).decode("utf-8", "surrogatepass")


def fingerprint(secret: str) -> str:
    """What stands in the database for a random secret that we only ever need to recognise (SHA-256, hex)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _check(name: str, key: bytes) -> None:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name):
        raise ValueError("a vault key's id is 1 to 32 letters, digits, dots, dashes or underscores")
    # Random bytes never fail this; a repeated byte, word or pattern does.
    if len(key) != KEY_SIZE or len(set(key)) < 8:
        raise ValueError(f"the vault key {name!r} is not {KEY_SIZE} random bytes")


def _bound(mark: bytes, place: Place) -> bytes:
    """The associated data. JSON's quotes keep ("ab", "c") and ("a", "bc") apart."""
    return mark + json.dumps(astuple(place)).encode("ascii")
