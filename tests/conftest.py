"""What every test shares: the network is closed but for this machine, and the clock is UTC."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure; speed lives in bench/
settings.load_profile("untimed")
os.environ.setdefault("TZ", "UTC")
REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


def pytest_configure() -> None:
    """Only loopback and local sockets: a test that reaches further fails."""
    try:
        from pytest_socket import socket_allow_hosts
    except ImportError:
        return
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture
def shared() -> Path:
    """Folder of large public data sets, when it lies beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside this checkout")
    return SHARED


@pytest.fixture
def repository() -> Path:
    """Root of the repository."""
    return REPOSITORY
