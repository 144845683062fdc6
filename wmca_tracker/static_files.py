"""Static files under hashed names alone, compressed once when they are collected."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """With Brotli for who is far away; without its quarter of a minute on the machine that waits for it."""

    keep_only_hashed_files = True

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=not settings.ON_LOOPBACK, **options)
