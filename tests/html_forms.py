"""The values of a form in a page, as a browser would send them back. Used where a test saves a page as it is."""

from html.parser import HTMLParser


class _FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.values: dict[str, list[str]] = {}
        self.select: str | None = None
        self.text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "form":
            self.is_inside = own.get("id") == self.form_id
        if not self.is_inside or "disabled" in own:
            return
        name = own.get("name") or ""
        if tag == "input" and name and own.get("type") not in ("submit", "button", "file"):
            if own.get("type") not in ("checkbox", "radio") or "checked" in own:
                plain = "on" if own.get("type") == "checkbox" else ""
                self.values.setdefault(name, []).append(own.get("value") or plain)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in own:
            self.values.setdefault(self.select, []).append(own.get("value") or "")
        elif tag == "textarea":
            self.text = name
            self.values[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.text:
            self.values[self.text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.text:
            self.values[self.text][0] = self.values[self.text][0].removeprefix("\n")
            self.text = None


def read_form(page: str, form_id: str) -> dict[str, list[str]]:
    """Of the form with this id; without the rows that a script would add, and without buttons and files."""
    reader = _FormReader(form_id)
    reader.feed(page)
    return {name: values for name, values in reader.values.items() if "__prefix__" not in name}
