"""Someone comes in at night and is heard."""

from __future__ import annotations

import httpx

from serving import Event, Served
from town import ORIGIN, Person, StillClock, Town


async def come_in(door: httpx.AsyncClient) -> tuple[Person, dict[str, str]]:
    """Through the API's door, with the promises read and nothing else asked."""
    promises = (await door.get("/api/v1/promises")).json()
    answer = await door.post(
        "/api/v1/members", json={"promises": promises["version"], "age_band": "18+"}
    )
    assert answer.status_code == 201
    given: dict[str, str] = answer.json()
    assert len(given["recovery_phrase"].split()) == 7
    return Person(None, given["token"], given["recovery_phrase"]), given  # type: ignore[arg-type]


async def sit_down(door: httpx.AsyncClient, who: Person, room: str) -> dict[str, str]:
    answer = await door.put(f"/api/v1/rooms/{room}/seat", json={}, headers=who.bearer)
    assert answer.status_code == 200
    seat: dict[str, str] = answer.json()
    return seat


def words(events: list[Event]) -> list[str]:
    return [event["text"] for event in events if event["event"] == "posted"]


async def test_someone_comes_in_at_night_and_is_heard(
    town: Town, served: Served, clock: StillClock
) -> None:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        # Birch is awake, and in the room.
        birch = await served.line(town.birch)
        await birch.enter()

        # Someone comes in: no name, no address. A room gives them a name of its own.
        someone, given = await come_in(door)
        seat = await sit_down(door, someone, "night-room")
        assert seat["pseudonym"] == given["pseudonym"]
        elsewhere = await sit_down(door, someone, "grief")
        assert elsewhere["pseudonym"] != seat["pseudonym"]
        assert elsewhere["seat"] != seat["seat"]

        # They say something. It is on disk before it is acknowledged; Birch reads it at once.
        line = await served.line(someone)
        await line.enter()
        accepted = await line.post("It is 3 a.m. again.", wants="listening")
        assert accepted["event"] == "accepted"
        heard = await birch.hear_next("posted")
        assert heard["text"] == "It is 3 a.m. again."
        assert heard["wants"] == "listening"
        assert heard["author"]["pseudonym"] == seat["pseudonym"]
        assert "nonce" not in heard

        # Birch answers, twice: with a response, and with words.
        await birch.say(
            "respond",
            room="night-room",
            seq=accepted["seq"],
            nonce="with-you-1",
            response="with_you",
            on=True,
        )
        responded = await line.hear_next("responded")
        assert responded["counts"] == {"with_you": 1}
        await birch.post("It is. I am up too.", reply_to=accepted["seq"])
        answer = await line.hear_next("posted")
        assert answer["reply_to"] == accepted["seq"]

        # The telephone loses the network; meanwhile Birch goes on.
        newest = answer["seq"]
        await line.connection.close()
        await birch.post("Shall I put the kettle on?")
        again = await served.line(someone)
        missed = await again.enter(since=newest)
        assert words(missed) == ["Shall I put the kettle on?"]
        assert missed[-1]["event"] == "live"

        # Next evening they come back with seven words, and everything is there.
        clock.pass_time(hours=20)
        signed_in = await door.post(
            "/api/v1/sign-in", json={"recovery_phrase": someone.phrase}, headers={"origin": ORIGIN}
        )
        back = Person(someone.actor, signed_in.json()["token"])
        page = await door.get("/api/v1/rooms/night-room/messages", headers=back.bearer)
        assert [item["text"] for item in page.json()["items"]] == [
            "It is 3 a.m. again.",
            "It is. I am up too.",
            "Shall I put the kettle on?",
        ]
        assert page.json()["items"][0]["counts"] == {"with_you": 1}

        # And when they want to be gone, they are gone, and so are their words.
        assert (await door.delete("/api/v1/me", headers=back.bearer)).status_code == 200
        assert await again.closing() == 4401
        left = await door.get("/api/v1/rooms/night-room/messages", headers=town.birch.bearer)
        first = left.json()["items"][0]
        assert (first["text"], first["removed"]) == ("", "author")
        assert first["author"]["pseudonym"] != seat["pseudonym"]
