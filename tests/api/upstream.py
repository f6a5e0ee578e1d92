"""A board in place of Streamlit: it says what it was asked, and how."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ETAG = '"1"'
PAGE = b"<html><script>go()</script><script src='./x.js'></script></html>"


class Upstream:
    """Serves until it is left."""

    def __enter__(self) -> "Upstream":
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): said for name, said in self.headers.items()}
                asked.append((self.command, self.path, headers, body))
                if headers.get("if-none-match") == ETAG:
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("etag", ETAG)
                kind = "text/html" if self.path.endswith("/") else "application/x-thing"
                self.send_header("content-type", kind)
                self.send_header("cache-control", "public, immutable")
                self.send_header("content-length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            do_GET = do_PUT = do_DELETE = _answer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
