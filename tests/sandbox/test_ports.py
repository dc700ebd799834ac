"""Which ports `make run` takes, and how it refuses."""

from __future__ import annotations

import socket

import pytest

from sandbox.ports import PortError, Ports, choose


def test_the_first_port_moves_all_five() -> None:
    names = ["sidecar", "school system", "state service", "mail page", "mail server"]
    assert dict(Ports(9000)) == dict(zip(names, range(9000, 9005), strict=True))
    assert (Ports(9000).mail, Ports(9000).smtp) == (9003, 9004)


@pytest.mark.parametrize("asked", ["", " "])
def test_without_a_first_port_the_sidecar_is_at_8000(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.ports._is_taken", lambda port: False)
    assert choose({"PORT_BASE": asked}) == choose({}) == Ports(8000)


@pytest.mark.parametrize("asked", ["web", "80", "1023", "65532", "-9000", "9e3", "9000.0", "٩٠٠٠", "9" * 5000])
def test_what_is_no_port_is_refused_in_one_line(asked: str) -> None:
    with pytest.raises(PortError, match=r"^PORT_BASE must be a number from 1024 to 65531, .*$"):
        choose({"PORT_BASE": asked})


@pytest.mark.parametrize(
    ("behind", "name"), [(0, "sidecar"), (1, "school system"), (2, "state service"), (4, "mail server")]
)
def test_a_taken_port_is_named_with_the_way_out(behind: int, name: str, free_ports: Ports) -> None:
    taken = free_ports.sidecar + behind
    with socket.create_server(("127.0.0.1", taken)):
        with pytest.raises(PortError) as refusal:
            choose({"PORT_BASE": str(free_ports.sidecar)})
    assert str(refusal.value) == f"Port {taken}, for the {name}, is taken. Move all five: PORT_BASE=9000 make run"


def test_a_port_that_another_server_is_ready_to_share_is_taken_too(free_ports: Ports) -> None:
    with socket.create_server(("127.0.0.1", free_ports.sidecar), reuse_port=True):
        with pytest.raises(PortError, match="taken"):
            choose({"PORT_BASE": str(free_ports.sidecar)})
