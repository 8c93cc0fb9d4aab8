"""How staff can be called, in which order, which pages are open, and every single call."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.apart import IN_KEYSTORE
from holdfast.kit.ids import ContactId, KeyId, PageId, PageTryId, StaffId
from holdfast.kit.tables import Table
from holdfast.notices.rules import Outcome, Urgency, Way

UNANSWERED = text("acknowledged_at IS NULL")


class ContactRow(Table):
    """One way to call a staff person. The address is sealed under a key of its own."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_staff", "staff_id"),)

    id: Mapped[ContactId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    way: Mapped[Way] = mapped_column(info={"privacy": "staff"})
    label: Mapped[str] = mapped_column(info={"privacy": "staff"})
    lookup: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )  # the same address, once
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "staff"})
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    reached_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    gone_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    wrapped_before: Mapped[bytes] = mapped_column(
        LargeBinary, default=IN_KEYSTORE, info={"privacy": "secret"}
    )  # its key, where it lay before the keystore; empty once carried over


class ChainRow(Table):
    """Someone's place in the chain of those who are called."""

    __tablename__ = "pager_chain"

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "staff"}
    )
    place: Mapped[int] = mapped_column(info={"privacy": "staff"})


class PageRow(Table):
    """A page: it climbs from `climbing_since` on, until somebody answers it.

    One that ends only when what it is about is taken (`until_taken`) is answered by hand for some
    minutes: `acknowledged_by` says who is on it, and `acknowledged_at` waits for the taking.
    """

    __tablename__ = "pages"
    __table_args__ = (
        Index("ix_pages_next_at", "next_at"),
        Index("ix_pages_about", "about"),
        # Of several who raise the same thing at once, one does.
        Index(
            "ix_pages_open",
            "about",
            unique=True,
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[PageId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    about: Mapped[str] = mapped_column(
        info={"privacy": "link"}
    )  # what it is about, by its name: `escalation:12`
    urgency: Mapped[Urgency] = mapped_column(info={"privacy": "staff"})
    raised_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    climbing_since: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until_taken: Mapped[bool] = mapped_column(default=False, info={"privacy": "staff"})
    step: Mapped[int] = mapped_column(default=0, info={"privacy": "staff"})
    next_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    acknowledged_by: Mapped[StaffId | None] = mapped_column(default=None, info={"privacy": "staff"})
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    asked_by: Mapped[StaffId | None] = mapped_column(
        default=None, info={"privacy": "staff"}
    )  # who is not to be called


class PageTryRow(Table):
    """One call, and what became of it. Without a page it was a test call."""

    __tablename__ = "page_tries"
    __table_args__ = (Index("ix_page_tries_page", "page_id"), Index("ix_page_tries_at", "at"))

    id: Mapped[PageTryId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    page_id: Mapped[PageId | None] = mapped_column(
        ForeignKey("pages.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    contact_id: Mapped[ContactId | None] = mapped_column(
        ForeignKey("contacts.id", ondelete="SET NULL"), info={"privacy": "staff"}
    )
    way: Mapped[Way | None] = mapped_column(info={"privacy": "staff"})
    outcome: Mapped[Outcome] = mapped_column(info={"privacy": "staff"})
    code: Mapped[str] = mapped_column(
        info={"privacy": "staff"}
    )  # what the other side answered: `201`, `timeout`
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    tries: Mapped[int] = mapped_column(default=1, info={"privacy": "staff"})
    again_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
