"""gunicorn's settings, for `manage.py up` and the container alike; the address comes on the command line."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4  # a connection that is kept open holds a thread, not a worker
worker_class = "gthread"
preload_app = True  # imported once, shared by the workers
timeout = 60
graceful_timeout = 5
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None
