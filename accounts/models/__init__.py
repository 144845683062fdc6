"""Who is asking: people, the posts that they hold, the organisations of the posts, and keys for programs."""

from accounts.models.keys import AnsweredRequest, ApiKey
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.models.posts import Holding, Owner

__all__ = ["AnsweredRequest", "ApiKey", "Holding", "Organisation", "Owner", "User"]
