"""The doctor's round: every check, in the order in which it is read."""

from __future__ import annotations

from holdfast.app.doctor.backups import (
    a_copy_of_the_root_key_was_tried,
    backups_are_young_enough,
    backups_end,
    restored_in_a_drill,
)
from holdfast.app.doctor.data import (
    database_keeps_its_word,
    redis_keeps_nothing,
    shape_is_the_newest,
    sqlite_and_its_pen,
)
from holdfast.app.doctor.doors import (
    people_come_by_tls,
    proxy_files_say_that_nothing_is_logged,
    proxy_keeps_no_addresses,
)
from holdfast.app.doctor.erasures import erasures_are_in_the_ledger
from holdfast.app.doctor.findings import Check, Finding, Look
from holdfast.app.doctor.key_cluster import keystore_keeps_its_word
from holdfast.app.doctor.keys import (
    keys_are_for_their_owner,
    keystore_lies_elsewhere,
    root_key_is_there,
    root_key_lies_elsewhere,
)
from holdfast.app.doctor.people import (
    helplines_are_checked,
    record_has_its_witness,
    settings_are_for_people,
    somebody_can_come,
    somebody_is_on_the_rota,
    staff_show_two_things,
)
from holdfast.app.doctor.surroundings import (
    clock_is_set,
    disk_has_room,
    enough_files_may_be_open,
    no_core_is_dumped,
    nobody_serves_as_root,
    swap_is_unreadable,
)

ALL: tuple[Check, ...] = (
    root_key_is_there,
    settings_are_for_people,
    somebody_can_come,
    somebody_is_on_the_rota,
    staff_show_two_things,
    record_has_its_witness,
    people_come_by_tls,
    proxy_keeps_no_addresses,
    proxy_files_say_that_nothing_is_logged,
    keys_are_for_their_owner,
    root_key_lies_elsewhere,
    keystore_lies_elsewhere,
    keystore_keeps_its_word,
    backups_are_young_enough,
    backups_end,
    restored_in_a_drill,
    erasures_are_in_the_ledger,
    a_copy_of_the_root_key_was_tried,
    shape_is_the_newest,
    database_keeps_its_word,
    sqlite_and_its_pen,
    redis_keeps_nothing,
    swap_is_unreadable,
    no_core_is_dumped,
    clock_is_set,
    disk_has_room,
    enough_files_may_be_open,
    nobody_serves_as_root,
    helplines_are_checked,
)


async def examined(look: Look) -> list[Finding]:
    """Everything the doctor finds."""
    return [finding for check in ALL for finding in await check(look)]
