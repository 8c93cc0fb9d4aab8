"""Four questions at the door. A wrong answer is explained, and then you go on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from holdfast.kit.words import N_, NP_

WELL_READ = N_("Yes, that’s how it is.")
NOT_QUITE = N_("Not quite, and that’s all right. Here is how it is.")
NOT_ANSWERED = N_("Here is how it is.")


class Answer(Struct, frozen=True):
    """One answer that can be picked."""

    slug: str
    words: str


class Question(Struct, frozen=True):
    """What is asked, what can be answered, which answer is so, and why."""

    slug: str
    words: str
    answers: tuple[Answer, ...]
    so: str
    explanation: str


class Explained(Struct, frozen=True):
    """What someone is told about their answer to one question."""

    question: Question
    picked: Answer | None
    lead: str

    @property
    def is_understood(self) -> bool:
        return self.lead == WELL_READ


QUESTIONS = (
    Question(
        slug="who-reads",
        words=N_("Who can read what you say in a room?"),
        answers=(
            Answer("one", N_("Only the person I answer")),
            Answer("room", N_("All who are in the room")),
            Answer("nobody", N_("Just me")),
        ),
        so="room",
        explanation=N_(
            "All who are in the room can read it. So can those who come in later. A program reads"
            " it first, for signs of danger. Then someone on shift may read it as well. The people"
            " who run the server could read it too."
        ),
    ),
    Question(
        slug="danger",
        words=N_("You may be in danger tonight. What can this place do?"),
        answers=(
            Answer("send", N_("It can send someone to me")),
            Answer("watched", N_("Someone here always keeps watch")),
            Answer("page", N_("It can show me who to call")),
        ),
        so="page",
        explanation=NP_(
            "safety",
            "Someone on shift may come and write with you, if there is someone. But no one here"
            " can come to where you are. And a program can miss what you mean. The help page shows"
            " who you can call. It is always open.",
        ),
    ),
    Question(
        slug="number",
        words=N_("Someone here asks for your phone number. What can you do?"),
        answers=(
            Answer("keep", N_("Keep it to myself, and go on talking here")),
            Answer("give", N_("Give it, if they seem nice")),
            Answer("swap", N_("Ask for theirs first")),
        ),
        so="keep",
        explanation=N_(
            "We can’t know who else reads along. A phone number can help someone find you. You can"
            " talk here for as long as you like without it."
        ),
    ),
    Question(
        slug="seven-words",
        words=N_("You can get seven words to come back with. What if you lose them?"),
        answers=(
            Answer("sent", N_("They are sent to me again")),
            Answer("name", N_("I am looked up by my name")),
            Answer("anew", N_("They are gone. I can come in anew")),
        ),
        so="anew",
        explanation=N_(
            "We don’t know who you are. So we can’t send you the words, or look you up. Please"
            " write them down. If they get lost, you can come in anew, as someone new."
        ),
    ),
)


def explain(picked: Mapping[str, str]) -> tuple[Explained, ...]:
    """What to tell someone about their answers, by question slug. Nobody is turned away."""
    return tuple(_explained(question, picked.get(question.slug, "")) for question in QUESTIONS)


def _explained(question: Question, slug: str) -> Explained:
    answer = next((answer for answer in question.answers if answer.slug == slug), None)
    if answer is None:
        return Explained(question, None, NOT_ANSWERED)
    return Explained(question, answer, WELL_READ if slug == question.so else NOT_QUITE)
