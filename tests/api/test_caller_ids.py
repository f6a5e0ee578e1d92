"""Numbers that we show, over the API: seen, rested, proved, tested; each order on record."""

import pytest

from dialer.engine.events import CallerIdRestWanted
from tests.api import shift
from tests.api.conftest import Web

NUMBER = "/api/v1/caller-ids/12125550100"


@pytest.fixture
def lab(busy: Web) -> Web:
    (busy.home / "lab-trunks.toml").write_text(shift.TRUNKS)
    return busy


def test_each_number_is_told_with_its_trunk_its_attestation_and_what_proves_it(lab: Web) -> None:
    ada = lab.browser("ada")
    first, second = ada.get("/api/v1/caller-ids").json()
    assert [first["caller_id"], second["caller_id"]] == ["12125550100", "12125550101"]
    assert (first["trunks"], first["attestation"], first["is_proved"]) == (["lab"], "B", False)
    proof = ada.post(f"{NUMBER}/proofs", json={"source": "contract", "says": "folder 7"})
    assert (proof.status_code, proof.json()["proved_by"]) == (201, "ada")
    assert ada.get("/api/v1/caller-ids").json()[0]["is_proved"] is True
    gone = ada.delete(f"{NUMBER}/proofs/{proof.json()['proof']}")
    assert gone.json() == {"withdrawn": True}
    [row, _] = ada.get("/api/v1/caller-ids").json()
    assert (row["is_proved"], row["proofs"][0]["withdrawn_by"]) == (False, "ada")
    over = {"source": "bill", "says": "May", "expires_at": 1.0}
    assert ada.post(f"{NUMBER}/proofs", json=over).status_code == 422


def test_rest_and_its_end_are_orders_to_the_dialer(lab: Web) -> None:
    ada = lab.browser("ada")
    assert ada.post(f"{NUMBER}/rest", json={"hours": 2, "why": "asked"}).status_code == 200
    assert ada.post(f"{NUMBER}/wake", json={}).status_code == 200
    rest, wake = lab.dialer.orders
    assert rest == CallerIdRestWanted(
        "12125550100", until=lab.now + 7200, why="asked", user="ada", at=0.0
    )
    assert isinstance(wake, CallerIdRestWanted)
    assert wake.until == 0.0
    foreign = "/api/v1/caller-ids/4420/rest"
    assert ada.post(foreign, json={}).status_code == 404
    assert lab.browser("eva").post(f"{NUMBER}/rest", json={}).status_code == 403


def test_a_test_call_shows_another_number_of_ours_and_its_result_is_kept(lab: Web) -> None:
    ada = lab.browser("ada")
    told = ada.post(f"{NUMBER}/test").json()
    assert (told["caller_id"], told["asked_by"], told["came_at"] is None) == (
        "12125550100", "ada", False,
    )  # fmt: skip
    [(what, fields)] = lab.dialer.asked
    assert (what, fields["number"], fields["opened"].caller_ids) == (
        "reach", "12125550100", ("12125550101",),
    )  # fmt: skip
    assert ada.get("/api/v1/caller-ids").json()[0]["tested"]["asked_by"] == "ada"
