"""What every slice seals under a seat's key, put into the register of `sealing`."""

from __future__ import annotations

from typing import Any

from holdfast.circles.tables import WishWordsRow
from holdfast.crisis.queries.packets import place_of as place_of_packet
from holdfast.crisis.tables import PacketRow
from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.listening.queries import seals as of_listening
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow
from holdfast.messages.tables import HeldRow, HiddenWordsRow, MessageRow
from holdfast.moderation.queries import appeals, measures, reports
from holdfast.moderation.tables import AppealRow, MeasureRow, ReportedLineRow, ReportRow
from holdfast.notices.rules import addresses, telling
from holdfast.notices.tables import ContactRow, NoticeDeviceRow
from holdfast.sealing.private import scope_of_box, scope_of_half
from holdfast.sealing.register import register, register_apart, register_wrapped
from holdfast.sealing.seam import Place
from holdfast.sealing.tables import TalkBoxRow, TalkHalfRow
from holdfast.staff.actions.signing_in import code_app_scope
from holdfast.staff.tables import PasswordRow
from holdfast.wellbeing.rules.seals import scope_of as scope_of_plan
from holdfast.wellbeing.tables import PlanKeyRow

PARTS = {"text": b"t", "note": b"n", "suggestion": b"s"}
OF_MEASURES = {"reason": measures.REASON, "words": measures.WORDS, "rewrite": measures.REWRITE}
OF_APPEALS = {"words": appeals.APPEAL, "answer": appeals.ANSWER}


def of_message(row: Any, text: str) -> Place:
    return Place(row.room_id, row.id, row.seat_id, PARTS[text])


def beside_message(row: Any, text: str) -> Place:
    return Place(row.room_id, row.message_id, row.seat_id, PARTS[text])


def of_report(row: Any, text: str) -> Place:
    del text
    return reports.place_of(row.room_id, row.id, row.seat_id)


def of_reported(row: Any, text: str) -> Place:
    del text
    return Place(row.room_id, row.message_id, row.about_id)


def of_reported_line(row: Any, text: str) -> Place:
    del text
    return reports.place_of_line(row)


def of_measure(row: Any, text: str) -> Place:
    return measures.place_of(row, OF_MEASURES[text])


def of_appeal(row: Any, text: str) -> Place:
    return appeals.place_of(row, OF_APPEALS[text])


def of_packet(row: Any, text: str) -> Place:
    del text
    return place_of_packet(row)


def of_ask(row: Any, text: str) -> Place:
    del text
    return of_listening.place_of_ask(row)


def of_summary(row: Any, text: str) -> Place:
    del text
    return of_listening.place_of_summary(row)


def of_note(row: Any, text: str) -> Place:
    del text
    return of_listening.place_of_note(row)


register(MessageRow, "text", "note", place=of_message)
register(HiddenWordsRow, "text", "note", place=beside_message)
register(HeldRow, "suggestion", key="suggestion_key_id", place=beside_message)
register(HeldWordsRow, "text", "note", place=beside_message)
register(ReportRow, "words", place=of_report)
register(ReportRow, "kept", key="kept_key_id", seat="about_id", place=of_reported)
register(ReportedLineRow, "words", place=of_reported_line)
register(MeasureRow, "reason", "words", "rewrite", place=of_measure)
register(AppealRow, "words", "answer", place=of_appeal)
register(PacketRow, "data", place=of_packet)
register(AskRow, "words", place=of_ask)
register(HandOverRow, "words", place=of_summary)
register(ListeningRow, "note", key="note_key_id", seat="listener_seat", place=of_note)

register_wrapped(PasswordRow, scope=lambda row: code_app_scope(row.staff_id))
register_apart(PlanKeyRow, id="id", scope=lambda row: scope_of_plan(row.purpose, row.member_id))
register_apart(ContactRow, scope=lambda _: addresses.SCOPE)
register_apart(NoticeDeviceRow, scope=lambda _: telling.SCOPE)
register_wrapped(TalkBoxRow, id="public", scope=scope_of_box)
register_wrapped(TalkHalfRow, id="public", scope=scope_of_half)
register_apart(WishWordsRow, id="id", scope=lambda _: b"holdfast circles")
