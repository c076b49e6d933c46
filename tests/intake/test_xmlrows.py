"""Rows of XML dumps: what is read, what is torn, and what is refused as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldens import check_golden
from intake.dumps import BOM, document, row
from sayso.errors import InputError
from sayso.intake import xmlrows
from sayso.intake.xmlrows import Tear, XmlRow, read_rows

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [
  <!ENTITY lol "lol">
  <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
]>
<posts><row Id="1" Body="&lol2;" /></posts>
"""
OUTSIDE = b'<?xml version="1.0"?>\n<!DOCTYPE posts SYSTEM "file:///etc/passwd">\n<posts></posts>\n'
LATIN = b'<?xml version="1.0" encoding="utf-8"?>\n<posts>\n  <row Id="1" Body="caf\xe9" />\n</posts>\n'
MARKUP = b'<posts>\n  <row Id="1" Body="a < b" />\n</posts>\n'
ENCODING = b'<?xml version="1.0" encoding="klingon"?>\n<posts></posts>\n'
UNDECLARED = b'<posts>\n  <row Id="1" Body="&bomb;" />\n</posts>\n'


def read(tmp_path: Path, content: bytes, root: str = "posts") -> list[XmlRow | Tear]:
    path = tmp_path / "Posts.xml"
    path.write_bytes(content)
    return list(read_rows(path, root))


def refusal(tmp_path: Path, content: bytes, root: str = "posts") -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, root)
    return str(caught.value)


def test_rows_come_with_the_line_they_begin_on(tmp_path: Path) -> None:
    found = read(tmp_path, document("posts", row(Id="1", Body="one\ntwo & <three>"), row(Id="2")))
    assert found == [XmlRow(3, {"Id": "1", "Body": "one\ntwo & <three>"}), XmlRow(4, {"Id": "2"})]


def test_a_byte_order_mark_and_utf_16_are_read(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?>\n<posts><row Id="é" /></posts>'
    assert read(tmp_path, text.encode("utf-16")) == [XmlRow(2, {"Id": "é"})]


def test_files_that_are_refused_as_a_whole_say_where_and_what_to_do(tmp_path: Path) -> None:
    files = {
        "billion laughs": BOMB,
        "outside entity": OUTSIDE,
        "latin-1 bytes in a file that says utf-8": LATIN,
        "no such encoding": ENCODING,
        "broken markup": MARKUP,
        "an entity nobody declared": UNDECLARED,
        "another root": document("users"),
        "nothing": b"",
    }
    text = "".join(f"{name}:\n  {refusal(tmp_path, content)}\n" for name, content in files.items())
    check_golden("intake/xml_errors.txt", text)


def test_no_error_text_repeats_what_members_wrote(tmp_path: Path) -> None:
    for content in (LATIN, MARKUP, BOMB, UNDECLARED):
        assert "caf" not in refusal(tmp_path, content)
        assert "a < b" not in refusal(tmp_path, content)


def test_a_row_without_end_is_refused_before_it_fills_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmlrows, "LONGEST_ROW", 1 << 16)
    assert "row-too-wide" in refusal(tmp_path, b'<posts><row Id="1" Body="' + b"a" * (1 << 20))


@settings(max_examples=200, deadline=None)
@given(
    cut=st.integers(1, 400),
    bodies=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30), max_size=4
    ),
)
def test_a_torn_file_gives_the_whole_rows_before_the_tear_and_then_says_so(
    tmp_path_factory: pytest.TempPathFactory, cut: int, bodies: list[str]
) -> None:
    rows = [row(Id=str(number), Body=body) for number, body in enumerate(bodies)]
    try:
        whole = document("posts", *rows)
        "".join(bodies).encode("utf-16-le")
    except UnicodeEncodeError:
        return
    if any(character in "￾￿" for character in "".join(bodies)):
        return
    kept = whole[: min(len(BOM) + cut, len(whole.rstrip()) - 1)]
    found = read(tmp_path_factory.mktemp("torn"), kept)
    assert isinstance(found[-1], Tear)
    assert [one.cells["Id"] for one in found[:-1] if isinstance(one, XmlRow)] == [
        str(number) for number in range(len(found) - 1)
    ]
    assert len(found) - 1 == kept.count(b"/>")
