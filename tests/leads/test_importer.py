"""Lists of every kind go in; what cannot be read comes back with its line and the reason."""

import csv
import stat

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened
from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads.importer import import_list
from dialer.leads.preview import First, preview
from dialer.leads.reading import Source
from dialer.leads.rejects import harmless
from dialer.leads.rules import LeadRules

CHINESE = "姓名,手机号,城市,备注\n王伟,13812345678,连云港,老客户\n李娜,139 1234 5678,北京,\n"


@pytest.fixture
def home(tmp_path):
    """A folder with a journal in it; `put` writes a list there."""
    return Home(tmp_path)


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.journal = folder / "journal.sqlite"

    def put(self, content, name="list.csv"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def imported(self, content, country="US", list_id="spring", **options):
        return import_list(self.journal, self.put(content), list_id, country, **options)

    def persons(self):
        with Book(self.journal) as book:
            rows = book._db.execute("SELECT lead FROM leads ORDER BY lead").fetchall()
            return [book.person(str(row[0])) for row in rows]

    def numbers(self):
        with Book(self.journal) as book:
            rows = book._db.execute("SELECT digits FROM numbers ORDER BY lead, pos").fetchall()
            return [book._vault.opened(row[0], "number") for row in rows]


def rejected(report):
    """Line and reason of each rejected row, from the reject file."""
    if report.reject_file is None:
        return []
    with report.reject_file.open(encoding="utf-8-sig", newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


def test_good_rows_are_imported_and_bad_ones_come_back_with_line_and_reason(home):
    report = home.imported(
        "name,phone,city\n"
        "Ada,(212) 555-0123,New York\n"
        "Bo,not known,Boston\n"
        "Cy,911,Chicago\n"
        "\n"
        "Di,212-555-0124,\n"
        "Ada again,+12125550123,\n"
    )
    assert (report.rows, report.imported, report.rejected, report.duplicates) == (5, 2, 2, 1)
    assert report.reasons == {"not_a_number": 1, "emergency": 1}
    assert rejected(report) == [(3, "not_a_number"), (4, "emergency"), (7, "duplicate")]
    assert home.numbers() == ["12125550123", "12125550124"]
    assert home.persons() == [{"name": "Ada", "city": "New York"}, {"name": "Di"}]
    assert stat.filemode(report.reject_file.stat().st_mode) == "-rw-------"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_chinese_list_in_any_encoding(home, encoding):
    report = home.imported(CHINESE.encode(encoding), "CN")
    assert (report.imported, report.rejected) == (2, 0)
    assert home.numbers() == ["8613812345678", "8613912345678"]
    assert home.persons()[0] == {"name": "王伟", "city": "连云港", "notes": "老客户"}


def test_a_byte_that_somebody_broke_does_not_hide_that_a_list_is_chinese(home):
    report = home.imported(CHINESE.encode("gb18030") + b"\xff\xff,13912345679,,\n", "CN")
    assert (report.layout.encoding, report.imported) == ("gb18030", 2)
    assert rejected(report) == [(4, "undecodable")]


def test_a_list_in_latin_1(home):
    text = "name;phone\nJosé Muñoz;212 555 0123\nZoë Ångström;212 555 0124\n" * 1
    report = home.imported(text.encode("latin-1"))
    assert report.layout.delimiter == ";"
    assert [person["name"] for person in home.persons()] == ["José Muñoz", "Zoë Ångström"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(home, delimiter, ending):
    lines = ["first name|phone", "Ada|2125550123", "Bo|2125550124"]
    report = home.imported(ending.join(lines).replace("|", delimiter))
    assert (report.imported, report.layout.header) == (2, True)
    assert home.persons() == [{"first_name": "Ada"}, {"first_name": "Bo"}]


def test_a_list_without_a_header_shows_its_numbers_by_itself(home):
    report = home.imported("7,Ada,2125550123\n8,Bo,2125550124\n")
    assert report.layout.columns == ("column_1", "column_2", "phone")
    assert home.persons()[1] == {"column_1": "8", "column_2": "Bo"}


def test_a_header_with_names_nobody_knows(home):
    report = home.imported("Kunde,Rufnr\nAda,2125550123\nBo,2125550124\n")
    assert (report.imported, report.layout.columns) == (2, ("kunde", "phone"))


def test_nothing_but_numbers(home):
    assert home.imported("2125550123\n2125550124\n2125550123\n").duplicates == 1


def test_a_lead_has_as_many_numbers_as_its_row(home):
    home.imported("name,phone,alt_phone\nAda,2125550123,2125550124\nBo,2125550125/2125550126,\n")
    assert home.numbers() == ["12125550123", "12125550124", "12125550125", "12125550126"]
    assert len(home.persons()) == 2


def test_one_good_number_is_enough(home):
    report = home.imported("name,phone,phone2\nAda,none,2125550124\n")
    assert (report.imported, report.rejected) == (1, 0)


def test_numbers_of_other_countries_are_closed_unless_opened(home):
    text = "phone\n+442079460018\n+14165550123\n2125550123\n"
    assert home.imported(text).reasons == {"country_closed": 2}
    report = home.imported(text, list_id="open", countries=frozenset({"GB"}))
    assert (report.imported, report.rejected) == (2, 1)


def test_a_zone_in_the_list_counts_beside_the_number_s_own(home):
    report = home.imported("phone,zone\n2125550123,America/Los_Angeles\n2125550124,Mars/Base\n")
    assert report.reasons == {"unknown_zone": 1}
    with Book(home.journal) as book:
        book.open_campaign(
            CampaignOpened(at=0.0, campaign="c", pool="p", version=0),
            LeadRules(lists=("spring",), calling=Rules(hours="us")),
        )
        nine_in_new_york = 1_790_000_000.0 - 3600  # six in Los Angeles
        assert book.counted("c", nine_in_new_york).now == 0
        assert book.counted("c", nine_in_new_york + 2 * 3600).now == 1


def test_a_list_goes_by_priority(home):
    home.imported("phone,priority\n2125550123,\n2125550124,90\n2125550125,soon\n", priority=5)
    with Book(home.journal) as book:
        rows = book._db.execute("SELECT priority FROM leads ORDER BY lead").fetchall()
    assert rows == [(5,), (90,), (5,)]


def test_a_vicidial_list_names_its_calling_code_beside_the_number(home):
    text = "vendor_lead_code,phone_code,phone_number\nA7,44,2079460018\n"
    home.imported(text, countries=frozenset({"GB"}))
    assert home.numbers() == ["442079460018"]


def test_numbers_of_lists_beside_this_one_are_duplicates(home):
    home.imported("phone\n2125550123\n", list_id="winter")
    report = home.imported("phone\n2125550123\n2125550124\n", beside=("winter",))
    assert (report.imported, report.duplicates) == (1, 1)


def test_an_import_that_is_repeated_adds_nothing(home):
    assert home.imported(CHINESE, "CN").imported == 2
    report = home.imported(CHINESE, "CN")
    assert (report.imported, report.duplicates) == (0, 2)


def test_blocked_numbers_are_imported_but_told(home):
    with Book(home.journal) as book:
        book.block(["12125550123"], Block(source="register"))
    report = home.imported("phone\n2125550123\n2125550124\n")
    assert (report.imported, report.blocked) == (2, 1)


def test_a_quote_that_never_closes_costs_its_own_row_only(home):
    rows = [f"Ada {k},21255501{k:02}" for k in range(40)]
    rows[7] = '"Ada 7,2125550107'
    report = home.imported("name,phone\n" + "\n".join(rows))
    assert (report.imported, rejected(report)) == (39, [(9, "unclosed_quote")])


def test_a_quote_that_closes_in_a_later_row_costs_its_own_row_only(home):
    rows = [f"Ada {k},21255501{k:02}" for k in range(10)]
    rows[3], rows[6] = '"Ada 3,2125550103', 'Ada "6",2125550106'
    report = home.imported("name,phone\n" + "\n".join(rows))
    assert (report.imported, rejected(report)) == (9, [(5, "unclosed_quote")])


def test_a_note_may_have_several_lines(home):
    home.imported('name,notes,phone\nAda,"first\nsecond ""so""",2125550123\nBo,,2125550124\n')
    assert home.persons()[0]["notes"] == 'first\nsecond "so"'
    assert len(home.persons()) == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"Bo," + b"x" * 10_000_000, "row_too_long"),
        (b"Bo," + b"9" * 5000, "cell_too_long"),
        (b"Bo,2125550124" + b",x" * 500, "too_many_cells"),
        ("Zoë,21255".encode() + b"\xff50124", "undecodable"),
        (b"Bo,2125\x00550124", "not_a_number"),
        (b"Bo", "no_number"),
    ],
)
def test_each_kind_of_bad_row_is_rejected_alone(home, row, reason):
    first = "name,phone\n" + "".join(f"Zoë,{2125550200 + k}\n" for k in range(10))
    report = home.imported(first.encode() + row + b"\nCy,2125550125\n")
    assert rejected(report) == [(12, reason)]
    assert report.imported == 11


def test_formulas_do_nothing_in_the_reject_file(home):
    report = home.imported("phone,name\n=cmd|'/C calc'!A0,Ada\n2125550123,Bo\n")
    with report.reject_file.open(encoding="utf-8-sig", newline="") as file:
        assert [row["row"][:2] for row in csv.DictReader(file)] == ["'="]
    assert harmless("\t=1+1")[0] == "'"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest", "cannot be read as a spreadsheet"),
        (b"%PDF-1.7", "a PDF.*save it as CSV"),
        (b"name,town\nAda,Paris\n", "no column holds telephone numbers of US"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(home, content, says):
    with pytest.raises(ImportRefused, match=says):
        home.imported(content)


def test_wrong_orders_are_refused(home):
    with pytest.raises(ImportRefused, match="No such file"):
        import_list(home.journal, home.folder / "none.csv", "spring", "US")
    with pytest.raises(ImportRefused, match="two letters of ISO 3166"):
        home.imported("phone\n1\n", "Narnia")
    with pytest.raises(ImportRefused, match="small letters"):
        home.imported("phone\n2125550123\n", list_id="../etc")


def test_a_list_can_be_looked_at_before_it_is_imported(home):
    path = home.put(CHINESE.encode("gb18030"))
    seen = preview(path, Source(country="CN"))
    layout = seen.layout
    assert (layout.encoding, layout.delimiter, layout.header) == ("gb18030", ",", True)
    assert layout.columns == ("name", "phone", "city", "notes")
    assert seen.header == ["姓名", "手机号", "城市", "备注"]
    assert seen.rows[0] == First(
        line=2, cells=["王伟", "13812345678", "连云港", "老客户"], numbers=["+86138•••5678"]
    )
    assert not home.journal.exists()


def test_progress_is_told_and_ends_at_the_end(home):
    told = []
    text = "phone\n" + "".join(f"{2125550000 + k}\n" for k in range(12_000))
    path = home.put(text)
    report = import_list(
        home.journal, path, "spring", "US", lab=True, progress=lambda *each: told.append(each)
    )
    assert report.imported == 12_000
    assert told == sorted(told)
    assert told[-1] == (len(text), len(text))
    assert len(told) >= 3


@given(st.binary(max_size=2000))
@example(b"\xff\xfe\x00")
@example(b'phone\n"')
@example(b"phone,phone\n,\n")
@example(b"\x00" * 100)
@example("手机号\n\ud83d".encode("utf-16", "surrogatepass"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_bytes_get_an_answer(home, content):
    counted(home, content)


@given(
    st.lists(
        st.lists(st.text(alphabet='ab1"5,;\n\r\t\x00é=', max_size=12), min_size=1, max_size=4),
        max_size=12,
    ),
    st.sampled_from(["utf-8", "utf-16", "gb18030", "latin-1"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_any_table_with_a_phone_column_is_read_to_its_end(home, table, encoding):
    text = "name,phone\n" + "\n".join(",".join(row) for row in table)
    counted(home, text.encode(encoding, "replace"))


def counted(home, content):
    """Every row that was read is imported, rejected or a duplicate."""
    path = home.put(content)
    try:
        report = import_list(home.journal, path, "spring", "US", lab=True)
    except ImportRefused:
        return
    assert report.rows == report.imported + report.rejected + report.duplicates
    assert len(rejected(report)) == report.rejected + report.duplicates
