"""Which column of a list is what: by its name in English or Chinese, or by what is in it."""

import msgspec

from dialer.leads.normalise import normal

FIELDS: dict[str, tuple[str, ...]] = {
    "phone": (
        *("phone", "phone_number", "phonenumber", "telephone", "tel", "mobile", "mobile_phone"),
        *("cell", "cellphone", "number", "msisdn", "home_phone", "work_phone", "alt_phone"),
        *("电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "固话", "座机"),
        *("备用电话", "号码", "电话1", "移动电话", "電話", "手機", "手機號碼", "電話號碼"),
    ),
    "name": ("name", "full_name", "fullname", "姓名", "客户姓名", "名字", "联系人", "客户名称"),
    "first_name": ("first_name", "firstname", "given_name", "名"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "姓"),
    "city": ("city", "town", "城市", "市", "地区"),
    "notes": ("notes", "note", "comments", "comment", "remarks", "备注", "说明", "備註"),
    "email": ("email", "e_mail", "mail", "邮箱", "电子邮件"),
    "priority": ("priority", "rank", "优先级"),
    "country": ("country", "country_iso", "国家"),
    "phone_code": ("phone_code", "calling_code", "dial_code", "国家代码"),
    "zone": ("zone", "timezone", "time_zone", "tz", "时区"),
}
"Field -> names that its column goes by, in small letters, spaces and dashes as `_`."

_NAMES = {name: field for field, names in FIELDS.items() for name in names}


IGNORED = "-"
"What a column is that nobody wants."
SHEET = "spreadsheet"
"The encoding of a spreadsheet."


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How a list is to be read: shown before it is imported, and then followed."""

    encoding: str
    delimiter: str
    header: bool
    columns: tuple[str, ...]
    "What each column is: a key of `FIELDS`, or its own name."

    sheet: str = ""
    "Of a spreadsheet: which one is read; empty: the first that holds anything."

    @property
    def is_sheet(self) -> bool:
        """It is a spreadsheet."""
        return self.encoding == SHEET

    @property
    def phones(self) -> list[int]:
        """Columns with numbers, best first."""
        return [at for at, field in enumerate(self.columns) if field == "phone"]


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says of a list who knows better than the guess."""

    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None
    columns: dict[int, str] = {}
    "Column, the first is 0 -> what it is: a key of `FIELDS`, a name of its own, or `-`: nothing."
    sheet: str = ""


def corrected(columns: tuple[str, ...], given: dict[int, str]) -> tuple[str, ...]:
    """Columns, some of them called what somebody says.

    >>> corrected(("phone", "a", "b"), {0: "-", 2: "Phone 2", 9: "name"})
    ('-', 'a', 'phone')
    """
    named = {at: IGNORED if name == IGNORED else field_of(name) for at, name in given.items()}
    return tuple(named.get(at) or column for at, column in enumerate(columns))


def field_of(name: str) -> str:
    """What a column of this name is; its own name where nobody knows.

    >>> field_of(" Phone Number "), field_of("手机号"), field_of("phone 2"), field_of("Shoe size")
    ('phone', 'phone', 'phone', 'shoe_size')
    """
    plain = "_".join(name.strip().strip("\ufeff").lower().replace("-", " ").split())
    return _NAMES.get(plain) or _NAMES.get(plain.rstrip("0123456789").rstrip("_")) or plain


def layout(
    first: list[list[str]], country: str, *, lab: bool, header: bool | None = None
) -> tuple[bool, tuple[str, ...]]:
    """Whether the first row is a header, and what the columns are, from the first rows.

    Where somebody says whether there is a `header`, that is believed.

    >>> layout([["Ada", "2125550123"], ["Bo", "2125550124"]], "US", lab=False)
    (False, ('column_1', 'phone'))
    """
    if not first:
        return False, ()
    named = tuple(field_of(cell) for cell in first[0])
    if "phone" in named and header is not False:
        return True, named
    if header is None:
        header = not any(_is_number(cell, country, lab=lab) for cell in first[0])
    body = first[1:] if header else first
    width = max(map(len, first))
    names = [named[at] if header and at < len(named) else f"column_{at + 1}" for at in range(width)]
    for at in range(width):
        cells = [row[at] for row in body if at < len(row) and row[at].strip()]
        if cells and 2 * sum(_is_number(cell, country, lab=lab) for cell in cells) >= len(cells):
            names[at] = "phone"
    return header, tuple(names)


def _is_number(cell: str, country: str, *, lab: bool) -> bool:
    # A lab takes any digits for a number, but an identifier of five is no telephone.
    return sum(map(str.isdigit, cell)) >= 7 and not isinstance(normal(cell, country, lab=lab), str)
