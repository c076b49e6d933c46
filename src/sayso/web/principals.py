"""Who asks: a member, somebody of the office, or a service, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody who is signed in may do: members act for themselves alone; auditors read and change nothing."""

    MEMBER = "member"
    OFFICE = "office"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    SERVICE = "service"


STAFF = (Role.OFFICE, Role.ENGINEER, Role.AUDITOR)
"""The roles that see the office's pages."""
ANSWERING = (Role.OFFICE, Role.AUDITOR)
"""The roles that see the members' objections: engineers have no business with them."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who has shown who they are.

    ``subject`` is the member's id in the imported sources, the name that the office's provider gives, or a service token's name;
    ``scopes`` are a service's.
    """

    role: Role
    subject: str
    scopes: frozenset[str] = frozenset()

    @property
    def member(self) -> str | None:
        """Return the member's id, ``None`` for anybody else."""
        return self.subject if self.role is Role.MEMBER else None

    @property
    def is_staff(self) -> bool:
        """Tell whether the office's pages are for them."""
        return self.role in STAFF
