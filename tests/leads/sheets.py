"""A spreadsheet as the smallest thing that is one: what a test puts into it, and nothing else."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(**sheets: list[list[str | int | float | None]]) -> bytes:
    """Sheets by name; numbers as numbers, text as text."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", _links(["xl/workbook.xml"], "officeDocument"))
        names = "".join(
            f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}"/>'
            for at, name in enumerate(sheets, 1)
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        )
        files = [f"worksheets/s{at}.xml" for at in range(1, len(sheets) + 1)]
        book.writestr("xl/_rels/workbook.xml.rels", _links(files, "worksheet"))
        for file, rows in zip(files, sheets.values(), strict=True):
            body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            data = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            book.writestr(f"xl/{file}", data)
    return made.getvalue()


def _links(files: list[str], kind: str) -> str:
    links = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/{kind}" Target="{file}"/>'
        for at, file in enumerate(files, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'


def _cell(said: str | int | float | None) -> str:
    if said is None:
        return "<c/>"
    if isinstance(said, str):
        return f'<c t="inlineStr"><is><t>{escape(said)}</t></is></c>'
    return f"<c><v>{said}</v></c>"
