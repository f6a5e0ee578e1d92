"""Whatever the API's own description allows, or forbids: never an error of ours."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from litestar.testing import TestClient

from tests.api.conftest import Web

pytestmark = [pytest.mark.slow, pytest.mark.computes]

EXAMPLES = 12
"Per route."
ENDS = ("/logout", "/me/password", "/api/v1/users/{user}")
"They end the session that asks, or may."


@pytest.fixture
def client(busy: Web) -> Any:
    return busy.browser("ada")


def operations(client: TestClient[Any]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/schema/openapi.json").json())
    for one in schema.get_all_operations():
        operation = one.ok()
        if operation.path not in ENDS or operation.method == "get":
            yield operation


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_route_fails_whatever_it_is_asked(client: TestClient[Any], mode: Any):
    answers = {
        f"{one.method.upper()} {one.path}": answers_of(
            client, one.as_strategy(generation_mode=mode)
        )
        for one in operations(client)
    }
    assert len(answers) > 50
    assert {200, 400, 404} <= set().union(*answers.values())
    if mode is schemathesis.GenerationMode.POSITIVE:
        assert all(answers.values()), [route for route, told in answers.items() if not told]


def answers_of(client: TestClient[Any], cases: Any) -> set[int]:
    """The status codes of one route."""
    told = set[int]()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def asked(case: Any) -> None:
        said = client.request(**of_httpx(case.as_transport_kwargs()))
        told.add(said.status_code)
        assert said.status_code < 500, (case.as_curl_command(), said.text)

    with suppress(Unsatisfiable):  # nothing can be wrong with a route that takes nothing
        asked()
    return told


def of_httpx(asked: dict[str, Any]) -> dict[str, Any]:
    """As the client of the tests takes it; it brings its own log-in."""
    params = {key: str(value) for key, value in (asked.get("params") or {}).items()}
    kind = {k: v for k, v in asked["headers"].items() if k.lower() == "content-type"}
    sent = {"method": asked["method"], "url": asked["url"], "params": params, "headers": kind}
    if "json" in asked:
        return {**sent, "json": asked["json"]}
    data = asked.get("data")
    return {**sent, "content": data} if isinstance(data, bytes | str) else sent
