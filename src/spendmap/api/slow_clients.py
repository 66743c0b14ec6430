"""Connections that ask too slowly, stop in the middle or do not read their answer are closed.

uvicorn closes a connection that is idle after an answer, and no other: one that never sends a whole request, or never
reads, would hold a socket and its memory for ever. This protocol adds those two limits and nothing else.
"""

from __future__ import annotations

import asyncio

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from spendmap.api.problems import problem_document

ASK_S = 20  # seconds from the first byte of a request (or from connecting) to its last
READ_S = 60  # seconds in which a reader takes nothing of its answer
LONGEST_HEAD = 32 * 1024  # bytes of a request's line and headers


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with a limit on how long a request may take to arrive, and an answer to be taken."""

    ask_s: float = ASK_S
    read_s: float = READ_S
    _asking: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A whole request is due."""
        super().connection_made(transport)
        self._asking = self.loop.call_later(self.ask_s, self._asked_too_slowly)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        _stop(self._asking)
        self._asking = None
        _stop(self._reading)
        self._reading = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a request: its time runs until all of it is here."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The next request may have begun already."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        is_whole = self.conn.their_state in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED, h11.ERROR}
        if is_whole or self.transport.is_closing() or self._is_idle():
            _stop(self._asking)
            self._asking = None
        elif self._asking is None:
            self._asking = self.loop.call_later(self.ask_s, self._asked_too_slowly)

    def pause_writing(self) -> None:
        """The reader is behind."""
        super().pause_writing()
        self._wait_for_reader(None)

    def resume_writing(self) -> None:
        """The reader went on."""
        super().resume_writing()
        _stop(self._reading)
        self._reading = None

    def _wait_for_reader(self, before: int | None) -> None:
        """Abort when nothing of the answer was taken since it was `before` bytes."""
        waiting = self.transport.get_write_buffer_size()
        if before is not None and waiting >= before:
            self.transport.abort()
        else:
            self._reading = self.loop.call_later(self.read_s, self._wait_for_reader, waiting)

    def _is_idle(self) -> bool:
        """Between an answer and the next request, where uvicorn's own limit runs."""
        return self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0] and self.cycle is not None

    def _asked_too_slowly(self) -> None:
        self._asking = None
        if self.transport.is_closing():
            return
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE} and self.conn.trailing_data[0]:
            self._say_why()
        self.transport.close()

    def _say_why(self) -> None:
        body = orjson.dumps(problem_document(408, f"the request took over {self.ask_s:g} seconds.", "Send it again."))
        head = (
            "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
