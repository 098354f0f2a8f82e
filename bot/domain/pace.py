"""How long things may take: every waiting time of a charge in one place."""

from dataclasses import dataclass
from datetime import timedelta


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """`scale` below 1 shortens all waiting (a pretend world runs faster); the age of a fence is never scaled."""

    scale: float = 1.0

    @property
    def fence_age(self) -> timedelta:
        """The most time between fence and send: after it nothing is sent."""
        return _s(1)

    @property
    def start_button(self) -> timedelta:
        """How long a shown start may be pressed."""
        return _s(120)

    @property
    def start_after_press(self) -> timedelta:
        """How old a press may be when its start is at last looked at (the bot was down)."""
        return _s(120)

    @property
    def stages(self) -> tuple[timedelta, ...]:
        """When the waiting driver reads the next sentence, counted from the press."""
        return tuple(_s(s * self.scale) for s in (20, 60, 120, 240))

    @property
    def least_window(self) -> timedelta:
        return _s(60 * self.scale)

    @property
    def longest_timeout(self) -> timedelta:
        """More than this we do not wait for a result, whatever an operator asks for."""
        return _s(600)

    @property
    def extra_window(self) -> timedelta:
        """Added to the operator's own timeout before a start counts as not confirmed."""
        return _s(60 * self.scale)

    @property
    def watch_unconfirmed(self) -> timedelta:
        """How long a late session is still expected after that."""
        return _s(24 * 3600)

    def read_back(self, attempt: int) -> timedelta:
        """Pause before the next pull of sessions while a start is unclear: 5 s, 30 s, then 5 min."""
        return _s((5 if attempt < 12 else 30 if attempt < 30 else 300) * self.scale)

    def quiet(self, *, stopping: bool) -> timedelta:
        """How long a running session may send nothing before we ask; a stopping one is asked sooner."""
        return _s((10 if stopping else 60) * self.scale)

    def unanswered(self, attempt: int) -> timedelta:
        """After how long people are reminded of a ticket that nobody has taken on: 2 min, then 10 min."""
        return _s((120, 600)[min(attempt, 1)] * self.scale)

    @property
    def buzz_when_started(self) -> timedelta:
        """A driver who waited longer than this may have pocketed the phone: a start is then a new message."""
        return _s(60 * self.scale)

    def stop_again(self, attempt: int) -> timedelta:
        """Pause before the next stop: 1, 2, 5, 10 s for two minutes, then every minute, for ever."""
        seconds = (1, 1, 2, 5)[attempt] if attempt <= 3 else 10 if attempt < 16 else 60
        return _s(seconds * self.scale)

    @property
    def stop_accepted(self) -> timedelta:
        """How long an accepted stop may take to show in the session before it is sent again."""
        return _s(60 * self.scale)

    def stop_escalate(self, *, accepted: bool) -> timedelta:
        """When a driver whose stop does not take reads what to do at the station; an accepted stop has more time."""
        return _s((180 if accepted else 15) * self.scale)

    @property
    def forgotten(self) -> timedelta:
        """How long nothing may be heard of a session before its operator is believed that it knows none."""
        return _s(600)

    def bill(self, attempt: int) -> timedelta:
        """Pause before the next pull of bills: 1, 5, 30 min, 2 h, 24 h, 35 days."""
        minutes = (1, 5, 30, 120, 24 * 60, 35 * 24 * 60)
        return _s(60 * minutes[min(attempt, len(minutes) - 1)] * self.scale)

    # ── what is looked after ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def no_energy(self) -> timedelta:
        """How long a running session may show no energy at all before its driver is asked about the cable."""
        return _s(600 * self.scale)

    def still(self, *, told: bool) -> timedelta:
        """How long energy must stand still before that is told; sooner where the operator says that it does."""
        return _s((180 if told else 600) * self.scale)

    @property
    def fee_warning(self) -> timedelta:
        """How long before a fee begins its driver is told."""
        return _s(600)

    @property
    def unplug_again(self) -> tuple[timedelta, ...]:
        """When to remind of the cable, counted from the end."""
        return tuple(_s(60 * minutes * self.scale) for minutes in (5, 15, 30, 60, 120, 180))

    @property
    def look_for_free(self) -> timedelta:
        """How often a station is looked at that somebody waits for."""
        return _s(180 * self.scale)

    @property
    def late_data(self) -> timedelta:
        """From what age on data counts as late."""
        return _s(300 * self.scale)
