"""The local web page: a form or an address that a browser might send goes in, a page comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.target import Target, clock, rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from flask.typing import ResponseReturnValue
    from fuzz.target import Place

    from kit.web.desk import Desk

#: These reach a disk, a network, another process or the lock; what they read has its own target.
_LEFT_OUT = (
    *("/forget/", "/backup", "/restore", "/evidence/export", "/lock", "/hide", "/unlock", "/send/"),
    *(
        "/tell/check",
        "/tell/page",
        "/went/ask",
        "/read/test",
        "/help/pictures",
        "/static",
        "/begin",
    ),
)
_FILES = "multipart/form-data; boundary=x"
_PORT = 8000

#: Paths, and what a form on that page says.
_POSTS = """\
/choose/put who=1&group=everyone
/choose/all group=everyone
/choose/me who=1&is=yes
/choose/search q=wang&group=&page=2
/choose/undo x=1
/language language=zh-Hant&to=/
/read/plan sender=%E5%B0%8F%E6%98%8E&channel=phone&hours=08:00-21:00&plan=
/read/open who=1&plan=x
/tell/channel channel=page
/tell/rows rows=1-3,5
/tell/take-back rows=1
/scan/begin only=2
/scan/answer attempt=x&answer=sent
/scan/way app=sms
/went/told who=1&sure=yes
/went/stop who=x
/went/report text=KIT1|2026-11-20 14:30|138|a|b|yn|00&from=1
/went/retry who=1
/went/rows rows=1-9
/import/split who=1
/import/again charset-0=gb18030&region=CN
/evidence/remove which=x
/evidence/accept id=1&said=x&at=2026-11-20
/evidence/decline id=1
/evidence/pick number=138&number=hidden
/letters/facts name=a&was-name=&rate=14
/letters/stop/facts name=a&lender=b
/letters/law country=cn
/letters/stop/sent on=2026-11-20&to=x
/letters/answered name=stop&on=2026-11-20
/letters/taken-back name=stop"""
_GETS = """\
/evidence?page=2&of=log
/went?page=3&only=x
/went/emergency
/letters/stop
/letters/stop/save/txt
/letters/stop/picture/1
/help?jurisdiction=cn&language=en
/help/guide.html
/audit/checklist.html
/evidence/entry/x
/evidence/exhibit/x
/evidence/drawn/x.svg
/evidence/report
/choose/people?page=2"""
_FILES_TO = ("/evidence/add", "/audit", "/evidence/import")
_UPLOAD = (
    b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncall\r\n'
    b'--x\r\nContent-Disposition: form-data; name="at"\r\n\r\n2026-11-20 22:30\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
)


def targets(place: Place) -> tuple[Target, ...]:
    """The one."""
    form = "application/x-www-form-urlencoded"
    posts = (line.partition(" ") for line in _POSTS.splitlines())
    seeds = (
        *(f"POST {path}\n{form}\n{body}".encode() for path, _, body in posts),
        *(f"GET {path}\n\n".encode() for path in _GETS.splitlines()),
        *(f"POST {path}\n{_FILES}\n".encode() + _UPLOAD for path in _FILES_TO),
    )
    return (Target(name="page", read=_page(place), seeds=seeds, share=15),)


def _page(place: Place) -> Callable[[bytes], object]:
    """The first line is method and path, the second the content type, the rest the body."""
    desk, browser = _sat_down(place)

    def read(data: bytes) -> object:
        line, _, rest_ = data.partition(b"\n")
        kind, _, body = rest_.partition(b"\n")
        method, _, path = line.decode("utf-8", "replace").partition(" ")
        if not path.startswith("/") or path.startswith(_LEFT_OUT):
            return None
        answer = place.undone(lambda _: _asked(browser, method, path, (kind, body)))
        desk._kept.clear()  # noqa: SLF001 (what was written is not there any more)
        desk.session.notes.clear()
        desk.session.is_hidden = False
        return answer

    return read


def _asked(browser: FlaskClient, method: str, path: str, sent: tuple[bytes, bytes]) -> str:
    answer = browser.open(
        path,
        method="POST" if method == "POST" else "GET",
        base_url=f"http://127.0.0.1:{_PORT}",
        headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        content_type=sent[0].decode("latin-1").replace("\r", "") or None,
        data=sent[1],
        buffered=True,
    )
    return f"{answer.status_code} {len(answer.data)}"


def _sat_down(place: Place) -> tuple[Desk, FlaskClient]:
    """An open desk whose faults are raised, and a browser that has the cookie."""
    from dataclasses import replace

    from kit.web import create_app
    from kit.web.desk import Desk

    desk = Desk(replace(place.settings, lock_after_s=10**9), clock=clock, rest=rest)
    desk._store = place.store  # noqa: SLF001 (one store for all)
    app = create_app(desk)
    _raise_faults(app)
    browser = app.test_client()
    browser.environ_base["SERVER_PORT"] = str(_PORT)
    browser.get(f"/begin/{desk.session.link_key}", base_url=f"http://127.0.0.1:{_PORT}")
    return desk, browser


def _raise_faults(app: Flask) -> None:
    def fault(error: Exception) -> ResponseReturnValue:
        raise error

    app.testing = True
    app.register_error_handler(Exception, fault)
