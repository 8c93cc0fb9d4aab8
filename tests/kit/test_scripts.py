"""Scripts on their way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.kit.pages import STATIC
from holdfast.kit.scripts import BOUND, script, without_remarks


def test_a_script_goes_out_without_remarks_and_with_all_its_code() -> None:
    written = """// @ts-check
/** Says what it is for.
 * @param {string} words */
export const say = (words) => {
  // a remark
  const url = "https://example.org/"; /* kept: it stands behind code */

  return words * 2;
};
"""
    assert without_remarks(written) == (
        'export const say = (words) => {\nconst url = "https://example.org/"; '
        "/* kept: it stands behind code */\nreturn words * 2;\n};\n"
    )


def written_in(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "room.js"


def test_a_room_s_modules_come_as_one_each_in_a_scope_of_its_own(tmp_path: Path) -> None:
    room = written_in(
        tmp_path,
        room='import "./page.js";\nimport words from "./list.js";\n'
        'import {\n  one,\n  two as second,\n} from "./few.js";\nexport class Room {}\n',
        page="start();\n",
        list='export default ["a"];\n',
        few='import words from "./list.js";\nexport const one = 1;\n'
        "export async function two() {}\n",
    )
    assert script(room) == (
        "const $page = (() => {\nstart();\n})();\n"
        'const $list = (() => {\nconst whole = ["a"];\nreturn { whole };\n})();\n'
        "const $few = (() => {\nconst { whole: words } = $list;\nconst one = 1;\n"
        "async function two() {}\nreturn { one, two };\n})();\n"
        "const $room = (() => {\nconst { whole: words } = $list;\n"
        "const { one, two: second, } = $few;\nclass Room {}\nreturn { Room };\n})();\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        'import * as all from "./few.js";\n',
        "const a = 1;\nexport { a };\n",
        "export let a = 1;\n",
        'import { a } from "https://elsewhere.example/a.js";\n',
        'import "./room.js";\n',
    ],
    ids=["all at once", "afterwards", "changing", "elsewhere", "itself"],
)
def test_what_could_not_be_put_together_rightly_is_refused(tmp_path: Path, text: str) -> None:
    assert script(written_in(tmp_path, room="const a = 1;\n"))
    with pytest.raises(ValueError, match=r"need each other|in a way we do not know"):
        script(written_in(tmp_path, room=text))


def test_the_room_of_this_house_needs_no_other_file() -> None:
    together = script(STATIC / "js/room.js")
    assert together.count("(() => {\n") > 10
    assert not BOUND.search(together)
    assert together.count('createPolicy("holdfast"') == 1
