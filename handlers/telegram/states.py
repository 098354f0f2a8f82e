"""The questions a driver can be in the middle of."""

from typing import Final

LOOKING: Final = "looking"  # which station, which connector?
IDENTIFYING: Final = "identifying"  # does the station say this?
TYPING: Final = "typing"  # what does it say instead?
PRICED: Final = "priced"  # start at this price?
ASKING_STOP: Final = "asking_stop"  # stop now?
LIMITING: Final = "limiting"  # which limit?
