"""Typesetters: processes that come when there is work, and go when there is none."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from konferens.typesetting.workers import Workers, processors


@pytest.fixture
def workers() -> Workers:
    return Workers(idle_seconds=0.05)


def test_one_process_does_one_job_after_the_other_and_ends_when_there_is_none() -> None:
    workers = Workers()
    pids = {workers.run(os.getpid) for _ in range(3)}
    assert (len(pids), os.getpid() in pids) == (1, False)
    workers.close()
    assert workers.waiting == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pids.pop(), 0)


def test_who_waits_in_vain_ends_by_itself(workers: Workers) -> None:
    workers.run(os.getpid)
    deadline = time.monotonic() + 10
    while workers.waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    assert workers.waiting == 0


def test_errors_come_back_and_a_process_that_dies_is_followed_by_another(workers: Workers) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        workers.run(int, "x")
    with pytest.raises(RuntimeError, match="listdir failed"):
        workers.run(os.listdir, "/nowhere")
    with pytest.raises(RuntimeError, match="died while it did abort"):
        workers.run(os.abort)
    assert workers.run(abs, -1) == 1
    workers.close()


def test_there_are_no_more_processes_than_it_takes() -> None:
    workers = Workers()
    with ThreadPoolExecutor(12) as threads:
        pids = set(threads.map(lambda _: workers.run(os.getpid), range(24)))
    assert len(pids) <= processors() + 1
    workers.close()
