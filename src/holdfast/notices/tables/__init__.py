"""Everything kept about calling staff and telling members."""

from __future__ import annotations

from holdfast.notices.tables.calling import ChainRow, ContactRow, PageRow, PageTryRow
from holdfast.notices.tables.telling import NoticeChoiceRow, NoticeDeviceRow, NoticeRow

__all__ = [
    "ChainRow",
    "ContactRow",
    "NoticeChoiceRow",
    "NoticeDeviceRow",
    "NoticeRow",
    "PageRow",
    "PageTryRow",
]
