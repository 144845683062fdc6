"""The product with a bare view beside it, as gunicorn serves it for the benchmark."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "tests.bench.urls"
application = get_wsgi_application()
