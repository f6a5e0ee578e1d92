"""Where no Asterisk can be had the demo is simulated, says so, and still judges itself."""

from dialer.settings import Settings
from dialer.warehouse import Warehouse
from sim.twin_demo import simulate_demo


def test_five_simulated_minutes_agree_with_the_simulated_network(tmp_path):
    told = simulate_demo(Settings(home=tmp_path), minutes=5.0, agents=10, seed=1)
    assert (told["world"], told["mismatches"]) == ("simulated", 0), told["mismatch_reasons"]
    for figure in ("placed", "answered", "connected", "abandoned"):
        assert told[figure] == told["lab"][figure]
    assert told["connected"] > 20
    sources = Warehouse(tmp_path, "sim").query("SELECT DISTINCT source FROM v_attempts")
    assert list(sources["source"]) == ["sim"]
