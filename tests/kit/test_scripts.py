"""Scripts on their way out."""

from __future__ import annotations

from holdfast.kit.static import without_remarks


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
