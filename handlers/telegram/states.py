"""The questions a driver can be in the middle of."""

from typing import Final

LOOKING: Final = "looking"  # which station, which connector?
IDENTIFYING: Final = "identifying"  # does the station say this?
TYPING: Final = "typing"  # what does it say instead?
PRICED: Final = "priced"  # start at this price?
ASKING_STOP: Final = "asking_stop"  # stop now?
LINKING_NUMBER: Final = "linking_number"  # which number is on the pass?
LINKING_CODE: Final = "linking_code"  # which code came with it?
QUIET_HOURS: Final = "quiet_hours"  # when to make no sound?
CAR_NAME: Final = "car_name"  # what is the car called?
CAR_PLUG: Final = "car_plug"  # which plug does it take?
CAR_BATTERY: Final = "car_battery"  # how much does it hold?
LIMITING: Final = "limiting"  # which limit?
SEARCHING: Final = "searching"  # which network?
COMMENTING_RATING: Final = "commenting_rating"  # what to add to a rating?
COMMENTING_FAULT: Final = "commenting_fault"  # what to add to a report?
