"""The seven promises members make to each other, and what they say yes to at the door."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.words import N_, NP_

# The day these words were last changed, and which change of that day it was. A changed word asks
# for a new version: it is what members agreed to, and a test holds the two together.
VERSION = "2026-11-22.2"


class Promise(Struct, frozen=True):
    """One promise, an example of keeping it, and an example said less well and then better."""

    slug: str
    title: str
    words: str
    said_well: str
    instead_of: str
    you_could_say: str


class Consent(Struct, frozen=True):
    """One thing a member says yes to, and what it means to take the yes back."""

    kind: str
    title: str
    words: str
    once_withdrawn: str


PROMISES = (
    Promise(
        slug="listen",
        title=N_("We listen first"),
        words=N_(
            "We read what someone says before we answer. We ask what they want: ideas, or just"
            " company."
        ),
        said_well=N_("That sounds so hard. Do you want ideas, or shall I just sit with you?"),
        instead_of=N_("You just need to get out more."),
        you_could_say=N_("What would help you most right now?"),
    ),
    Promise(
        slug="private",
        title=N_("We keep each other private"),
        words=N_(
            "We don’t share names, phone numbers, schools, jobs or social accounts. We don’t take"
            " what is said here to other places. No one can stop a person from taking a picture of"
            " the page. So say only what feels safe to say."
        ),
        said_well=N_("I’d like to keep my town to myself. But I can tell you how it feels here."),
        instead_of=N_("Where do you live? What’s your number?"),
        you_could_say=N_("I like talking with you. Let’s keep talking here in the room."),
    ),
    Promise(
        slug="feelings",
        title=N_("We share how we feel, not ways to get hurt"),
        words=N_(
            "You can say that you want to die. You can say that you hurt yourself. Please don’t say"
            " how. Someone who reads it may only just be holding on tonight."
        ),
        said_well=N_("I feel like I can’t go on. I don’t want to be alone with it."),
        instead_of=N_("I’ll tell you how I did it."),
        you_could_say=N_("It got very dark for me. I can tell you what helped me stay."),
    ),
    Promise(
        slug="kind",
        title=N_("We stay kind when we don’t agree"),
        words=N_(
            "We can see a thing in two ways. We talk about what was said, not about what someone"
            " is. We don’t put people down for their faith, skin, body or country, or for who they"
            " love."
        ),
        said_well=N_("I see it another way. For me, it was rest that helped."),
        instead_of=N_("What a silly thing to say."),
        you_could_say=N_("It was not like that for me. Can I tell you how it was?"),
    ),
    Promise(
        slug="ourselves",
        title=N_("We speak for ourselves"),
        words=N_(
            "We tell what we have lived through. We are not doctors here. We don’t tell people to"
            " start or stop taking pills."
        ),
        said_well=N_("For me, small steps worked. It may not be the same for you."),
        instead_of=N_("You should stop taking those pills."),
        you_could_say=N_("It may help to ask your doctor before you change a thing."),
    ),
    Promise(
        slug="nothing-asked",
        title=N_("We ask nothing of each other"),
        words=N_(
            "We don’t sell things or ask for money. We don’t ask to meet, or for photos. No one has"
            " to answer."
        ),
        said_well=N_("You don’t have to answer. It’s good that you are here."),
        instead_of=N_("Write to me on another site. I can help you more there."),
        you_could_say=N_("I’m glad that we can talk here. Take all the time you need."),
    ),
    Promise(
        slug="danger",
        title=N_("We show the way to help"),
        words=NP_(
            "safety",
            "This is a place to talk. It can’t send help to you. If you or someone else may be in"
            " danger, we say so. Then we show the way to the help page.",
        ),
        said_well=N_("I’m worried about you. Are you safe right now?"),
        instead_of=N_("I’m sure it will all be fine."),
        you_could_say=N_("I’m worried. Will you look at the help page with me now?"),
    ),
)

CONSENTS = (
    Consent(
        kind="promises",
        title=N_("The promises"),
        words=N_("I will keep the seven promises as well as I can."),
        once_withdrawn=N_("You took this back. Please read the promises before you write again."),
    ),
    Consent(
        kind="words",
        title=N_("What happens to my words"),
        words=N_(
            "All who are in a room can read what I say there. So can those who come in later. My"
            " words are kept until I take them back or erase myself. People on shift may read some"
            " of them: those that wait for a person, those that sound like danger, and a few lines"
            " said before these. My words are locked when they are stored. But the people who run"
            " the server hold the key, so they could read them."
        ),
        once_withdrawn=N_(
            "You took this back. What you have said stays until you remove it or erase yourself."
        ),
    ),
    Consent(
        kind="age",
        title=N_("My age"),
        words=N_("I say which of four age groups I am in. Only the group is kept, not a birthday."),
        once_withdrawn=N_("You took this back. Your age group is kept until you erase yourself."),
    ),
    Consent(
        kind="danger-signs",
        title=N_("Signs of danger"),
        words=N_(
            "A program reads all that I write here, first. It looks for signs of danger, for"
            " words that could hurt, and for ways to reach me. It may keep my words for a person"
            " on shift. That person may read them, and come and talk with me. It misses a lot. And"
            " when no one is on shift, no one may come."
        ),
        once_withdrawn=N_(
            "You took this back. The program still reads all that is written here. If you don’t"
            " want that, please write no more. Or erase yourself."
        ),
    ),
)

CONSENTS_AT_THE_DOOR = tuple(consent.kind for consent in CONSENTS)


def consent_to(kind: str) -> Consent | None:
    """The words of one consent, to be read again; nothing for a kind there is not."""
    return next((consent for consent in CONSENTS if consent.kind == kind), None)
