"""`python -m wmca_tracker.probe`: a container's health check of the web server in it.

It asks under a name that ALLOWED_HOSTS holds, since a request to the bare address is refused as any stranger's is.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 5


def is_ready(port: int, host: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz/ready", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    first_host = os.environ.get("ALLOWED_HOSTS", "localhost").partition(",")[0].strip()
    sys.exit(not is_ready(int(os.environ.get("PORT", "8000")), first_host))
