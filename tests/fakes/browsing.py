"""What people do in a browser on pages of the app: they read, press a button, and go where a page leads them.

Forms are posted as browsers post them, with their origin. What a browser does not do is not done here either: a form
that another site posts bears no cookie of the app (SameSite=Lax).
"""

import html
import re
from urllib.parse import urlsplit

import httpx

_REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')


def press(browser: httpx.Client, page: httpx.Response, button: str) -> httpx.Response:
    """Press a button of a page, by its words; follows no redirect."""
    for form in re.findall(r"<form .*?</form>", page.text, re.DOTALL):
        for attributes, words in re.findall(r"<button([^>]*)>(.*?)</button>", form, re.DOTALL):
            if html.unescape(words).startswith(button):
                return _post(browser, page, form, attributes)
    raise AssertionError(f"no button {button}: {page.text}")


def has_button(page: httpx.Response, button: str) -> bool:
    """Whether a page has a button that begins with these words."""
    return any(html.unescape(words).startswith(button) for words in re.findall(r">([^<]*)</button>", page.text))


def led_to(page: httpx.Response) -> str:
    """Return where a page goes on to by itself, "" when it stays."""
    found = _REFRESH.search(page.text)
    return html.unescape(found[1]) if found else ""


def post_from_elsewhere(browser: httpx.Client, address: str, fields: dict[str, str], origin: str) -> httpx.Response:
    """Post a form as a page of another site has it posted: without cookies."""
    request = httpx.Request("POST", address, data=fields, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
    return browser.send(request)


def _post(browser: httpx.Client, page: httpx.Response, form: str, button: str) -> httpx.Response:
    action = re.search(r'<form [^>]*action="([^"]*)"', form)
    target = str(page.url.join(html.unescape(action[1]))) if action else str(page.url)
    fields = re.findall(r'<input[^>]* name="([^"]*)" value="([^"]*)"', form)
    fields += re.findall(r' name="([^"]*)" value="([^"]*)"', button)
    data = {html.unescape(name): html.unescape(value) for name, value in fields}
    here = urlsplit(str(page.url))
    headers = {"Origin": f"{here.scheme}://{here.netloc}", "Sec-Fetch-Site": "same-origin"}
    return browser.post(target, data=data, headers=headers)
