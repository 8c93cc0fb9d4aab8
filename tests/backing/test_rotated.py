"""After a rotation newer backups open with the new root key, older ones with that of before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backing.places import Backed, seen, silent, talk
from holdfast.app.backing.refusals import Refused
from holdfast.app.opening import open_house
from holdfast.app.turning import rotate
from holdfast.kit.house import House
from holdfast.settings import Settings
from town import StillClock, Town, on_sqlite


@pytest.mark.full
@on_sqlite
async def test_each_backup_needs_the_root_key_of_its_time(
    backed: Backed, empty: Settings, people: Callable[[House], Town], tmp_path: Path
) -> None:
    await talk(backed.town)
    before = await seen(backed.town)
    old = tmp_path / "old.key"
    old.write_bytes(backed.settings.root_key_file.read_bytes())
    older = await backed.back_up()
    await rotate(backed.settings, silent)
    backed.clock.pass_time(hours=1)
    newer = await backed.back_up()

    with pytest.raises(Refused, match=r"\(wrong_root_key\)"):
        await backed.restored(empty, older)
    with pytest.raises(Refused, match=r"from before .* and a backup from after .*_root_key\)"):
        await backed.restored(empty, newer, root_key=old)
    for name, data, keys, root in (
        ("older", older, older, old),
        ("newer", newer, newer, None),
        ("older data with newer keys", older, newer, None),
    ):
        place = Settings(data=tmp_path / name)
        given = root or backed.settings.root_key_file
        await backed.restored(place, data, keys=keys.keys, root_key=given)
        async with open_house(place, StillClock()) as house:
            assert await seen(people(house)) == before, name
