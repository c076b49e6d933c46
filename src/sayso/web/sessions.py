"""Sessions: a signed cookie that says who is signed in, and the token that their forms carry."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from sayso.web.principals import Principal, Role

COOKIE, SECURE_COOKIE = "sayso-session", "__Host-sayso-session"
LIFETIME = 8 * 3600
"""Seconds: a working day; OWASP's session management cheat sheet gives 4 to 8 hours as an absolute time-out for office work."""
AWAY = 600
"""Seconds to sign in at the provider."""
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that was given a cookie: its random id, and who is signed in (``None``: nobody yet)."""

    id: str
    principal: Principal | None = None


class Sessions:
    """Gives and reads cookies, and the tokens of forms."""

    def __init__(self, secret: bytes, secure: bool) -> None:
        """Sign with a secret of 32 bytes; ``secure`` cookies go over HTTPS alone (a loopback demonstration has none)."""
        self._secret, self._secure = secret, secure
        self._signer = URLSafeTimedSerializer(secret, salt="session", signer_kwargs={"digest_method": sha256})

    @property
    def cookie(self) -> str:
        """Return the cookie's name: with the prefix that binds it to this host (RFC 6265bis, section 4.1.3.2) where it is secure."""
        return SECURE_COOKIE if self._secure else COOKIE

    def of(self, request: Request) -> Session | None:
        """Return the session of a request; ``None`` where it has none that this server gave in the last hours."""
        try:
            found = self._signer.loads(request.cookies.get(self.cookie, ""), max_age=LIFETIME)
        except BadSignature:
            return None
        session, role, subject = found
        return Session(session, Principal(Role(role), subject) if role else None)

    def begin(self, principal: Principal | None = None) -> Session:
        """Return a new session: signing in never keeps an old id."""
        return Session(secrets.token_urlsafe(_ID_BYTES), principal)

    def keep(self, response: Response, session: Session) -> None:
        """Have a response set the session's cookie."""
        who = session.principal
        role, subject = (str(who.role), who.subject) if who else ("", "")
        response.set_cookie(
            self.cookie,
            self._signer.dumps((session.id, role, subject)),
            max_age=LIFETIME,
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def end(self, response: Response) -> None:
        """Have a response remove the cookie."""
        response.delete_cookie(self.cookie, httponly=True, secure=self._secure, samesite="lax")

    def keep_for_return(self, response: Response, what: tuple[str, ...]) -> None:
        """Have a response set a cookie for somebody who leaves for the provider and comes back within some minutes."""
        value = self._signer.dumps(what, salt="return")
        response.set_cookie(
            self.cookie + "-return",
            value,
            max_age=AWAY,
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def kept_for_return(self, request: Request, response: Response) -> tuple[str, ...] | None:
        """Return what was kept, once: the response removes it; ``None`` where nothing of the last minutes was."""
        name = self.cookie + "-return"
        response.delete_cookie(name, httponly=True, secure=self._secure, samesite="lax")
        try:
            return tuple(self._signer.loads(request.cookies.get(name, ""), max_age=AWAY, salt="return"))
        except BadSignature:
            return None

    def form_token(self, session: Session) -> str:
        """Return what the forms of a session carry, and nobody else's can: a keyed digest of its id."""
        return hmac.new(self._secret, b"form " + session.id.encode(), sha256).hexdigest()

    def is_form_token(self, session: Session, token: str) -> bool:
        """Tell whether a form carries its session's token."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())
