"""Work on other machines: a Dask scheduler and its workers as one more executor (`pip install xmlsvc[dask]`).

    open("dask://HOST:PORT") -> Executor      a worker that dies has its tasks done by another one
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from ..errors import EnvironmentFault, UsageError

PREFIX = "dask://"
_SECONDS = 10  # to find the scheduler


def _itself(value: Any) -> Any:
    return value


class Dask(Executor):
    """Tasks are sent to the scheduler at this address. What is submitted must be importable there, its arguments picklable."""

    def __init__(self, address: str) -> None:
        """Raises UsageError where the extra is not installed, EnvironmentFault where no scheduler answers."""
        try:
            from distributed import Client
        except ImportError:
            raise UsageError("Runs on Dask need more packages: pip install xmlsvc[dask]") from None
        try:
            connect: Any = Client
            self._client: Any = connect(f"tcp://{address.removeprefix(PREFIX)}", timeout=_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise EnvironmentFault(f"No Dask scheduler answers at {address}: {error}.") from error
        self._executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def keep(self, value: Any) -> Any:
        """What stands for a value in arguments of `submit`: it goes to each worker once, and again to one that takes over."""
        return self._client.submit(_itself, value, pure=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the scheduler; what is under way is done, or given up with `cancel_futures`."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()
