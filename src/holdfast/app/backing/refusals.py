"""Why a backup is not made or not restored: a code for programs, plain words for people."""

from __future__ import annotations

from holdfast.app.schema import Unfit

WORDS = {
    "no_public_key": (
        "There is no public key to seal a backup with. Make a pair with `holdfast backup keys`, "
        "and set HOLDFAST_BACKUP_TO to the public one (age1…)."
    ),
    "no_place": "There is no Holdfast in {data}: there is nothing to back up.",
    "under_way": "Another backup of this place is under way. Nothing was done.",
    "too_old_to_back_up": (
        "This place has an older shape ({shape}), whose keys lie among its data. Run "
        "`holdfast migrate` first, then back up."
    ),
    "source_damaged": (
        "The database of this place is damaged ({what}). No backup was made of it, and none was "
        "thrown away. Restore the last one that is whole."
    ),
    "no_room": "There is no room for the backup in {folder} ({error}). Older ones are still there.",
    "not_written": "The backup could not be written to {folder} ({error}).",
    "database_away": "The database went away ({error}). Nothing is half there: run it again.",
    "keystore_away": "The keystore does not answer ({error}). Run it again when it does.",
    "no_file": "There is no file {file}.",
    "no_identity": "{file} holds no secret key (AGE-SECRET-KEY-1…).",
    "not_a_backup": "{file} is no backup of Holdfast.",
    "wrong_identity": (
        "This secret key does not open {file}: it was sealed to another public key. Nothing was "
        "changed."
    ),
    "damaged": "{file} is damaged, or was cut off ({what}). Nothing was changed. Take another one.",
    "not_data": "{file} is a backup of keys. The data come first, then the keys.",
    "not_keys": "{file} is a backup of data. The data come first, then the keys.",
    "newer": (
        "{file} was made by a newer Holdfast (its shape is {shape}). Restore it with that version "
        "or a later one. Nothing was changed."
    ),
    "no_root_key": (
        "The root key of this place is not at {file}. Bring it there, or say with --root-key where "
        "it lies. Without it nobody can read what was said. Nothing was changed."
    ),
    "wrong_root_key": (
        "The root key at {file} does not open the keys of this backup: it is another one. A backup "
        "from before `holdfast keys rotate` needs the root key of before, and a backup from after "
        "it needs the new one. Say with --root-key where that lies. Nothing was changed."
    ),
    "kms_away": (
        "The root key is closed by your KMS, and that does not open it ({error}). Nothing was "
        "changed."
    ),
    "root_key_there": "{file} is another root key than the one you gave. Nothing was changed.",
    "not_genuine": (
        "{file} belongs to another place than its keys and root key, or was changed after it was "
        "made. Nothing was changed."
    ),
    "not_empty": "{where} is not empty. A backup is never loaded over something. Nothing changed.",
    "keystore_not_empty": (
        "The keystore at {where} holds keys already. A backup is never loaded over them. Empty it "
        "or take another one; or leave the file of keys out, if these are the right ones."
    ),
    "keystore_empty": (
        "You gave no file of keys, and there is no key in {where}. Nothing was changed."
    ),
    "file_there": "{file} is there already. Nothing was changed.",
    "not_a_ledger": "{file} is no list of what was erased (erasures.db). Nothing was changed.",
    "served": "Holdfast is serving {where}. Stop it first.",
    "another_restore": (
        "Another backup was half restored into {where}. Empty it, or go on with that one."
    ),
    "needs_folder": (
        "This backup is of a place on one machine: restore it into a folder (--into), then "
        "`holdfast move` brings it to PostgreSQL."
    ),
    "no_ledger": (
        "The list of what was erased is not in {where}. Without it, words that were erased after "
        "this backup was made come back. Bring it there, or say with --erasures where it lies. If "
        "nothing was ever erased, or the list is lost, say --erasures lost."
    ),
    "words_lost": (
        "The keys are older than the newest words: {count} of them cannot be opened any more. Take "
        "a newer backup of the keys if there is one. If there is none, say --accept-loss {count}. "
        "Until then nobody can open this place."
    ),
    "not_the_same": (
        "What was loaded is not what was backed up ({what}). It cannot be opened. Run it again."
    ),
    "not_taken": (
        "The database or its disk does not take it ({error}). Nothing is half open: run it again "
        "when that is mended."
    ),
    "no_backup_here": "There is no backup in {folder}. Make one with `holdfast backup`.",
}


class Refused(Unfit):
    """It cannot be done, and nothing is half done. `code` stays the same in every version."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        super().__init__(f"{WORDS[code].format(**facts)} ({code})")
