"""Errors of an audit: what was named for it, the phone that is asked, the picture of it."""

from __future__ import annotations

from kit.errors.root import KitError


class AuditError(KitError):
    """The apps of this phone cannot be shown."""


class AuditMissingError(AuditError):
    """What to look at was not said."""

    exit_code = 2
    hint = "Use one of these: kit audit FILE, kit audit --adb, kit audit --checklist"


class AuditMixedError(AuditError):
    """FILE, --adb and --checklist each stand alone; nothing was done."""

    exit_code = 2


class AuditUnreadableError(AuditError):
    """The file cannot be read: {reason}."""

    hint = "Copy it to this computer as a file, then try again."


class NothingAuditedError(AuditError):
    """This is no App Privacy Report of an iPhone, and no list of the apps of an Android phone."""

    hint = (
        "iPhone: in Settings, look for App Privacy Report, and save it as a file (.ndjson). "
        "Android: adb shell dumpsys package > apps.txt"
    )


class AdbMissingError(AuditError):
    """The program adb is not installed on this computer, or is not found."""

    hint = "It comes with the Android SDK Platform-Tools. The phone's own settings show it too."


class NoPhoneError(AuditError):
    """No phone is connected that adb can see."""

    hint = "Connect it by cable, switch on USB debugging on the phone, and try again."


class PhoneRefusesError(AuditError):
    """A phone is connected, but it does not let this computer in yet."""

    hint = "Unlock the phone, allow USB debugging for this computer there, and try again."


class SeveralPhonesError(AuditError):
    """More than one phone is connected ({count}); nothing was read."""

    hint = "Leave only the one that is to be looked at, and try again."


class AdbFailedError(AuditError):
    """The phone gave no list of its apps, or not to its end; nothing is shown."""

    hint = "Unlock the phone, look at the cable, and try again."


class AuditPictureError(AuditError):
    """A picture needs a name that ends in .svg or .png; nothing was written."""

    exit_code = 2
    hint = "Such as: kit audit FILE --picture apps.svg"


class NothingToDrawError(AuditError):
    """It does not say when something was read, so there is nothing to draw."""


class AuditTakenError(AuditError):
    """There is something of that name already; the picture was not written."""

    hint = "Give another name, or move that file away first."


class AuditUnwrittenError(AuditError):
    """The picture could not be written: {reason}."""

    hint = "Give another place: kit audit FILE --picture FILE"


class AuditFolderError(AuditError):
    """--to belongs to --checklist, --picture to FILE, --json to FILE or --adb; nothing was done."""

    exit_code = 2
