"""A talk of two with a canary in each thing that is written there; then who asked erases it all."""

from __future__ import annotations

import re
import time
from typing import Any

from trust.canary.place import NIGHT, Canaried

API = "/listening"
WORDS = re.compile(r'class="b words"[^>]*>([a-z ]+)<')
WANTS = ["family"]


class Talk:
    """Two who talk: one asks, one listens, and a supervisor comes in between."""

    def __init__(self, place: Canaried, asker: str, listener: str, until: str) -> None:
        self.place, self.asker, self.listener, self.until = place, asker, listener, until
        self.slug = ""

    def whole(self) -> None:
        """From the two halves of break-glass to the last receipt."""
        self._two_hold_the_halves()
        self._somebody_may_listen()
        self._asked_and_found()
        self._said_between_two()
        self._somebody_comes_in()
        self._handed_over()
        self._looked_back()
        self._erased()

    def _two_hold_the_halves(self) -> None:
        place = self.place
        self.supervisor, self.lead = place.appointed("supervisor"), place.appointed("lead")
        for name, token in (("supervisor", self.supervisor), ("lead", self.lead)):
            found = WORDS.search(place.page(token, "/desk/glass/key", do="make").text)
            assert found, "no words were shown"
            words = place.carry(f"phrase of the {name}’s half", found[1])
            place.page(token, "/desk/glass/key", do="type", words=words)
        place.call(self.supervisor, "POST", "/shifts/check-in", until=self.until)

    def _somebody_may_listen(self) -> None:
        place = self.place
        made = place.call(self.listener, "POST", f"{API}/code")
        code = place.carry("invitation to listen", made["code"])
        until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86_400))
        right = {"code": code, "role": "listener", "until": until, "languages": []}
        place.call(self.lead, "POST", f"{API}/rights", **right)
        place.call(self.listener, "POST", f"{API}/duty", minutes=60, most=1, wants=WANTS, ways=[])

    def _asked_and_found(self) -> None:
        place = self.place
        ask = {"wants": WANTS, "preferences": [], "language": "en", "words": place.said["ask"]}
        place.call(self.asker, "POST", f"{API}/ask", **ask)
        place.until(lambda: bool(place.call(self.listener, "GET", f"{API}/offers")["items"]))
        [offer] = place.call(self.listener, "GET", f"{API}/offers")["items"]
        taken = place.call(self.listener, "POST", f"{API}/offers/{offer['id']}", accept=True)
        self.slug = taken["room"]

    def _say(self, token: str, name: str, **more: Any) -> dict[str, Any]:
        path = f"/rooms/{self.slug}/messages/nonce-{name}-canary"
        return self.place.call(token, "PUT", path, text=self.place.said[name], **more)

    def _said_between_two(self) -> None:
        place = self.place
        first = self._say(self.asker, "between", note=place.said["between_note"])["seq"]
        self._say(self.listener, "answered", reply_to=first)
        edit = f"/rooms/{self.slug}/messages/{first}/edits/nonce-edit-between"
        place.call(self.asker, "PUT", edit, text=place.said["between_edited"])
        gone = self._say(self.asker, "between_gone")["seq"]
        path = f"/rooms/{self.slug}/messages/{gone}/words/nonce-gone-between"
        place.call(self.asker, "DELETE", path)
        outside = {"text": f"{place.said['between_outside']}, ring {place.said['between_number']}"}
        path = f"/rooms/{self.slug}/messages/nonce-between-outside"
        refused = place.ask(self.listener, "PUT", path, json=outside)
        assert refused.json()["code"] == "contact_detail"
        for token in (self.asker, self.listener):
            assert place.said["answered"] in place.page(token, f"/rooms/{self.slug}").text

    def _somebody_comes_in(self) -> None:
        place = self.place
        place.call(self.asker, "PUT", f"{API}/talks/{self.slug}/hand")
        [hand] = place.call(self.supervisor, "GET", f"{API}/hands")["items"]
        place.call(self.supervisor, "POST", f"{API}/hands/{hand['id']}")
        place.call(self.asker, "POST", f"{API}/talks/{self.slug}/earlier")
        self._say(self.supervisor, "called_in")
        assert place.said["answered"] in place.page(self.supervisor, f"/rooms/{self.slug}").text
        said = place.call(self.listener, "GET", f"/rooms/{self.slug}/messages")["items"]
        report = f"/rooms/{self.slug}/messages/{said[0]['seq']}/reports"
        place.call(
            self.listener, "POST", report, kind="conduct", words=place.said["between_report"]
        )

    def _handed_over(self) -> None:
        place, path = self.place, f"{API}/talks/{self.slug}/hand-over"
        place.call(self.listener, "PUT", path, words=place.said["summary"])
        place.call(self.asker, "POST", f"{path}/yes", words=place.said["summary_changed"])
        place.call(self.asker, "DELETE", f"{API}/ask")

    def _looked_back(self) -> None:
        place, path = self.place, f"{API}/talks/{self.slug}"
        place.call(self.listener, "PUT", f"{path}/note", words=place.said["listeners_note"])
        place.call(self.asker, "POST", f"{path}/feedback", heard=2, safe=2, again=1)
        place.call(self.listener, "DELETE", f"{API}/duty")

    def _erased(self) -> None:
        """Who asked goes, with every word of theirs; the other’s words stay shut in their parts."""
        place = self.place
        place.call(self.asker, "DELETE", "/me")
        gone = place.ask(self.asker, "GET", f"/rooms/{NIGHT}")
        assert gone.status_code == 401
