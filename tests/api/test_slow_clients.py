"""A connection that asks too slowly, stops in the middle or does not read is closed; one that takes its time is not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from spendmap.api.slow_clients import PatientProtocol

LONG = b"x" * 20_000_000  # more than the buffers of a socket hold


class Hasty(PatientProtocol):
    """With limits that a test can wait for."""

    ask_s = 0.1
    read_s = 0.1


class Patient(PatientProtocol):
    """With limits that no test reaches."""


async def application(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
    body = LONG if scope["path"] == "/long" else b"ok"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def spoken(protocol: type[PatientProtocol], sent: list[bytes], *, reads: bool = True, keep_alive: float = 0.1) -> bytes:
    """What the server says on one connection until it closes it. Waits for the server, never for a clock."""

    async def talk() -> bytes:
        bound = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            application, http=protocol, ws="none", lifespan="off", log_level="critical", timeout_keep_alive=keep_alive  # type: ignore[arg-type]
        )  # fmt: skip
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[bound])
        try:
            async with asyncio.timeout(30):
                reader, writer = await asyncio.open_connection(*bound.getsockname()[:2])
                for piece in sent:
                    writer.write(piece)
                    await writer.drain()
                if not reads:
                    reader._transport.pause_reading()  # type: ignore[attr-defined]
                    while server.server_state.connections:
                        await asyncio.sleep(0.01)  # until the server has let go
                    reader._transport.resume_reading()  # type: ignore[attr-defined]
                try:
                    return await reader.read()
                except ConnectionError:
                    return b""
                finally:
                    writer.close()
        finally:
            server.should_exit = True
            await server.shutdown(sockets=[bound])

    return asyncio.run(talk())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([], b""),
        ([b"GET /map HTT"], b"408 Request Timeout"),
        ([b"GET /map HTTP/1.1\r\nHost: localhost\r\nX-Slow: "], b"408 Request Timeout"),
        ([b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"], b""),
        ([b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTT"], b"200 OK"),
        (
            [
                b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                b"POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"
            ],
            b"200 OK",
        ),
    ],
)
def test_a_request_that_never_arrives_whole_ends_its_connection(sent: list[bytes], said: bytes) -> None:
    answer = spoken(Hasty, sent, keep_alive=3600)
    assert said in answer.split(b"\r\n", 1)[0] if said else answer == b""


def test_what_arrives_in_pieces_is_answered() -> None:
    pieces = [b"POST /a HTTP/1.1\r\nHost: local", b"host\r\nContent-Length: 4\r\n\r\n", b"12", b"34"]
    assert spoken(Patient, pieces).endswith(b"\r\n\r\nok")


def test_a_reader_that_takes_nothing_of_its_answer_is_let_go() -> None:
    answer = spoken(Hasty, [b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n"], reads=False)
    assert len(answer) < len(LONG)


def test_a_reader_that_reads_is_given_all_of_it() -> None:
    assert len(spoken(Patient, [b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n"])) > len(LONG)
