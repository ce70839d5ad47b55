"""Elements of HTML pages. Text, attributes and data are escaped here and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, tostring

__all__ = ["Child", "Element", "data_script", "element", "html_of", "visible"]

Child: TypeAlias = "Element | str | None"

# Controls, surrogates of file names that are not UTF-8, and what turns the direction of text: no name of a module may
# look like another one.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)

# In JSON these letters occur in strings alone.
_OF_MARKUP = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


def element(tag: str, attributes: Mapping[str, str | int | float | bool] | None = None, /, *children: Child) -> Element:
    """Return an element.

    Args:
        tag: its name.
        attributes: those that are False are left out, those that are True have no value.
        children: elements, and texts as readers are to see them; None is left out.
    """
    made = Element(tag, {name: _value(value) for name, value in (attributes or {}).items() if value is not False})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            text = visible(child)
            if last is None:
                made.text = (made.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        elif child is not None:
            made.append(child)
            last = child
    return made


def html_of(root: Element) -> str:
    """Return the text of an element and of all that is in it.

    Texts of ``script`` and ``style`` are not escaped: `data_script` is for data.
    """
    return tostring(root, encoding="unicode", method="html")


def data_script(identity: str, value: Any) -> Element:
    """Return the element that holds data for scripts; no text in the data can end it.

    Args:
        identity: its id.
        value: the data: values of JSON.
    """
    made = Element("script", {"type": "application/json", "id": identity})
    made.text = json.dumps(_visible_value(value), separators=(",", ":"), ensure_ascii=True).translate(_OF_MARKUP)
    return made


def visible(text: str) -> str:
    """Return a text in which characters that readers would not see are replaced."""
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _value(value: object) -> str:
    return "" if value is True else visible(str(value))


def _visible_value(value: Any) -> Any:
    """Return data whose texts `visible` has seen."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(key)): _visible_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_visible_value(item) for item in value]
    return value
