"""What pages can call themselves instead, for people whose screen others see. Pure."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.words import N_

OWN_NAME = "Holdfast"


class Disguise(Struct, frozen=True):
    """A neutral name for the tab, the bar and the home screen, and a picture that fits it."""

    name: str
    icon: str
    manifest: str


DISGUISES = {
    "notes": Disguise(N_("Notes"), "icons/notes.svg", "manifests/notes.webmanifest"),
    "weather": Disguise(N_("Weather"), "icons/weather.svg", "manifests/weather.webmanifest"),
    "recipes": Disguise(N_("Recipes"), "icons/recipes.svg", "manifests/recipes.webmanifest"),
}
