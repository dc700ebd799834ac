"""What the stand-in does wrong, when it is told to."""

from __future__ import annotations

import enum
import threading

from sandbox.faults import LATENCY


class Switch(enum.StrEnum):
    """The first four concern what programs call, the others what the identity token says.

    OLD_AUTH_TIME pays no heed to `max_age` or `prompt` and passes whoever is signed in, with the time of that sign-in.
    NO_AUTH_TIME never tells the time; it still asks for the password where `max_age` wants that.
    """

    DOWN = "down"
    HANG = "hang"
    LATENCY = "latency"
    THROTTLE = "throttle"
    WRONG_KEY = "wrong_key"
    ALG_NONE = "alg_none"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    OTHER_CLIENT = "other_client"
    EXPIRED = "expired"
    NO_NONCE = "no_nonce"
    WRONG_NONCE = "wrong_nonce"
    NO_AUTH_TIME = "no_auth_time"
    OLD_AUTH_TIME = "old_auth_time"
    UNKNOWN_PERSONA = "unknown_persona"
    NO_PKCE = "no_pkce"


class Switches:
    """All off at the start. A value is true, or for LATENCY the seconds. `ended` lets go of whoever waits."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._on: dict[Switch, float] = {}
        self.refused_columns: set[str] = set()

    def set(self, switch: Switch, value: float) -> None:
        """Zero is off. Raises ValueError for what is no such value."""
        low, high = LATENCY
        if not low <= value <= high:
            raise ValueError(f"A switch takes a number from {low} to {high}.")
        self._on[switch] = value

    def value(self, switch: Switch) -> float:
        return self._on.get(switch, 0)

    def __contains__(self, switch: Switch) -> bool:
        return bool(self.value(switch))
