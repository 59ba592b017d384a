"""What a file is, by its content: whatever it is called, and however little of it there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.evidence import media

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ftyp(*brands: bytes, then: bytes = b"") -> bytes:
    content = brands[0] + b"\0\0\0\0" + b"".join(brands[1:])
    return (len(content) + 8).to_bytes(4, "big") + b"ftyp" + content + then


def tracks(*kinds: bytes) -> bytes:
    return b"".join(b"\0\0\0\x21hdlr" + bytes(8) + kind + bytes(13) for kind in kinds)


def zipped(*names: bytes) -> bytes:
    return b"".join(b"PK\x03\x04" + bytes(26) + name + b"x" * 20 for name in names)


@pytest.mark.parametrize(
    ("head", "is_a"),
    [
        (b"\xff\xd8\xff\xe1\x00\x10Exif\0\0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (ftyp(b"heic", b"mif1", b"heic"), "image/heic"),
        (ftyp(b"mif1", b"mif1", b"heic"), "image/heic"),
        (ftyp(b"mif1", b"mif1"), "image/heif"),
        (ftyp(b"avif", b"mif1", b"miaf"), "image/avif"),
        (ftyp(b"mif1", b"avif", b"miaf"), "image/avif"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "image/bmp"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (ftyp(b"M4A ", b"isom"), "audio/mp4"),
        (ftyp(b"mp42", b"isom", then=tracks(b"soun")), "audio/mp4"),
        (b"#!AMR\n\x3c\x91", "audio/AMR"),
        (b"#!AMR-WB\n\x3c\x91", "audio/AMR-WB"),
        (b"\x02#!SILK_V3\x17\0", "audio/x-silk"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"OggS\0\x02" + bytes(22) + b"OpusHead", "audio/ogg"),
        (b"OggS\0\x02" + bytes(22) + b"\x80theora", "video/ogg"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (ftyp(b"3gp4", b"isom", then=tracks(b"soun")), "audio/3gpp"),
        (ftyp(b"3gp4", b"isom", then=tracks(b"vide", b"soun")), "video/3gpp"),
        (ftyp(b"isom", b"mp41", then=tracks(b"soun", b"vide")), "video/mp4"),
        (ftyp(b"qt  "), "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\x10\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", "video/x-matroska"),
        (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo"),
        (b"%PDF-1.7\n", "application/pdf"),
        (zipped(b"[Content_Types].xml", b"_rels/.rels", b"word/document.xml"), DOCX),
        (zipped(b"[Content_Types].xml", b"xl/workbook.xml"), XLSX),
        (zipped(b"a.docx", b"[Content_Types].xml", b"word/document.xml"), "application/zip"),
        (b"PK\x05\x06" + bytes(18), "application/zip"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"SQLite format 3\0\x10\0", "application/vnd.sqlite3"),
        (b"<!DOCTYPE html><title>x</title>", "text/html"),
        (b"\xef\xbb\xbf\r\n <!-- saved from an app -->\n<HTML>", "text/html"),
        ("<html>聊天记录".encode("utf-16"), "text/html"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "text/html"),
        (b"<!--" + b"x" * media.HEAD, "text/html"),
        (b"<?xml version='1.0' encoding='UTF-8'?><smses count='1'>", "application/xml"),
        (b"<svg xmlns='x'>", "image/svg+xml"),
        (b"From: a\r\nTo: b\r\nDate: c\r\nSubject: d\r\n\r\nhello", "message/rfc822"),
        (b"From: whom it may concern\nSubject: none", "text/plain"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        ("他们又打来了".encode(), "text/plain"),
        ("他们又打来了".encode("gb18030"), "text/plain"),
        ("他们又打来了".encode("utf-16"), "text/plain"),
        (b"a < b", "text/plain"),
        (("好" * media.HEAD).encode()[: media.HEAD], "text/plain"),
        (b"\x7fELF\x02\x01\x01\0", media.UNKNOWN),
        (b"MZ\x90\0\x03\0\0\0", media.UNKNOWN),
        (b"BM is how a letter may begin", "text/plain"),
        (b"\xff\xff\xff", media.UNKNOWN),
        (b"", media.UNKNOWN),
    ],
)
def test_a_file_is_what_it_holds(head: bytes, is_a: str) -> None:
    assert media.media_type(head) == is_a


def test_a_recording_that_says_what_it_is_at_its_end_is_one() -> None:
    head = ftyp(b"mp42", b"isom", then=b"\0\0\0\x08free" + bytes(media.HEAD))

    assert media.media_type(head[: media.HEAD], tracks(b"soun")) == "audio/mp4"
    assert media.media_type(head[: media.HEAD], tracks(b"soun", b"vide")) == "video/mp4"


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_whatever_the_bytes_there_is_a_type_with_an_ending(head: bytes, tail: bytes) -> None:
    assert "/" in media.media_type(head, tail)
    assert media.extension(media.media_type(head, tail)).startswith(".")


def test_many_comments_cost_no_time() -> None:
    assert media.media_type((b"<!---->" * 2400)[: media.HEAD]) == "text/html"
    assert media.media_type((b"<!---->" * 2000) + b"plain") == "text/plain"


@pytest.mark.parametrize(
    ("name", "is_a", "what"),
    [
        ("截图.jpg", "text/html", "picture"),
        ("截图.JPEG", "application/octet-stream", "picture"),
        ("截图.jpg", "image/png", ""),
        ("录音.mp3", "audio/mp4", ""),
        ("录音.m4a", "video/mp4", ""),
        ("录音.amr", "text/plain", "recording"),
        ("账单.pdf", "application/zip", "PDF"),
        ("账单.pdf", "application/pdf", ""),
        ("账单", "application/octet-stream", ""),
        ("jpg", "text/plain", ""),
    ],
)
def test_a_name_that_promises_something_else_is_noticed(name: str, is_a: str, what: str) -> None:
    said = media.broken_promise(name, is_a)

    assert said.startswith(f"It is no {what}") if what else said == ""
