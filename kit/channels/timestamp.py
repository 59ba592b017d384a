"""Timestamps: a digest goes out, a token that names it and a time comes in (RFC 3161).

Nothing else leaves this computer. An authority that is asked learns a digest, from which nobody can
tell what was recorded, and when it was asked.
"""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kit.errors import (
    AuthorityAddressError,
    AuthorityRefusedError,
    AuthorityUnreachableError,
    CertificateError,
    NotATimestampError,
    TimestampsMissingError,
    TimestampUnverifiedError,
)
from kit.settings import is_loopback

if TYPE_CHECKING:
    from datetime import datetime
    from urllib.parse import SplitResult

#: Seconds until an answer must be there; bytes of one, which has a few thousand.
PATIENCE_S = 30.0
_MOST_BYTES = 200_000
_PIECE = 16_384
_ASKS = "application/timestamp-query"
_ANSWERS = "application/timestamp-reply"
_OK = 200
_GRANTED = (0, 1)
#: SHA-256, RFC 5754 section 2.
_SHA256 = "2.16.840.1.101.3.4.2.1"
#: PKIStatusInfo with the status `granted`, RFC 3161 section 2.4.2.
_STATUS_GRANTED = b"\x30\x03\x02\x01\x00"
#: From this length on a length has a length of its own.
_LONG = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an authority says: this digest was there at that time."""

    #: DER, a CMS signature (TimeStampToken)
    der: bytes = field(repr=False)
    at: datetime
    #: sha256, in hexadecimal
    digest: str
    #: what was asked with came back; 0: nothing did
    nonce: int


def ask(url: str, sealed: bytes, certificates: bytes = b"") -> Token:
    """Ask the authority for a timestamp on the sha256 of `sealed`, which itself stays here.

    With certificates (PEM or DER) the token must be signed by whom they name.

    Raises:
        AuthorityAddressError, TimestampsMissingError, CertificateError: nothing was asked.
        TimestampError: there is no timestamp.
    """
    check()
    import rfc3161_client as client

    place = _place(url)
    trusted = _certificates(certificates) if certificates else ()
    asked = (
        client.TimestampRequestBuilder()
        .data(sealed)
        .hash_algorithm(client.HashAlgorithm.SHA256)
        .build()
    )
    answer = _decoded(_posted(place, asked.as_bytes()))
    token = _token(answer)
    if token.digest != sha256(sealed).hexdigest() or token.nonce != asked.nonce:
        raise NotATimestampError
    if trusted:
        _verify(answer, sealed, trusted)
    return token


def read(der: bytes) -> Token:
    """What a token says that was kept.

    Raises:
        TimestampsMissingError: what reads it is not installed.
        NotATimestampError: it is none.
    """
    check()
    return _token(_decoded(_sequence(_STATUS_GRANTED + der)))


def check() -> None:
    """Whether what asks is there at all.

    Raises:
        TimestampsMissingError: it is not.
    """
    try:
        import rfc3161_client  # noqa: F401 (what is missing is said at once)
    except ImportError:
        raise TimestampsMissingError from None


def _place(url: str) -> SplitResult:
    """Where to ask: by a safe connection only, unless it is this computer."""
    try:
        place = urlsplit(url)
        safe = place.scheme == "https" or (place.scheme == "http" and is_loopback(url))
        known = bool(place.hostname) and (place.port is None or place.port > 0)
    except ValueError:
        raise AuthorityAddressError from None
    if not safe or not known or not url.isascii() or not url.isprintable() or " " in url:
        raise AuthorityAddressError
    return place


def _posted(place: SplitResult, asked: bytes) -> bytes:
    """What it answers; it is asked once, and leads nowhere else."""
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    line = kind(place.hostname or "", place.port, timeout=PATIENCE_S)
    until = time.monotonic() + PATIENCE_S
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    headers = {"Content-Type": _ASKS, "Accept": _ANSWERS}
    try:
        line.request("POST", path, body=asked, headers=headers)
        answer = line.getresponse()
        if answer.status != _OK:
            raise AuthorityRefusedError(code=answer.status)
        return _body(answer, until)
    except (OSError, http.client.HTTPException):
        raise AuthorityUnreachableError from None
    finally:
        line.close()


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    read = b""
    while piece := answer.read1(_PIECE):
        read += piece
        if len(read) > _MOST_BYTES:
            raise NotATimestampError
        if time.monotonic() > until:
            raise AuthorityUnreachableError
    return read


def _decoded(answer: bytes) -> Any:  # noqa: ANN401 (what the library makes of it)
    import rfc3161_client as client

    try:
        return client.decode_timestamp_response(answer)
    except ValueError:
        raise NotATimestampError from None


def _sequence(content: bytes) -> bytes:
    """A SEQUENCE in DER, its length in as few bytes as possible (X.690 section 10.1)."""
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    short = size < _LONG
    return b"\x30" + (length if short else bytes([_LONG | len(length)]) + length) + content


def _token(answer: Any) -> Token:  # noqa: ANN401 (the same)
    """What was granted, with the digest and the time that it names."""
    if answer.status not in _GRANTED:
        raise AuthorityRefusedError(code=answer.status)
    try:
        told = answer.tst_info
        imprint = told.message_imprint
        if imprint.hash_algorithm.dotted_string != _SHA256:
            raise NotATimestampError
        return Token(
            der=answer.time_stamp_token(),
            at=told.gen_time,
            digest=imprint.message.hex(),
            nonce=told.nonce or 0,
        )
    except ValueError:
        raise NotATimestampError from None


def _certificates(given: bytes) -> tuple[Any, ...]:
    from cryptography import x509

    try:
        if b"-----BEGIN" in given:
            return tuple(x509.load_pem_x509_certificates(given))
        return (x509.load_der_x509_certificate(given),)
    except ValueError:
        raise CertificateError from None


def _verify(answer: Any, sealed: bytes, trusted: tuple[Any, ...]) -> None:  # noqa: ANN401
    """Whether it is signed by whom the certificates name: a root, and those between."""
    import rfc3161_client as client

    builder = client.VerifierBuilder()
    for one in trusted:
        if one.issuer == one.subject:
            builder = builder.add_root_certificate(one)
        else:
            builder = builder.add_intermediate_certificate(one)
    try:
        builder.build().verify_message(answer, sealed)
    except (client.VerificationError, ValueError):
        raise TimestampUnverifiedError from None
