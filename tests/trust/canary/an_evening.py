"""Everything that people do here, done once, with a canary in each thing they write."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from trust.canary.a_talk import Talk
from trust.canary.place import ADDRESS, NIGHT, NUMBER, TOLD, Canaried

CROSS = "Just go and kill yourself already, nobody would miss you."


def later(**span: float) -> str:
    """A time as the API takes it."""
    return (datetime.now(UTC) + timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Evening:
    """One evening at a place; each part is what somebody does."""

    place: Canaried

    def whole(self) -> None:
        """From the first letter to the last word."""
        self.tam, self.mika = self._somebody("tam"), self._somebody("mika")
        self._a_letter_while_nobody_is_here()
        self._staff_come()
        self._a_talk()
        self._a_report_and_its_end()
        self._a_talk_between_two()
        self._a_safety_plan()
        self._a_night_that_is_worse()
        self._looking_around()
        self._falling_over()

    def _somebody(self, name: str) -> str:
        place = self.place
        body = {"promises": "current", "age_band": "18+", "invitation": place.invited()}
        came = place.call("", "POST", "/members", **body)
        place.carry(f"phrase of {name}", came["recovery_phrase"])
        token = place.carry(f"token of {name}", came["token"])
        seat = place.call(token, "PUT", f"/rooms/{NIGHT}/seat")
        place.carry(f"pseudonym of {name}", seat["pseudonym"])
        place.carry(f"token of {name}, signed in again", self._again(came["recovery_phrase"]))
        return token

    def _again(self, phrase: str) -> str:
        token = str(self.place.call("", "POST", "/sign-in", recovery_phrase=phrase)["token"])
        self.place.call(token, "GET", "/me")
        return token

    def _say(self, token: str, name: str, *, before: str = "", **more: object) -> dict[str, object]:
        text = f"{before}{self.place.said[name]}"
        path = f"/rooms/{NIGHT}/messages/nonce-{name}-canary"
        return self.place.call(token, "PUT", path, text=text, **more)

    def _a_letter_while_nobody_is_here(self) -> None:
        assert self._say(self.tam, "letter", as_is=True)["why"] == "letter"

    def _staff_come(self) -> None:
        place = self.place
        self.moderator, self.crisis = (
            place.appointed("moderator"),
            place.appointed("crisis-moderator"),
        )
        until = later(hours=6)
        place.page(self.crisis, "/staff/pager/numbers", number=NUMBER)
        for token in (self.moderator, self.crisis):
            place.call(token, "POST", "/shifts/check-in", until=until)
        place.until(lambda: place.call(self.tam, "GET", f"/rooms/{NIGHT}")["state"] == "live")

    def _a_talk(self) -> None:
        place = self.place
        self.seq = self._say(self.tam, "words", note=place.said["note"])["seq"]
        edited = {"text": place.said["edited"]}
        place.call(
            self.tam, "PUT", f"/rooms/{NIGHT}/messages/{self.seq}/edits/nonce-edited", **edited
        )
        gone = self._say(self.tam, "taken_back")["seq"]
        path = f"/rooms/{NIGHT}/messages/{gone}/words/nonce-taken-back"
        place.call(self.tam, "DELETE", path)
        assert self._say(self.mika, "held", before=f"{CROSS} ")["why"] == "conduct"
        self._say(self.mika, "hidden", reply_to=self.seq)
        with self._line(self.mika) as line:
            line.send(json.dumps({"do": "enter", "room": NIGHT}))
            while json.loads(line.recv(5))["event"] != "live":
                pass

    def _line(self, token: str) -> ClientConnection:
        return connect(
            self.place.server.url.replace("http", "ws") + "/live",
            additional_headers={
                "Authorization": f"Bearer {token}",
                "X-Forwarded-For": TOLD["forwarded"],
            },
            user_agent_header=TOLD["user_agent"],
            source_address=(ADDRESS, 0),
            subprotocols=[Subprotocol("holdfast.v1")],
            compression=None,
            proxy=None,
        )

    def _a_report_and_its_end(self) -> None:
        place = self.place
        path = f"/rooms/{NIGHT}/messages/{self.seq}/reports"
        place.call(self.mika, "POST", path, kind="conduct", words=place.said["report"])
        [case] = place.call(self.moderator, "GET", "/cases?state=open")["items"][:1]
        place.call(self.moderator, "POST", f"/cases/{case['id']}/claim")
        version = place.call(self.moderator, "GET", f"/cases/{case['id']}")["case"]["version"]
        hush = {"kind": "hush", "rule": "kind", "reason": place.said["hush_reason"]}
        path = f"/cases/{case['id']}/measures"
        place.call(self.moderator, "POST", path, **hush, until=later(hours=2), version=version)
        said = place.call(self.tam, "GET", f"/rooms/{NIGHT}/messages")["items"]
        [seat] = [one["author"]["seat"] for one in said if one["seq"] == self.seq]
        note = {"kind": "note", "rule": "kind", "reason": "It hurt", "seat": seat}
        words = place.said["team_note"]
        place.call(self.moderator, "POST", f"/rooms/{NIGHT}/measures", **note, words=words)
        [mine] = place.call(self.tam, "GET", "/me/measures")["items"][:1]
        path = f"/me/measures/{mine['id']}/appeal"
        place.call(self.tam, "POST", path, words=place.said["appeal"])

    def _a_talk_between_two(self) -> None:
        """Somebody who came for that alone, and is gone again afterwards."""
        Talk(self.place, self._somebody("rue"), self.mika, later(hours=4)).whole()

    def _a_safety_plan(self) -> None:
        place = self.place
        place.page(self.mika, "/me/safety-plan", part="signs", text=place.said["plan"])
        place.page(self.mika, "/me/safety-plan/sealed-line", text=place.said["sealed_line"])

    def _a_night_that_is_worse(self) -> None:
        place = self.place
        place.call(
            self.mika,
            "PUT",
            f"/rooms/{NIGHT}/messages/nonce-danger",
            text="I am going to kill myself tonight",
        )
        place.until(lambda: bool(place.call(self.crisis, "GET", "/escalations")["items"]))
        [night] = place.call(self.crisis, "GET", "/escalations")["items"][:1]
        for step in ("take", "join"):
            place.call(self.crisis, "POST", f"/escalations/{night['id']}/{step}")
        place.call(
            self.crisis,
            "POST",
            f"/escalations/{night['id']}/packet",
            words=place.said["handed"],
            wants="Somebody to talk to",
        )

    def _looking_around(self) -> None:
        place = self.place
        found = place.page(self.mika, f"/rooms/{NIGHT}/search?q={place.said['search']}")
        assert found.status_code == 200
        for path in ("/", "/help", "/rooms", f"/rooms/{NIGHT}", "/me", "/offline"):
            place.page(self.mika, path)
        place.ask(self.mika, "GET", f"/rooms/{NIGHT}/{place.said['search']}")
        self._taking_everything_along()

    def _taking_everything_along(self) -> None:
        place = self.place
        shown = place.page(self.mika, "/me/export", asked="yes").text
        found = re.search(r'<p class="b words"[^>]*>([^<]+)</p>', shown)
        assert found, "no words were shown that open the file"
        words = place.carry("passphrase", found[1])
        place.export = place.page(self.mika, "/me/export/file", passphrase=words).content

    def _falling_over(self) -> None:
        place = self.place
        path = f"/rooms/{NIGHT}/messages/nonce-crash"
        fell = place.ask(self.mika, "PUT", path, json={"text": place.falls("crash")})
        assert fell.status_code == 500
        place.answers.append(fell.content)
        with suppress(ConnectionClosed), self._line(self.mika) as line:
            post = {"do": "post", "room": NIGHT, "nonce": "nonce-fall"}
            line.send(json.dumps({**post, "text": place.falls("live_crash")}))
            place.sent.append(place.falls("live_crash").encode())
            place.answers += [line.recv(5, decode=False) for _ in range(2)]
