"""A real receiver of webhooks: an HTTP server that keeps what it gets, and answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook


class Receiver:
    """`got` are (headers, body) in order; the next answers are taken from `answers`, then 200."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook?site=1"
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    def documents(self, secret: str) -> list[Any]:
        """What came, verified by the public library. Raises WebhookVerificationError."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """It listens on a port of its own until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            opened.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(opened.answers.pop(0) if opened.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        opened = Receiver(server.server_port)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield opened
        server.shutdown()
        thread.join()
