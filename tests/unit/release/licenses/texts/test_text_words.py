"""Words of a text as licences are compared by."""

from __future__ import annotations

import codecs

import pytest

from gomod2bazel.release.licenses.texts.text_words import decoded, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('THE SOFTWARE IS PROVIDED "AS IS",', "the software is provided as is"),
        (
            "// one-line\n * comment_with under_scores\n# 1. and numbers",
            "one line comment with under scores 1 and numbers",
        ),
        ("Copyright (c) 2020, Copyright © 2021, (C) 2022", "copyright 2020 copyright 2021 copyright 2022"),
        ("a) b) c) d) (c)opy", "a b c d copyright opy"),
        ("<p>This <b>license</b></p> of <me@example.com>", "the license of me example com"),
        ("Licence organisation https://example.com", "licence organisation http example com"),
        ("L'Énergie Atomique", "l energie atomique"),
        ("\u201cas is\u201d non\u2011infringement", "as is non infringement"),
        ("", ""),
    ],
)
def test_words(text: str, words: str) -> None:
    assert " ".join(words_of(text).words) == words


def test_places_are_in_the_text() -> None:
    words = words_of("<b>The</b> Café, twice")
    assert [words.text[a:b] for a, b in zip(words.starts, words.ends, strict=True)] == ["The", "Cafe", "twice"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("Jos\u00e9".encode(), "Jos\u00e9"),
        ("Jos\u00e9".encode("latin-1"), "Jos\u00e9"),
        (codecs.BOM_UTF8 + b"marked", "marked"),
        (codecs.BOM_UTF16_LE + "wide".encode("utf-16-le"), "wide"),
        (codecs.BOM_UTF16_BE + "wide".encode("utf-16-be"), "wide"),
        (codecs.BOM_UTF32_LE + "wider".encode("utf-32-le"), "wider"),
        (codecs.BOM_UTF16_LE + b"o", "\ufffd"),
        (b"\x7fELF\0\0", ""),
        (b"", ""),
    ],
)
def test_texts_are_decoded_by_their_mark(data: bytes, text: str) -> None:
    assert decoded(data) == text
