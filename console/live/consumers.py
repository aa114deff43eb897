"""What a page hears of a job that it watches: `/ws/jobs/<id>?after=n` tells the lines after the n-th, then those
that are written, how far the job is, and at last how it ended.

Each message is JSON: `{"job": {…}, "lines": [[number, time, level, text], …]}`. When the job is over and all is
told, the socket closes with 1000. It closes with 4401 where nobody is signed in (any more), with 4403 where the job
is not theirs to see (any more) or not there; then it is no use to come back. After any other end a page comes
back and asks for what follows the last line it has."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder

from accounts.exceptions import NotAuthenticated, Refusal
from console.live import admission
from console.live.bell import BELL
from console.live.tail import ASK_AGAIN_SECONDS, News, Tail
from registry.serving import pools
from registry.serving.handlers import with_connections

SIGN_IN, NOT_YOURS, TOO_SLOW = 4401, 4403, 4408
# Who takes no message for so long is sent away: while it is waited for, nobody asks whether it still may listen.
TAKEN_WITHIN_SECONDS = 10.0
NUMBER = re.compile(r"[0-9]{1,9}")


class Nowhere(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is not typed
    """What no page opens."""

    async def connect(self) -> None:
        await self.close(reason="there is nothing to follow here")


class JobLog(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One page that follows one job."""

    # The bell listens to the channel layer for all of them, and rings without one too.
    channel_layer_alias = "no layer of its own"

    async def connect(self) -> None:
        self._following: asyncio.Task[None] | None = None
        if not admission.is_from_a_page_of_ours(self.scope["request"]):
            await self.close(reason="this is no page of this registry")
            return
        await self.accept()
        self._following = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self._following is not None:
            self._following.cancel()

    async def _follow(self) -> None:
        job_id = int(self.scope["url_route"]["kwargs"]["job_id"])
        tail = Tail(self.scope["request"], job_id, _after(self.scope["query_string"]))
        try:
            with BELL.listening(job_id) as rung:
                while not await self._tell(tail):
                    await _wait(rung)
        except NotAuthenticated as refusal:
            await self.close(SIGN_IN, str(refusal))
        except Refusal:
            await self.close(NOT_YOURS, "there is no such job, or it is not yours to see")
        except TimeoutError:
            await self.close(TOO_SLOW, "nobody takes what is told")
        else:
            await self.close()

    async def _tell(self, tail: Tail) -> bool:
        """Tell all that is new; True where that was the last of it."""
        while True:
            news = await pools.LIVE.insist(with_connections, tail.read)
            self.scope["line"].principal = tail.by
            async with asyncio.timeout(TAKEN_WITHIN_SECONDS):
                await self.send(_text(news))
            if news.is_all:
                return news.is_last


async def _wait(rung: asyncio.Event) -> None:
    """Until there is news, or it is time to ask whether they may still be told."""
    try:
        async with asyncio.timeout(ASK_AGAIN_SECONDS):
            await rung.wait()
    except TimeoutError:
        pass
    rung.clear()


def _text(news: News) -> str:
    message: dict[str, Any] = {"job": news.job, "lines": news.lines}
    return json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False)


def _after(query: bytes) -> int:
    given = parse_qs(query.decode("latin-1")).get("after", ["0"])[-1]
    return int(given) if NUMBER.fullmatch(given) else 0
