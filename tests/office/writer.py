"""Writer as a judge: reads requests from stdin and answers with what a document holds, one JSON object per line.

Runs under the system's Python, which has LibreOffice's `uno` module; imports nothing of the project.
A request is {"path", "action": "accept" | "reject" | "none", "looks": bool}; the answer holds the paragraphs of the
body, frames, headers, footers and notes as lists of stretches [text, look], equal neighbours joined.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

LOOK = (
    "CharWeight",
    "CharPosture",
    "CharUnderline",
    "CharStrikeout",
    "CharHeight",
    "CharColor",
    "CharFontName",
    "CharStyleName",
    "CharEscapement",
    "CharHidden",
)
COMMANDS = {"accept": ".uno:AcceptAllTrackedChanges", "reject": ".uno:RejectAllTrackedChanges"}
START_SECONDS = 60


def connect(pipe: str) -> Any:
    """Return the office's component context, waiting until it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def option(name: str, value: object) -> Any:
    """Return one load argument."""
    argument = PropertyValue()
    argument.Name, argument.Value = name, value
    return argument


def judge(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Load a document, resolve its changes and describe what is left."""
    services = context.ServiceManager
    desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    # No macros (0), no link updates (0); nothing is shown.
    arguments = (option("Hidden", True), option("MacroExecutionMode", 0), option("UpdateDocMode", 0))
    document = desktop.loadComponentFromURL(Path(request["path"]).as_uri(), "_blank", 0, arguments)
    try:
        command = COMMANDS.get(request["action"])
        if command:
            dispatcher = services.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
            for _ in range(3):
                if not document.Redlines.createEnumeration().hasMoreElements():
                    break
                dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, ())
        # Cross-references show text that may just have changed.
        document.TextFields.refresh()
        left = 0
        redlines = document.Redlines.createEnumeration()
        while redlines.hasMoreElements():
            redlines.nextElement()
            left += 1
        return {"left": left, "paragraphs": list(everything(document, request.get("looks", False)))}
    finally:
        document.close(True)


def everything(document: Any, looks: bool) -> Any:
    """Yield the paragraphs of all texts of a document."""
    yield from paragraphs(document.Text, looks)
    frames = document.TextFrames
    for number in range(frames.Count):
        yield from paragraphs(frames.getByIndex(number).Text, looks)
    page = document.DrawPage
    for number in range(page.Count):
        shape = page.getByIndex(number)
        if shape.supportsService("com.sun.star.drawing.Text") and not shape.supportsService(
            "com.sun.star.text.TextFrame"
        ):
            yield from paragraphs(shape, looks)
    for notes in (document.Footnotes, document.Endnotes):
        for number in range(notes.Count):
            yield from paragraphs(notes.getByIndex(number), looks)
    styles = document.StyleFamilies.getByName("PageStyles")
    for name in styles.ElementNames:
        style = styles.getByName(name)
        for place in ("Header", "Footer"):
            if style.isInUse() and style.getPropertyValue(f"{place}IsOn"):
                yield from paragraphs(style.getPropertyValue(f"{place}Text"), looks)


def paragraphs(text: Any, looks: bool) -> Any:
    """Yield the paragraphs of one text, those of table cells in place."""
    content = text.createEnumeration()
    while content.hasMoreElements():
        block = content.nextElement()
        if block.supportsService("com.sun.star.text.TextTable"):
            for name in block.CellNames:
                yield from paragraphs(block.getCellByName(name), looks)
        elif looks:
            yield stretches(block)
        else:
            yield [[block.String, None]]


def stretches(paragraph: Any) -> list[list[Any]]:
    """Return the text of a paragraph with its look, neighbours of equal look joined."""
    found: list[list[Any]] = []
    portions = paragraph.createEnumeration()
    while portions.hasMoreElements():
        portion = portions.nextElement()
        if portion.TextPortionType == "ContentControl":
            found += [stretch for stretch in stretches(portion.ContentControl)[:-1] if stretch[0]]
            continue
        if portion.TextPortionType not in ("Text", "TextField", "Footnote", "InContentMetadata"):
            continue
        look = [str(getattr(value, "value", value)) for value in portion.getPropertyValues(LOOK)]
        if found and found[-1][1] == look:
            found[-1][0] += portion.String
        elif portion.String:
            found.append([portion.String, look])
    return [*found, [getattr(paragraph, "ParaStyleName", ""), str(getattr(paragraph, "ParaAdjust", ""))]]


def main() -> None:
    """Start an office on a private profile, then answer requests until stdin ends."""
    program, profile = sys.argv[1], Path(sys.argv[2])
    pipe = f"inlaid-judge-{os.getpid()}"
    command = [program, "--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen([*command, f"-env:UserInstallation={profile.as_uri()}"], stdout=subprocess.DEVNULL)
    try:
        context = connect(pipe)
        for line in sys.stdin:
            try:
                answer = judge(context, json.loads(line))
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        office.terminate()
        try:
            office.wait(10)
        except subprocess.TimeoutExpired:
            office.kill()


if __name__ == "__main__":
    main()
