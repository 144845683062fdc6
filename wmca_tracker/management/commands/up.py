"""`manage.py up`: the whole tracker on this machine, until Ctrl-C."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from wmca_tracker.environment import Environment
from wmca_tracker.local import demo_password, loading, programs, readiness
from wmca_tracker.local.services import LocalServices, planned
from wmca_tracker.local.supervision import Supervisor, signals_interrupt

SIGN_INS = ("owner", "approver", "office", "finance", "board")


class Command(BaseCommand):
    help = "Starts PostgreSQL, Redis, the worker, beat and the web server on this machine."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also load the demonstration and its sign-ins")

    def handle(self, *, demo: bool, **options: object) -> None:
        port = Environment(os.environ).integer("PORT", 8000, least=1, most=65535)
        supervisor = Supervisor(self.say)
        with signals_interrupt():
            try:
                readiness.require_free_port(port)
                self.start(supervisor, planned.get(), port, demo=demo)
                supervisor.watch()
            except KeyboardInterrupt:
                self.say("stopping", "one moment")
            finally:
                supervisor.stop()

    def start(self, supervisor: Supervisor, services: LocalServices, port: int, *, demo: bool) -> None:
        self.start_services(supervisor, services)
        self.step("migrations", partial(loading.migrate, partial(self.say, "migrations")))
        self.step("strategy", loading.load_strategy)
        if demo:
            self.step("reviews", partial(loading.load_demonstration, partial(self.say, "reviews")))
        self.step("assets", partial(loading.collect_static, services.var))
        connections.close_all()
        self.start_programs(supervisor, services, port)
        self.welcome(port, demo=demo)

    def start_services(self, supervisor: Supervisor, services: LocalServices) -> None:
        if postgres := services.postgres:
            self.step("database", lambda: f"ready, PostgreSQL {supervisor.run(postgres.child, postgres.start)}")
        else:
            self.say("database", "as DATABASE_URL says")
        if redis := services.redis:
            self.step("redis", lambda: f"ready, Redis {supervisor.run(redis.child, redis.start)}")
        else:
            self.say("redis", "as REDIS_URL says")

    def start_programs(self, supervisor: Supervisor, services: LocalServices, port: int) -> None:
        """All at once, since each takes its time to import; then wait for their answers."""
        web, worker, beat = programs.web(services.var, port), programs.worker(services.var), programs.beat(services.var)
        for child in (web, worker, beat):
            supervisor.run(child, child.start)
        self.step("web", partial(readiness.wait_until, web, partial(readiness.web_answers, port)))
        self.step("worker", partial(readiness.wait_until, worker, readiness.worker_answers))
        self.step("beat", partial(readiness.wait_until, beat, lambda: True))

    def welcome(self, port: int, *, demo: bool) -> None:
        self.stdout.write(f"\nThe tracker is at http://{programs.HOST}:{port}/ - Ctrl-C stops it.\n")
        if settings.MAIL is None:
            self.stdout.write(f"Mails are files in {settings.EMAIL_FILE_PATH}/\n")
        if demo:
            addresses = ", ".join(f"{name}@demo.example" for name in SIGN_INS)
            self.stdout.write(f"Demonstration data. Sign in as {addresses}\nwith the password {demo_password()}\n")
        self.stdout.flush()

    def step(self, name: str, work: Callable[[], str]) -> None:
        """Do it, and say in one line how it went and how long it took."""
        began = time.monotonic()
        state = work()
        self.say(name, f"{state}, {time.monotonic() - began:.1f} s")

    def say(self, name: str, state: str) -> None:
        self.stdout.write(f"{name:<11}{state}")
        self.stdout.flush()
