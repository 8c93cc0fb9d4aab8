"""The doctor and a keystore that is a cluster: its own, awake, and true to its word."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.doctor import Level
from holdfast.app.doctor.key_cluster import keystore_keeps_its_word
from postgres import SETTINGS, Cluster
from trust.doctor.conftest import is_green, levels, red


@contextmanager
def a_cluster(**settings: str) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="holdfast-doctor-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster", {**SETTINGS, **settings})
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")


async def said(examine: Any, keys: str, data: str) -> Any:
    where = {"database_url": data, "keystore_url": keys}
    return await examine(keystore_keeps_its_word, set=where)


async def test_keys_in_the_cluster_of_the_data_are_unsafe(
    examine: Any, postgres_cluster: Cluster
) -> None:
    one = postgres_cluster.url()
    found = red(await said(examine, one, one))
    assert (found.level, "cluster of the data" in found.what) == (Level.UNSAFE, True)


async def test_a_keystore_that_does_not_answer_is_unsafe(
    examine: Any, postgres_cluster: Cluster
) -> None:
    nobody = "postgresql://holdfast@127.0.0.1:1/keys"
    found = red(await said(examine, nobody, postgres_cluster.url()))
    assert "does not answer" in found.what
    assert await examine(keystore_keeps_its_word) == []  # a file is asked for elsewhere


@pytest.mark.slow
async def test_a_cluster_of_its_own_is_well_unless_it_may_forget(
    examine: Any, postgres_cluster: Cluster
) -> None:
    data = postgres_cluster.url()
    with a_cluster() as own, a_cluster(fsync="off") as forgetful:
        assert is_green(await said(examine, own.url(), data))
        found = await said(examine, forgetful.url(), data)
    assert levels(found) == [Level.UNSAFE]
    assert "fsync is off" in found[0].what
