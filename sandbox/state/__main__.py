"""Runs the stand-in alone, until it is interrupted."""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path

from sandbox.district import make
from sandbox.guard import write_token
from sandbox.state import StateService

STOPS = (signal.SIGINT, signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.state", description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--pupils", type=int, default=80, help="how many there are in the made-up district")
    parser.add_argument("--seed", type=int, default=1, help="another number makes up another district")
    parser.add_argument("--token-file", type=Path, help="where to write the token that changes want (mode 600)")
    wanted = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # before there are threads: they inherit it
    district = make(wanted.pupils, seed=wanted.seed)
    try:
        service = StateService(district.pupils, schools=district.schools, port=wanted.port)
    except OSError as fault:
        why = os.strerror(fault.errno or 0)
        parser.exit(1, f"Port {wanted.port} can't be used: {why}. Choose another one with --port.\n")
    if wanted.token_file:
        write_token(wanted.token_file, service.admin_token)
    with service:
        print(f"{service.url}   page for people: {service.sandbox_url}   token: {service.admin_token}")
        for lea, made_up in service.credentials.items():
            print(f"LEA {lea}: user name {made_up.user}, secret key {made_up.secret}", flush=True)
        signal.sigwait(STOPS)


if __name__ == "__main__":
    main()
