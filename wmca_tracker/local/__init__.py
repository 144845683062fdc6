"""The services of one machine: PostgreSQL and Redis without an installation, for `manage.py` and the tests.

Used only where DATABASE_URL and REDIS_URL are not set; a production process imports none of it.
"""

from wmca_tracker.local.credentials import demo_password
from wmca_tracker.local.problems import LocalProblem

__all__ = ["LocalProblem", "demo_password"]
