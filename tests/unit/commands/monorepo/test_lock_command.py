"""Which configurations a lock is made for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.given import options_of
from support.samples import configuration, loaded

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.monorepo import lock
from gomod2bazel.commands.monorepo.lock import load_variants
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.for_variants import with_variant
from gomod2bazel.options.flags import parse
from gomod2bazel.options.options import ChooseOptions, LoadOptions, ModuleOptions
from gomod2bazel.options.variant import Variant

RACE, PURE = Variant(instrument="race"), Variant(pure=True)
LINUX, WINDOWS = ("linux", "amd64"), ("windows", "arm64")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def session(said: list[str], tmp_path: Path) -> Session:
    return Session(
        environment={"CGO_ENABLED": "1"},
        cwd=tmp_path,
        caches=Caches(root=tmp_path),
        runner=SubprocessRunner(),
        say=lambda message: said.append(str(message)),
        progress=lambda _: None,
        out=lambda _: None,
    )


@pytest.fixture(autouse=True)
def go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load as a go command would that knows no race detector for windows/arm64."""

    def load_all(session: Session, module: ModuleOptions, _choose: ChooseOptions, _go: Tool) -> list[Loaded]:
        options = module.load
        if options.compile.race and WINDOWS in options.platforms:
            raise UsageError("-race is not supported on windows/arm64", hint="leave it out")
        return [loaded(configuration=_configuration(one, options, session.environment)) for one in options.platforms]

    monkeypatch.setattr(lock, "load_all", load_all)


def _configuration(platform: tuple[str, str], options: LoadOptions, environment: Mapping[str, str]) -> Configuration:
    return configuration(
        goos=platform[0],
        goarch=platform[1],
        cgo=environment["CGO_ENABLED"] == "1" and platform == LINUX,
        tags=options.tags,
        instrument="race" if options.compile.race else "",
    )


def _made(session: Session, *variants: Variant, platforms: tuple[tuple[str, str], ...] = (LINUX,)) -> list[str]:
    options = options_of(platforms=platforms, variants=variants, tags=("t",))
    tool = Tool(name="go", path=Path("go"), version="", origin="")
    return [
        f"{own.goos} cgo={own.cgo} {own.instrument} {','.join(own.tags)}"
        for own in (one.configuration for _, one in load_variants(session, options.module, options.choose, tool))
    ]


def test_every_variant_of_every_platform(session: Session) -> None:
    assert _made(session, RACE, PURE, Variant(tags=("a", "t", "b"))) == [
        "linux cgo=True  t",
        "linux cgo=True race t",
        "linux cgo=False  t",
        "linux cgo=True  t,a,b",
    ]


def test_what_changes_nothing_and_what_is_refused_is_left_out_with_a_word(session: Session, said: list[str]) -> None:
    made = _made(session, RACE, PURE, platforms=(LINUX, WINDOWS))
    assert made == ["linux cgo=True  t", "windows cgo=False  t", "linux cgo=True race t", "linux cgo=False  t"]
    assert said == [
        "warning: windows/arm64: skipping -variant race: -race is not supported on windows/arm64",
        "warning: windows/arm64: -variant pure has no effect there",
    ]


def test_a_variant_that_no_platform_has_is_an_error(session: Session, said: list[str]) -> None:
    with pytest.raises(UsageError, match="-variant race: -race is not supported on windows/arm64") as raised:
        _made(session, RACE, platforms=(WINDOWS,))
    assert (raised.value.hint, said) == ("leave it out", [])


@pytest.mark.parametrize(
    ("texts", "variants"),
    [
        (["race"], (RACE,)),
        (["tags=b,a.1,b"], (Variant(tags=("b", "a.1")),)),
        (["tags=a+race", "pure+tags=x"], (Variant(instrument="race", tags=("a",)), Variant(pure=True, tags=("x",)))),
        (["race", "pure", "race"], (RACE, PURE)),
    ],
)
def test_variants_are_read(texts: list[str], variants: tuple[Variant, ...]) -> None:
    options, _ = parse([word for text in texts for word in ("-variant", text)])
    assert options.module.variants == variants
    assert parse([f"-variant={one}" for one in variants])[0].module.variants == variants, (
        "each is written as it is read"
    )


@pytest.mark.parametrize(
    "text", ["", "Race", "race+asan", "race+race", "tags=", "tags=a b", "tags=a+tags=b", "race,pure"]
)
def test_what_is_no_variant(text: str) -> None:
    with pytest.raises(
        UsageError,
        match=r"-variant: .* (is not a variant|only one of race, msan and asan may be given|may be given once)",
    ):
        parse(["-variant", text])


def test_an_instrument_takes_the_place_of_another() -> None:
    own = with_variant
    options = options_of(msan=True).module
    session = Session.__new__(Session)
    assert own(session, options, RACE)[1] == options_of(race=True).module
