import random

from sandbox.cpo.traffic import CROWD, Traffic


def strangers(corner):
    return [evse for _, evse in corner.city.evses() if evse.plug is not None and evse.plug.stranger]


async def test_cars_come_and_go_and_never_crowd_the_town(corner):
    traffic = Traffic(corner.city, corner.charging, corner.clock, random.Random(5))
    corner.crew.start(traffic.run(), "traffic")
    everywhere = len(list(corner.city.evses()))
    seen = set()
    for _ in range(50):
        await corner.clock.advance(600)
        seen.add(tuple(evse.uid for evse in strangers(corner)))
        assert 0 < len(strangers(corner)) < (CROWD + 0.05) * everywhere
    assert len(seen) > 40
    assert {"CHARGING", "AVAILABLE"} == set(corner.diary.of("evse"))


async def test_charge_points_for_scripts_and_those_in_use_are_left_alone(corner):
    traffic = Traffic(corner.city, corner.charging, corner.clock, random.Random(5))
    corner.plug()
    _, mine = corner.city.find("NL*HAV*E0433*1")
    mine.plug, mine.status, mine.busy_with = None, "AVAILABLE", "somebody's session"
    for _ in range(500):
        traffic.one_car()
    assert not [evse for evse in strangers(corner) if evse.reserved_for_script or evse is mine]
    assert corner.evse.plug is not None
