"""The teller, who is only ever woken."""


class FakeNotifier:
    def __init__(self) -> None:
        self.wakes = 0

    def wake(self) -> None:
        self.wakes += 1
