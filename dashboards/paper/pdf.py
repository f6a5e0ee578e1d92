"""A report as PDF: tables with their denominators, in English or Chinese, glyphs embedded."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from fpdf import FPDF, FontFace
from fpdf.enums import TableCellFillMode, XPos, YPos

from dashboards import forms
from dashboards.paper.gather import Sheet, Told

FONT = Path(__file__).with_name("noto-sans-sc.ttf")
"Noto Sans SC, regular: Latin and the 6763 characters of GB 2312. SIL Open Font License, OFL.txt."
INK, GREY, LINE = (27, 36, 48), (92, 103, 117), (221, 226, 232)
BLUE, WHITE = (0, 114, 178), (255, 255, 255)
WIDE = 267.0
"Of the text, in mm: A4, lying."
MOST_ROWS = 60
"More than so many lines of a table are left to the workbook; the paper says so."
BARS = {"funnel": ("step", "calls"), "ends": ("outcome", "calls"),
        "dispositions": ("disposition", "calls")}  # fmt: skip
"Tables that have bars beside them: what they are called, how long they are."
MOST_BARS = 8
BAR = 5.4
"The height of one, in mm."


class Paper(FPDF):
    """A lying A4 with the report's name and the page at its foot."""

    def __init__(self, told: Told) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._told = told
        self.add_font("noto", fname=FONT)
        self.set_font("noto", size=9)
        self.set_margin(15)
        self.set_auto_page_break(True, margin=16)
        self.set_title(told.title)
        self.set_lang("zh-CN" if told.language == "zh" else "en")

    def footer(self) -> None:
        """On every page."""
        self.set_y(-11)
        self.set_font(size=7.5)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self._told.title} · {self._told.zone} · {self.page_no()}", align="C")


def as_pdf(told: Told) -> bytes:
    """The whole report."""
    paper, t = Paper(told), told.t
    paper.add_page()
    paper.set_text_color(*INK)
    paper.set_font(size=20)
    paper.cell(0, 11, told.campaign, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(size=11)
    paper.set_text_color(*GREY)
    paper.cell(
        0, 7, t("report.period", period=told.span.said, zone=told.zone),
        new_x=XPos.LMARGIN, new_y=YPos.NEXT,
    )  # fmt: skip
    if told.source != "live":
        paper.set_text_color(*BLUE)
        paper.cell(0, 7, t(f"source.{told.source}_help"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for sheet in told.sheets:
        _sheet(paper, sheet, told)
    return bytes(paper.output())


def _sheet(paper: Paper, sheet: Sheet, told: Told) -> None:
    bars = min(MOST_BARS, len(sheet.data)) if sheet.key in BARS else 0
    if paper.will_page_break(45 + bars * BAR):
        paper.add_page()
    paper.ln(5)
    paper.set_text_color(*INK)
    paper.set_font(size=13)
    paper.cell(0, 8, sheet.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font(size=7.5)
    paper.set_text_color(*GREY)
    paper.multi_cell(0, 3.8, sheet.help, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(1.5)
    if sheet.data.empty:
        paper.cell(0, 6, told.t("chart.nothing"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        return
    if bars:
        _bars(paper, sheet.data, *BARS[sheet.key])
    _table(paper, sheet, told)


def _bars(paper: Paper, data: pd.DataFrame, name: str, value: str) -> None:
    longest = float(data[value].max() or 1)
    paper.set_font(size=8)
    for label, amount in data[[name, value]].head(MOST_BARS).itertuples(index=False):
        top = paper.get_y()
        paper.set_text_color(*INK)
        paper.cell(52, BAR, str(label), align="R")
        paper.set_fill_color(*BLUE)
        paper.rect(69, top + 0.9, max(0.3, 170 * float(amount) / longest), 3.6, style="F")
        paper.set_xy(71 + 170 * float(amount) / longest, top)
        paper.cell(20, BAR, f"{amount:,}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(2)


def _table(paper: Paper, sheet: Sheet, told: Told) -> None:
    t, rows = told.t, sheet.data.head(MOST_ROWS)
    written = [
        [forms.written(one, form, t) for one, form in zip(row, sheet.forms.values(), strict=True)]
        for row in rows.itertuples(index=False)
    ]
    is_text = [form == "text" or form.startswith("word ") for form in sheet.forms.values()]
    paper.set_font(size=8)
    paper.set_text_color(*INK)
    paper.set_draw_color(*LINE)
    paper.set_fill_color(*WHITE)
    with paper.table(
        width=WIDE, col_widths=_widths(list(sheet.names.values()), written), line_height=5.2,
        text_align=tuple("LEFT" if one else "RIGHT" for one in is_text),
        borders_layout="HORIZONTAL_LINES", headings_style=FontFace(color=GREY),
        cell_fill_mode=TableCellFillMode.NONE,
    ) as table:  # fmt: skip
        for line in ([*sheet.names.values()], *written):
            drawn = table.row()
            for one in line:
                drawn.cell(one)
    if len(sheet.data) > MOST_ROWS:
        paper.set_text_color(*GREY)
        said = t("report.cut", shown=MOST_ROWS, rows=len(sheet.data))
        paper.cell(0, 6, said, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _widths(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """By the longest words of each column; a Chinese character is as wide as two letters."""
    lines = [names, *rows[:40]]
    return tuple(
        max(6, max(sum(2 if ord(char) > 0x2E80 else 1 for char in line[at]) for line in lines))
        for at in range(len(names))
    )
