"""Consents over the API: recorded with their proof, found, imported, ended; and what that stops."""

from dialer.journal.book import Book
from tests.api.conftest import Web

NUMBER = {"number": "+1 212 555 0123"}


def test_one_is_recorded_found_and_ended_and_the_audit_log_knows(busy: Web) -> None:
    ada = busy.browser("ada")
    new = {**NUMBER, "source": "form", "proof": "shop 7, page 12", "expires_at": busy.now + 1e6}
    assert ada.post("/api/v1/consents", json=new).json() == {"recorded": 1}
    [one] = ada.post("/api/v1/consents/search", json=NUMBER).json()
    assert one == {
        "consent": 1, "campaign": "", "masked": "+1212•••0123", "source": "form",
        "proof": "shop 7, page 12", "given_at": busy.now, "expires_at": busy.now + 1e6,
        "added_by": "ada", "added_at": busy.now, "revoked_by": "", "revoked_at": None,
    }  # fmt: skip
    with Book(busy.home / "journal.sqlite") as book:
        assert book.has_agreed("12125550123", busy.now)
        assert ada.post("/api/v1/consents/1/revoke").json() == {"revoked": True}
        assert not book.has_agreed("12125550123", busy.now)
    assert ada.post("/api/v1/consents/1/revoke").json() == {"revoked": False}
    assert ada.post("/api/v1/consents/9/revoke").status_code == 404
    [one] = ada.get("/api/v1/consents").json()
    assert (one["revoked_by"], one["revoked_at"]) == ("ada", busy.now)
    told = busy.accounts.told("consent.add", "consent.revoke")
    assert [one[:3] for one in told] == [
        ("ada", "consent.add", "number:+1212•••0123"), ("ada", "consent.revoke", "consent:1"),
        ("ada", "consent.revoke", "consent:1"),
    ]  # fmt: skip


def test_a_file_is_recorded_whole_or_not_at_all(busy: Web) -> None:
    ada = busy.browser("ada")

    def sent(text: str) -> int:
        told = ada.post("/api/v1/consents/import?source=fair", content=text,
                        headers={"content-type": "text/csv"})  # fmt: skip
        status: int = told.status_code
        return status

    assert sent("phone,proof\n2125550123,a\n12,b\n") == 422
    assert ada.get("/api/v1/consents").json() == []
    assert sent("phone,proof,source\n2125550123,a,\n2125550124,b,shop\n") == 200
    assert [one["source"] for one in ada.get("/api/v1/consents").json()] == ["shop", "fair"]
    [older] = ada.get("/api/v1/consents?before=2").json()
    assert older["proof"] == "a"


def test_what_ends_before_it_begins_is_no_consent(busy: Web) -> None:
    new = {**NUMBER, "source": "form", "proof": "x", "given_at": 9.0, "expires_at": 9.0}
    assert busy.browser("ada").post("/api/v1/consents", json=new).status_code == 422
