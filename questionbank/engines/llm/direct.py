"""The HTTP client that Anthropic's and OpenAI's clients are given: ours, with the limits of exchanges.py."""

import ssl
from functools import lru_cache

import httpcore2
import httpx2

from questionbank.engines.llm.exchanges import BoundedBackend, read_headers


@lru_cache(maxsize=1)
def load_certificates() -> ssl.SSLContext:
    """Once per process: reading them takes time."""
    return httpx2.create_ssl_context(trust_env=False)


class BoundedTransport(httpx2.HTTPTransport):
    """Goes to the host directly: no proxy, no certificates and no passwords from the environment."""

    def __init__(self) -> None:
        super().__init__(verify=load_certificates(), trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=load_certificates(),
            network_backend=BoundedBackend(httpcore2.SyncBackend()),  # type: ignore[arg-type]
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = super().handle_request(request)
        read_headers(response)
        return response


def make_client(timeout_seconds: float) -> httpx2.Client:
    """Follows no redirect: what is sent holds a key. Takes nothing compressed: sizes are counted on the wire."""
    return httpx2.Client(
        transport=BoundedTransport(),
        timeout=timeout_seconds,
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )
