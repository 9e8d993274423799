import threading

from buurtgezinnen.tests.concurrency import together


def test_together_runs_all_calls_at_the_same_time():
    everybody = threading.Barrier(5, timeout=10)

    def meet(number):
        everybody.wait()
        return number

    assert together(5, meet) == [0, 1, 2, 3, 4]


def test_together_hands_over_what_a_call_raises():
    refusal = ValueError("no place left")

    def book(number):
        if number:
            raise refusal
        return "booked"

    assert together(2, book) == ["booked", refusal]
