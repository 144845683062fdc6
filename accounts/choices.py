"""Who takes part: kinds of organisation, of membership and of sign-in."""

from django.db import models


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    COMBINED_AUTHORITY = "combined_authority", "Combined authority"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    ENTERPRISE_PARTNERSHIP = "enterprise_partnership", "Local Enterprise Partnership"
    POLICE_FIRE = "police_fire", "Police or fire body"
    GOVERNMENT = "government", "Central government"
    DELIVERY_BODY = "delivery_body", "Delivery body"
    PARTNERSHIP = "partnership", "Partnership, taskforce or commission"
    OTHER = "other", "Other"


class Membership(models.TextChoices):
    """How an organisation belongs to the combined authority, as its membership table prints it."""

    CONSTITUENT = "constituent", "Constituent authority"
    NON_CONSTITUENT = "non_constituent", "Non-constituent authority"
    LEP_ONLY = "lep_only", "LEP member only"


class UserRole(models.TextChoices):
    """What a person came to do. What they may touch follows from the posts that they hold."""

    OWNER = "owner", "Owner"
    APPROVER = "approver", "Approver"
    OFFICE = "office", "Performance office"
    FINANCE = "finance", "Finance"
    BOARD = "board", "Board member"
    PARTNER = "partner", "Partner"
    ADMINISTRATOR = "administrator", "Administrator"


class KeyScope(models.TextChoices):
    """What a key for a program opens."""

    READ = "read", "Read what its organisation may see"
    UPDATE_OWN = "update:own", "Report on what its organisation owns"


# A program asks in the name of somebody who reports; never with the privileges of those who keep the tracker.
MAY_LEND_THEIR_NAME = (UserRole.PARTNER, UserRole.OWNER)
