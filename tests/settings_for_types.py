"""The settings as mypy's Django plugin reads them: it imports them and never connects anywhere."""

import os

os.environ.setdefault("WMCA_MODE", "local")
os.environ.setdefault("SECRET_KEY", "read-by-the-type-checker-alone-and-never-by-a-process-that-serves")
os.environ.setdefault("DATABASE_URL", "postgresql://wmca@127.0.0.1:1/wmca")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from wmca_tracker.settings import *
