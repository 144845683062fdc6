"""Processes of their own that ask the API many times at once, as web processes are asked; run by `test_limits.py`.

One starts, forks into as many as are asked for, and prints how often they got which status, all told.
"""

PROGRAM = """
import json
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.conf import settings
from django.test import Client

settings.REDIS_TIMEOUT = 300  # a machine with much else to do is slow, not wrong
processes, calls, key = int(os.environ["PROCESSES"]), int(os.environ["CALLS"]), os.environ["CALLERS_KEY"]


def ask(place):
    return Client().get("/api/v1/", headers={"Host": "127.0.0.1", "Authorization": f"Bearer {key}"}).status_code


def ask_all(answers):
    with ThreadPoolExecutor(10) as together:
        os.write(answers, json.dumps(list(together.map(ask, range(calls)))).encode() + b"\\n")
    os._exit(0)


Client().get("/api/v1/", headers={"Host": "127.0.0.1"})  # everything is imported before there are four of it
read, write = os.pipe()
for _ in range(processes):
    if os.fork() == 0:
        ask_all(write)
os.close(write)
for _ in range(processes):
    os.wait()
with os.fdopen(read) as answers:
    print(json.dumps(Counter(status for line in answers for status in json.loads(line))))
"""
