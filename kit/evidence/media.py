"""What a file is: how it begins and ends goes in, its media type (RFC 6838) comes out.

By its content, whatever it is called. Known is what phones and messengers make.
"""

from __future__ import annotations

import codecs
import re

#: Bytes that are looked at, at the beginning and at the end.
HEAD, TAIL = 16_384, 1_000_000
#: What cannot be told.
UNKNOWN = "application/octet-stream"

#: How a file begins, and what it then is.
_BEGINS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\0\x0cJXL ", "image/jxl"),
    (b"ID3", "audio/mpeg"),
    *((bytes((0xFF, second)), "audio/mpeg") for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR\n", "audio/AMR"),
    (b"#!AMR-WB\n", "audio/AMR-WB"),
    (b"#!SILK", "audio/x-silk"),
    (b"\x02#!SILK", "audio/x-silk"),  # as WeChat keeps what was spoken
    (b"fLaC", "audio/flac"),
    (b"caff", "audio/x-caf"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
#: What stands at byte 8 after `RIFF`.
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
#: Brands of ISO/IEC 14496-12 that say what the file is.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"mif1", b"msf1", b"hevc", b"hevx"), "image/heif"),
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
#: Boxes with which an old QuickTime file begins.
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_HANDLER = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
#: What is first in a file of Word, Excel or PowerPoint, and then tells which of them it is.
_OFFICE_FIRST = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"word/", b"xl/")
_OFFICE_PARTS = {
    b"word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OFFICE_PART = re.compile(rb"PK\x03\x04.{26}(word|xl|ppt)/", re.DOTALL)
_FIRST_NAME = 30
_ZIP = b"PK\x03\x04"

#: The first tag, after blanks, comments and what XML says of itself.
_MARKUP = re.compile(r"(?:\s++|(?><!--.*?-->)|(?><\?xml.*?\?>))*+(<!--|<!?\w++)", re.DOTALL)
_HTML = re.compile(
    r"<(?:!--|!doctype|html|head|body|title|meta|style|script|iframe|link|base|div|p|br|table|font|"
    r"span|a|b|h[1-3]|ul|img|center)",
    re.IGNORECASE,
)
_SVG = "<svg"
_MAIL = re.compile(
    r"^(?:From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID):\s",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_HEADERS = 3
_HEADER = re.compile(r"[\w-]+: ")
#: Characters that no text has.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSETS = ("utf-8", "gb18030")

#: How the name of a file of that type ends.
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
    "image/jxl": ".jxl",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/svg+xml": ".svg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/AMR": ".amr",
    "audio/AMR-WB": ".awb",
    "audio/x-silk": ".silk",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/x-caf": ".caf",
    "audio/3gpp": ".3gp",
    "video/3gpp": ".3gp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "video/ogg": ".ogv",
    "video/mpeg": ".mpg",
    "video/x-ms-asf": ".wmv",
    "video/x-flv": ".flv",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z",
    "application/gzip": ".gz",
    _OFFICE_PARTS[b"word"]: ".docx",
    _OFFICE_PARTS[b"xl"]: ".xlsx",
    _OFFICE_PARTS[b"ppt"]: ".pptx",
    "application/rtf": ".rtf",
    "application/vnd.sqlite3": ".sqlite",
    "application/xml": ".xml",
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/vcard": ".vcf",
    "text/plain": ".txt",
}
#: What a name promises by its end, and what keeps the promise.
_PROMISES = (
    (
        "It is no picture, though its name says so. It is kept as it is.",
        ("jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff"),
        ("image/",),
    ),
    (
        "It is no recording, though its name says so. It is kept as it is.",
        (
            *("mp3", "m4a", "aac", "amr", "wav", "ogg", "opus", "flac", "silk", "wma"),
            *("3gp", "mp4", "mov", "webm", "mkv", "avi", "wmv"),
        ),
        ("audio/", "video/"),
    ),
    (
        "It is no PDF, though its name says so. It is kept as it is.",
        ("pdf",),
        ("application/pdf",),
    ),
)


def media_type(head: bytes, tail: bytes = b"") -> str:
    """The media type by how the file begins and, where that leaves it open, by how it ends."""
    if not head:
        return UNKNOWN
    return (
        next((kind for begins, kind in _BEGINS if head.startswith(begins)), "")
        or _container(head, tail)
        or _text(head)
        or UNKNOWN
    )


def extension(media_type: str) -> str:
    """How the name of a file of that type ends, such as `.jpg`."""
    return _EXTENSIONS.get(media_type, ".bin")


def broken_promise(name: str, media_type: str) -> str:
    """What is wrong with a name that says something else than the content; else empty."""
    stem, _, end = name.casefold().rpartition(".")
    for says, ends, kept_by in _PROMISES:
        if stem and end in ends and not media_type.startswith(kept_by):
            return says
    return ""


def _container(head: bytes, tail: bytes) -> str:
    """The type of what holds other things: its parts tell."""
    if head[4:8] == b"ftyp":
        return _iso_media(head, tail)
    if head.startswith(_ZIP):
        return _zip(head)
    return _stream(head)


def _stream(head: bytes) -> str:
    """The type of what holds sound, pictures or both, one after the other."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return "video/quicktime" if head[4:8] in _QUICKTIME else ""


def _iso_media(head: bytes, tail: bytes) -> str:
    """By its brands (ISO/IEC 14496-12 section 4.3); where they leave it open, by its tracks."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, 256), 4))]
    known = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if brands[0] in _BRANDS:
        # `mif1` says only that it is a picture; which codec stands after it.
        named = [one for one in known if one != "image/heif"]
        return named[0] if known[0] == "image/heif" and named else known[0]
    kind = "3gpp" if brands[0].startswith((b"3gp", b"3g2")) else "mp4"
    tracks = {*_HANDLER.findall(head), *_HANDLER.findall(tail)}
    return f"audio/{kind}" if tracks == {b"soun"} else f"video/{kind}"


def _zip(head: bytes) -> str:
    if head[_FIRST_NAME:].startswith(_OFFICE_FIRST) and (found := _OFFICE_PART.search(head)):
        return _OFFICE_PARTS[found[1]]
    return "application/zip"


def _text(head: bytes) -> str:
    """The type of a text; empty for what is none."""
    text = _read(head)
    if not text or _NO_TEXT.search(text):
        return ""
    if text.lstrip().startswith("<"):
        return _markup(text)
    if text.lstrip()[:11].casefold() == "begin:vcard":
        return "text/vcard"
    is_mail = _HEADER.match(text) and len(_MAIL.findall(text)) >= _FEWEST_HEADERS
    return "message/rfc822" if is_mail else "text/plain"


def _markup(text: str) -> str:
    """The type of a text that begins with a tag."""
    tag = found[1].casefold() if (found := _MARKUP.match(text)) else ""
    if _HTML.fullmatch(tag):
        return "text/html"
    if tag == _SVG:
        return "image/svg+xml"
    return "application/xml" if text.lstrip().startswith("<?xml") else "text/plain"


def _read(head: bytes) -> str:
    """The characters of the head, the last of which may be cut; empty where they are none."""
    for mark, charset in _MARKS:
        if head.startswith(mark):
            return _decoded(head[len(mark) :], charset, len(head))
    return next((text for one in _CHARSETS if (text := _decoded(head, one, len(head)))), "")


def _decoded(head: bytes, charset: str, size: int) -> str:
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        return decoder.decode(head, final=size < HEAD)
    except UnicodeDecodeError:
        return ""
