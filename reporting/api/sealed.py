"""What the API says of sealed reviews: their life, their sums, their errata and their files."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from reporting.api import examples
from reporting.api.sums import SumsSerializer
from reporting.choices import PackAudience, ReviewStage
from reporting.lines import read_line
from reporting.lines.rows import Sums
from reporting.models import Erratum, PackFile, Review
from reporting.selectors.opened import reads_all_exempt
from reporting.selectors.seals import text_of_seal

IS_ADDRESS: Final = extend_schema_field(OpenApiTypes.URI)
IS_ADDRESS_OR_NULL: Final = extend_schema_field({"type": ["string", "null"], "format": "uri"})


class DigestField(serializers.RegexField):
    """A SHA-256 hash, or 32 random bytes, in lower-case hexadecimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__("^[0-9a-f]{64}$", **options)


def place_of(review: Any) -> str:
    """How addresses name a review: by its period while it stands, with its number once another takes its place."""
    name: str = review.reference if review.stage == ReviewStage.REOPENED else review.period.slug
    return name


class ErratumSerializer(serializers.ModelSerializer[Erratum]):
    kind = serializers.CharField(source="line.kind", read_only=True, help_text="The kind of the line that it corrects.")
    key = serializers.CharField(source="line.key", read_only=True, help_text="The key of that line.")

    class Meta:
        model = Erratum
        fields: ClassVar = ["number", "kind", "key", "field", "printed", "correct", "explanation", "at"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "number": {"help_text": "Its number within the review."},
            "field": {"help_text": "The value that it corrects, such as sums.counts.red."},
            "printed": {"help_text": "What was printed; empty where nothing was."},
            "correct": {"help_text": "What is right; empty where nothing is known."},
            "explanation": {"help_text": "What was wrong, and why."},
            "at": {"help_text": "When it was recorded."},
        }


class PackFileSerializer(serializers.ModelSerializer[PackFile]):
    audience = serializers.ChoiceField(
        choices=PackAudience.choices, source="pack.audience", read_only=True, help_text="Who may read it."
    )
    url = serializers.SerializerMethodField(help_text="Where it is. What is there never changes.")

    class Meta:
        model = PackFile
        fields: ClassVar = ["name", "format", "audience", "size", "sha256", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "name": {"help_text": "What it is called."},
            "format": {"help_text": "Its form, by the ending of its name."},
            "size": {"help_text": "How large it is, in bytes."},
            "sha256": {"help_text": "The SHA-256 of its bytes."},
        }

    @IS_ADDRESS
    def get_url(self, file: PackFile) -> str:
        pack, review = file.pack, file.pack.review
        where = [review.period.slug, review.seal, pack.errata, file.name]
        return reverse("review-file", args=where, request=self.context["request"])


@extend_schema_serializer(examples=[examples.REVIEW])
class ReviewSerializer(serializers.ModelSerializer[Review]):
    reference = serializers.CharField(
        read_only=True, help_text="What names it for ever: its period, and how often that was sealed by then."
    )
    period = serializers.SlugRelatedField[Review](
        slug_field="slug", read_only=True, help_text="The half year that it tells of, by its slug."
    )
    name = serializers.CharField(source="period.label", read_only=True, help_text="What that half year is called.")
    stage = serializers.ChoiceField(
        choices=ReviewStage.choices, read_only=True, help_text="How far it has come. Once agreed, nothing changes."
    )
    agreed_on = serializers.DateField(
        source="agreement.agreed_on",
        default=None,
        allow_null=True,
        help_text="The day of the Board's meeting; null until it agreed.",
    )
    minute_reference = serializers.CharField(
        source="agreement.minute_reference",
        default=None,
        allow_null=True,
        help_text="The Board's minute; null until it agreed.",
    )
    resolution = serializers.CharField(
        source="agreement.resolution",
        default=None,
        allow_null=True,
        help_text="What the Board resolved; null until it agreed.",
    )
    published_at = serializers.DateTimeField(
        source="publication.published_at",
        default=None,
        allow_null=True,
        help_text="When it was opened to anyone; null until then.",
    )
    seal = DigestField(read_only=True, help_text="The SHA-256 over its lines and the seal before it.")
    previous_seal = DigestField(
        source="previous.seal",
        default=None,
        allow_null=True,
        help_text="The seal that it is chained to; null for the first of all.",
    )
    supersedes = serializers.SerializerMethodField(
        help_text="The review of the same half year that it took the place of, by its reference; null where none was."
    )
    sums = serializers.SerializerMethodField(help_text="The strategy as a whole, as it was sealed.")
    errata = ErratumSerializer(
        many=True, read_only=True, help_text="Mistakes found since, in their order. What was sealed stays as it is."
    )
    files = serializers.SerializerMethodField(help_text="The files of its pack that you may read, errata included.")
    download = serializers.SerializerMethodField(
        help_text="The address of all of it in one zip, errata included; null until it is published."
    )
    page = serializers.SerializerMethodField(help_text="Its page for people; null once another took its place.")
    pack = serializers.SerializerMethodField(help_text="The page of its pack; null unless you may open it.")
    lines = serializers.SerializerMethodField(help_text="The address of its lines.")
    manifest = serializers.SerializerMethodField(help_text="The address of the text whose SHA-256 is the seal.")
    url = serializers.SerializerMethodField(help_text="The address of this item.")

    class Meta:
        model = Review
        fields: ClassVar = [
            "reference",
            "period",
            "name",
            "number",
            "stage",
            "as_at",
            "sealed_at",
            "agreed_on",
            "minute_reference",
            "resolution",
            "published_at",
            "seal",
            "previous_seal",
            "line_count",
            "supersedes",
            "sums",
            "errata",
            "files",
            "download",
            "page",
            "pack",
            "lines",
            "manifest",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "number": {"help_text": "How often its half year had been sealed by then; 1 where it never was reopened."},
            "as_at": {"help_text": "The day of the position."},
            "sealed_at": {"help_text": "When it was closed and sealed."},
            "line_count": {"help_text": "How many lines it has."},
        }

    @extend_schema_field({"type": ["string", "null"]})
    def get_supersedes(self, review: Review) -> str | None:
        return f"{review.period.slug}:{review.number - 1}" if review.number > 1 else None

    @extend_schema_field(SumsSerializer)
    def get_sums(self, review: Any) -> Any:
        (line,) = review.whole
        sums: Sums = read_line(line.kind, line.key, line.public).row.sums
        return SumsSerializer(sums).data

    @extend_schema_field(PackFileSerializer(many=True))
    def get_files(self, review: Any) -> Any:
        shelved = [pack for pack in review.shelved if pack.errata == len(review.errata.all())]
        files = [file for pack in shelved for file in pack.files.all()]
        return PackFileSerializer(files, many=True, context=self.context).data

    @IS_ADDRESS_OR_NULL
    def get_download(self, review: Any) -> str | None:
        is_published = review.stage == ReviewStage.PUBLISHED
        return self._address("api-review-download", period=review.period.slug) if is_published else None

    @IS_ADDRESS_OR_NULL
    def get_page(self, review: Any) -> str | None:
        if review.stage == ReviewStage.REOPENED:
            return None
        return self._address("review", slug=review.period.slug)

    @IS_ADDRESS_OR_NULL
    def get_pack(self, review: Any) -> str | None:
        is_early = review.stage != ReviewStage.PUBLISHED and not reads_all_exempt(self.context["request"].user)
        if is_early or review.stage == ReviewStage.REOPENED:
            return None
        return self._address("review-pack", slug=review.period.slug)

    @IS_ADDRESS
    def get_lines(self, review: Review) -> str:
        return self._address("api-review-lines", period=place_of(review))

    @IS_ADDRESS
    def get_manifest(self, review: Review) -> str:
        return self._address("api-review-seal-text", period=place_of(review))

    @IS_ADDRESS
    def get_url(self, review: Review) -> str:
        return self._address("api-review-detail", period=place_of(review))

    def _address(self, route: str, **where: str) -> str:
        return reverse(route, kwargs=where, request=self.context["request"])


@extend_schema_serializer(examples=[examples.SEAL])
class SealSerializer(serializers.ModelSerializer[Review]):
    review = serializers.CharField(source="reference", read_only=True, help_text="The review, by its reference.")
    algorithm = serializers.SerializerMethodField(help_text="How the seal is computed from the text (in UTF-8).")
    seal = DigestField(read_only=True, help_text="The seal, in lower-case hexadecimal.")
    previous_seal = DigestField(
        source="previous.seal",
        default=None,
        allow_null=True,
        help_text="The seal that it is chained to; null for the first of all.",
    )
    text = serializers.SerializerMethodField(help_text="What is hashed: a row for each line, each ended by one \\n.")

    class Meta:
        model = Review
        fields: ClassVar = ["review", "algorithm", "seal", "previous_seal", "line_count", "text"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {"line_count": {"help_text": "How many lines the review has."}}

    @extend_schema_field({"type": "string", "const": "SHA-256"})
    def get_algorithm(self, review: Review) -> str:
        return "SHA-256"

    @extend_schema_field(str)
    def get_text(self, review: Review) -> str:
        return text_of_seal(review)
