"""`spendmap serve` as a process: it listens on this machine only, says when the port is busy, and stops cleanly."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from published_company import publish

from spendmap.api.server import bind, loopback_address, url_of
from spendmap.cli.serve import command
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "127.0.0.2", "", "localhost.example.com"])
def test_an_address_that_others_could_reach_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="there is no login yet") as caught:
        loopback_address(host)
    assert "spendmap serve --host 127.0.0.1" in caught.value.next_step


def test_this_machine_has_three_names() -> None:
    assert [loopback_address(host) for host in ("localhost", "127.0.0.1", "[::1]")] == ["127.0.0.1", "127.0.0.1", "::1"]


def test_a_busy_port_is_named_with_the_next_one_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use") as caught:
            bind("127.0.0.1", port)
    assert f"--port {port + 1}" in caught.value.next_step or "--port 8765" in caught.value.next_step


def test_any_free_port_can_be_asked_for() -> None:
    with bind("localhost", 0) as bound:
        assert url_of(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}/"


def test_a_foreign_host_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    with pytest.raises(UsageError, match="no login yet"):
        CliRunner().invoke(command, ["--host", "0.0.0.0"], obj=tmp_path, catch_exceptions=False)


def test_the_server_answers_and_ends_with_zero_when_told_to_stop(tmp_path: Path) -> None:
    Workspace.create(tmp_path, "USD", "Larch")
    publish(tmp_path)
    main = "from spendmap.cli import main; main()"
    arguments = [sys.executable, "-c", main, "--workspace", str(tmp_path), "serve", "--port", "0"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        try:
            url = said.split()[1]
            assert said.startswith("Larch: http://127.0.0.1:")
            with urlopen(url + "api/map?period=2026-10", timeout=30) as answer:
                assert json.loads(answer.read())["total"] == "2381.000000000001"
                assert "uvicorn" not in str(answer.headers).lower()
        finally:
            server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
        assert server.wait(timeout=30) == 0, rest
        assert "Traceback" not in rest
