"""Members of a load who speak through the JSON API."""

from __future__ import annotations

import asyncio

import httpx
from websockets.asyncio.client import ClientConnection

from faults.history import digest_of
from faults.voices import Saying, Voice


class Writer(Voice):
    """One member who listens on the live line and speaks through the JSON API, one by one."""

    async def _say_again(self, line: ClientConnection) -> None:
        """Not here."""

    async def _talk(self, line: ClientConnection) -> None:
        """Not here either."""

    async def speak(self) -> None:
        """Say things until cancelled; whatever has no answer is said again."""
        while True:
            await asyncio.sleep(self.random.expovariate(self.rate))
            if not self.waiting and self.again:
                saying = self.again.popleft()
            elif self.waiting:
                saying = next(iter(self.waiting.values()))
            elif self.place.resting:
                continue
            else:
                self.said += 1
                nonce, text = f"{self.name}-{self.said:08}", f"{self.name} writes {self.said}"
                command = {"nonce": nonce, "text": text}
                saying = Saying(command, self._sent(nonce, digest_of(text)))
            self.waiting[saying.command["nonce"]] = saying
            await self._put(saying)

    async def _put(self, saying: Saying) -> None:
        nonce = saying.command["nonce"]
        self.note(saying)
        try:
            answer = await self.place.http.put(
                f"/api/v1/rooms/{self.room}/messages/{nonce}",
                json={"text": saying.command["text"]},
                headers=self.headers,
            )
        except httpx.TransportError:
            return
        if answer.status_code in (200, 201):
            self.on_accepted(nonce, answer.json()["seq"])
        elif answer.headers.get("content-type") == "application/problem+json":
            self.on_refused(nonce, answer.json()["code"])
        else:
            self.place.strange.append(f"put {answer.status_code}")
