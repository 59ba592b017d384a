"""The local web page: requests of one browser go in, actions are called, pages come out.

A page has one module with its Blueprint, one template in `pages/` and perhaps a script in
`static/`. `guard` looks at every request first, `desk` has the open store, `serving` listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kit.web.desk import Desk


def create_app(desk: Desk) -> Flask:
    """The pages of one desk, guarded."""
    from flask import Flask

    from kit.web import (
        asking,
        auditing,
        beginning,
        bringing,
        choosing,
        drafting,
        forgetting,
        guard,
        helping,
        layout,
        letters,
        moving,
        noting,
        passing_on,
        patterns,
        picking,
        reading,
        recorded,
        restored,
        scanning,
        sending,
        telling,
        uploads,
        waiting,
        went,
    )

    app = Flask("kit.web", template_folder="pages", static_folder="static")
    app.request_class = uploads.InMemory
    app.extensions["desk"] = desk
    guard.protect(app, desk)
    layout.prepare(app)
    steps = (bringing, choosing, reading, telling, scanning, sending, went, helping, auditing)
    evidence = (noting, recorded, waiting, picking, patterns, passing_on)
    written = (letters, asking, drafting)
    kept = (moving, restored, forgetting)
    for page in (beginning, *steps, *evidence, *written, *kept):
        app.register_blueprint(page.pages)
    return app
