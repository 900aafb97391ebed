"""The amqtt broker in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from amqtt.broker import Broker

from tests.interop.wire import HOST, START_S, free_port


@contextmanager
def broker() -> Iterator[int]:
    """A broker on loopback that lets everybody in; gives its port."""
    port = free_port()
    settings = {
        "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> Broker:
        made = Broker(settings)
        await made.start()
        return made

    running = asyncio.run_coroutine_threadsafe(start(), loop).result(START_S)
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(running.shutdown(), loop).result(START_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_S)
        loop.close()
