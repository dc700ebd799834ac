"""A stand-in for the state's score-report service, over made-up pupils.

It keeps to what is public of the real one; the names below its base address are assumed (plugin/ets/contract.py).
"""

from sandbox.state.keyring import StateCredentials
from sandbox.state.service import StateService
from sandbox.state.settings import Settings, SettingsError
from sandbox.state.standin import Call

__all__ = ["Call", "Settings", "SettingsError", "StateCredentials", "StateService"]
