"""A limit on the whole of an HTTP exchange, for the adapters beside this file.

httpx limits each read only: a host that drips a byte now and then would never end.
"""

from collections.abc import Callable, Iterator

import httpx


class DeadlineTransport(httpx.BaseTransport):
    """Raises httpx.ReadTimeout where a response is still coming `total_seconds` after its request was sent."""

    def __init__(self, inner: httpx.BaseTransport, total_seconds: float, clock: Callable[[], float]) -> None:
        self._inner = inner
        self._total_seconds = total_seconds
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = self._clock() + self._total_seconds
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        stream = DeadlineStream(response.stream, request, deadline, self._clock)
        return httpx.Response(
            response.status_code, headers=response.headers, stream=stream, extensions=response.extensions
        )

    def close(self) -> None:
        self._inner.close()


class DeadlineStream(httpx.SyncByteStream):
    """Looks at the clock after every piece that arrives."""

    def __init__(
        self, inner: httpx.SyncByteStream, request: httpx.Request, deadline: float, clock: Callable[[], float]
    ) -> None:
        self._inner = inner
        self._request = request
        self._deadline = deadline
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inner:
            if self._clock() > self._deadline:
                raise httpx.ReadTimeout("The response took longer than allowed in all.", request=self._request)
            yield piece

    def close(self) -> None:
        self._inner.close()
