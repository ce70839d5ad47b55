"""update, impact and audit with the real go command, down to what they print and write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import baseline as samples
from support.documents import checked
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import InstallError, TrustError, UsageError
from gomod2bazel.cli import run_command


@pytest.fixture
def user(tmp_path: Path, go: RealGo) -> User:
    samples.serve(tmp_path)
    return User.with_go(tmp_path, go)


def run(user: User, *words: str, code: int = 0) -> list[str]:
    user.out.clear()
    assert run_command(["baseline", *words, samples.GOPROXY.format(user.session.cwd)], user.session) == code
    return "".join(user.out).splitlines()


def read(user: User, name: str) -> str:
    return (user.session.cwd / name).read_text(encoding="utf-8")


def test_update_changes_no_more_than_is_needed(user: User) -> None:
    text = samples.BASELINE.replace("low v1.1.0", "low v1.0.0").replace("\texample.com/left v1.0.0\n", "")
    (user.session.cwd / "base.mod").write_text(text, encoding="utf-8")
    (user.session.cwd / "base.sum").unlink()
    assert run(user, "update", "base.mod", "a", "example.com/b@v1.0.0") == [
        "add example.com/left v1.0.0 (example.com/a)",
        "raise example.com/low v1.0.0 => v1.1.0 (example.com/a)",
    ]
    # The go command puts what is new into the last block; comments and the rest stay.
    assert read(user, "base.mod") == text.replace("low v1.0.0", "low v1.1.0").replace(
        "require example.com/right v1.0.0\n", "require (\n\texample.com/left v1.0.0\n\texample.com/right v1.0.0\n)\n"
    )
    # What was brought there is enough for a strict build of all, even without the trees' own go.sum.
    (user.session.cwd / "a" / "go.sum").unlink()
    for leaf in ("a", "b", "example.com/b@v1.0.0"):
        user.run("lock", samples.GOPROXY.format(user.session.cwd), "-baseline=base.mod", leaf)
    state = read(user, "base.mod"), read(user, "base.sum")
    assert run(user, "update", "base.mod", "example.com/b@v1.0.0", "a") == []
    assert (read(user, "base.mod"), read(user, "base.sum")) == state


def test_update_writes_a_baseline_that_is_not_there(user: User) -> None:
    run(user, "update", "new.mod", "a", "b")
    assert read(user, "new.mod") == (
        "module gomod2bazel.invalid/baseline\n\nrequire (\n\texample.com/left v1.0.0\n\texample.com/low v1.1.0\n"
        "\texample.com/other v1.1.0\n\texample.com/right v1.0.0\n)\n"
    )
    # The trees have go.sum files, so what they list is not reported.
    assert not [line for line in user.messages if "not verified" in line]
    assert "example.com/low v1.1.0 h1:" in read(user, "new.sum")
    assert "v1.2.0" not in read(user, "new.sum")


def test_update_follows_what_raised_modules_require(user: User) -> None:
    text = samples.BASELINE.replace("right v1.0.0", "right v1.1.0")
    (user.session.cwd / "base.mod").write_text(text, encoding="utf-8")
    assert run(user, "update", "base.mod", "a", "b") == ["raise example.com/low v1.1.0 => v1.2.0 (example.com/b)"]


def test_update_tells_of_patches_that_are_left_behind_and_of_what_nobody_needs(user: User) -> None:
    text = samples.BASELINE.replace("right v1.0.0", "right v1.1.0") + "\nrequire example.com/gone v1.0.0\n"
    (user.session.cwd / "base.mod").write_text(text, encoding="utf-8")
    folder = user.session.cwd / "base.patches" / "example.com" / "low@v1.1.0"
    folder.mkdir(parents=True)
    (folder / "1.patch").write_text(samples.PATCH, encoding="utf-8")
    run(user, "update", "base.mod", "a", "b")
    assert (
        "warning: base.patches/: 1 patch of example.com/low@v1.1.0 must be recreated for v1.2.0; builds fail until then"
        in user.messages
    )
    assert any("example.com/gone is not linked into any binary of these leaf modules" in line for line in user.messages)


def test_update_leaves_both_files_as_they_were_when_a_leaf_fails(user: User) -> None:
    (user.session.cwd / "a" / "go.mod").write_text("module example.com/a\n\nrequire nonsense\n", encoding="utf-8")
    before = read(user, "base.mod"), read(user, "base.sum")
    with pytest.raises(Exception, match=r"go\.mod:3: "):
        run(user, "update", "base.mod", "b", "a")
    assert (read(user, "base.mod"), read(user, "base.sum")) == before


def test_sums_that_do_not_agree(user: User) -> None:
    with (user.session.cwd / "b" / "go.sum").open("a", encoding="utf-8") as file:
        file.write("example.com/left v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    (user.session.cwd / "base.sum").unlink()
    with pytest.raises(TrustError, match=r"go\.sum files disagree"):
        run(user, "update", "base.mod", "a", "b")


def test_impact_goes_by_packages(user: User) -> None:
    assert run(user, "impact", "example.com/low@v1.2.0", "-baseline=base.mod", "-platform=linux/amd64", "a", "b") == [
        "example.com/a/cmd/left linux/amd64 (example.com/a): example.com/low",
        "example.com/b/cmd/inner linux/amd64 (example.com/b): example.com/low/inner",
        "example.com/b/cmd/right linux/amd64 (example.com/b): example.com/low",
    ]
    # It wrote nothing.
    assert read(user, "base.mod") == samples.BASELINE


def test_impact_counts_what_else_has_to_rise(user: User) -> None:
    words = ("impact", "example.com/right@v1.1.0", "-baseline=base.mod", "-platform=linux/amd64", "a", "b")
    assert run(user, *words)[0] == "also example.com/low v1.1.0 => v1.2.0"
    assert len(run(user, *words)) == 4
    found = checked("baseline-impact", "".join(run(user, *words, "-json")))
    assert [one["path"] for one in found["modules"]] == ["example.com/low", "example.com/right"]
    assert found["binaries"][-1] == {
        "import_path": "example.com/b/cmd/right",
        "leaf": "example.com/b",
        "platform": "linux/amd64",
        "reaches": {"example.com/low": ["example.com/low"], "example.com/right": ["example.com/right"]},
    }
    # Forced, it comes alone.
    alone = run(user, *words, "-baseline-mode=force")
    assert [line.split()[0] for line in alone] == ["example.com/b/cmd/right"]


def test_impact_as_a_page(user: User) -> None:
    words = ("impact", "example.com/right@v1.1.0", "-baseline=base.mod", "-platform=linux/amd64", "a", "b", "-waves")
    lines = run(user, *words)
    assert run(user, *words, "-report=impact.html") == lines
    page = read(user, "impact.html")
    assert run(user, *words, "-report=impact.html") == lines
    assert read(user, "impact.html") == page
    for text in ("example.com/b/cmd/right", "example.com/low", "v1.2.0", "wave 1: ", "Impact report"):
        assert text in page
    head = page.partition('<table id="impact-table"')[2].partition("</thead>")[0]
    assert [name in head for name in ("example.com/low", "example.com/right")] == [True, True]
    with pytest.raises(InstallError, match="cannot write the report"):
        run(user, *words, "-report=a")
    with pytest.raises(UsageError, match="-report is a flag of"):
        run(user, "update", "base.mod", "a", "-report=update.html")


def test_audit_as_a_page(user: User) -> None:
    words = ("audit", "-osv=osv", "-baseline=base.mod", "-platform=linux/amd64", "a", "b")
    lines = run(user, *words, code=1)
    assert run(user, *words, "-report=audit.html", code=1) == lines
    page = read(user, "audit.html")
    for text in ("GO-2099-0001", "CVE-2099-1", "Says too much", "example.com/low@v1.1.0", "example.com/b/cmd/inner"):
        assert text in page
    assert "&gt; example.com/low/inner" in page, "the import chain"


def test_impact_of_what_changes_nothing(user: User) -> None:
    assert run(user, "impact", "example.com/low@v1.1.0", "-baseline=base.mod", "a", "b") == []
    assert run(user, "impact", "example.com/right@v1.1.0", "-baseline=base.mod", "-baseline-mode=force", "a") == []


def test_impact_below_what_is_required(user: User) -> None:
    with pytest.raises(
        TrustError, match=r"example\.com/a requires example\.com/low v1\.1\.0, which is newer than v1\.0\.0"
    ):
        run(user, "impact", "example.com/low@v1.0.0", "-baseline=base.mod", "a")


def test_audit_goes_by_packages(user: User) -> None:
    base = user.session.cwd / "base.mod"
    base.write_text(samples.BASELINE.replace("other v1.1.0", "other v1.0.0"), encoding="utf-8")
    words = ("audit", "-osv=osv", "-baseline=base.mod", "-platform=linux/amd64", "-baseline-mode=force", "a", "b")
    assert run(user, *words, code=1) == [
        "GO-2099-0001 CVE-2099-1 example.com/low@v1.1.0: Says too much",
        "  example.com/b/cmd/inner linux/amd64 (example.com/b) reaches example.com/low/inner: "
        "functions not checked (-built DIR checks them)",
        "  fixed in example.com/low@v1.2.0",
        "GO-2099-0002 example.com/low@v1.1.0: Elsewhere only",
        "  no binary reaches it",
        "  no fix is available yet",
        "GO-2099-0003 example.com/other@v1.0.0: All of it",
        "  example.com/a/cmd/other linux/amd64 (example.com/a) reaches example.com/other: the whole "
        "package is affected",
        "  example.com/b/cmd/newer linux/amd64 (example.com/b) reaches example.com/other: the whole "
        "package is affected",
        "  fixed in example.com/other@v1.1.0",
        "bump example.com/low@v1.2.0: fixes GO-2099-0001",
        "bump example.com/other@v1.1.0: fixes GO-2099-0003",
    ]
    found = checked("baseline-audit", "".join(run(user, *words, "-json", code=1)))
    assert found["bumps"] == ["example.com/low@v1.2.0", "example.com/other@v1.1.0"]
    assert found["findings"][0]["binaries"] == [
        {
            "import_path": "example.com/b/cmd/inner",
            "leaf": "example.com/b",
            "platform": "linux/amd64",
            "way": ["example.com/b/cmd/inner", "example.com/low/inner"],
            "symbols": ["Say", "Shout"],
            "linked": None,
            "counts": True,
        }
    ]
    assert [one["counts"] for one in found["findings"]] == [True, False, True]


def test_audit_without_a_baseline_and_of_one_that_reaches_nothing(user: User) -> None:
    lines = run(user, "audit", "-osv=osv", "example.com/a@v1.0.0", code=1)
    assert "bump example.com/other@v1.1.0: fixes GO-2099-0003" in lines
    assert run(user, "audit", "-osv=osv", "-baseline=base.mod", "a")[:2] == [
        "GO-2099-0001 CVE-2099-1 example.com/low@v1.1.0: Says too much",
        "  no binary reaches it",
    ]


def test_audit_of_the_versions_alone(user: User) -> None:
    lines = run(user, "audit", "-osv=osv", "-baseline=base.mod", code=1)
    assert lines[-1] == "bump example.com/low@v1.2.0: fixes GO-2099-0001"
    assert not [line for line in lines if "GO-2099-0003" in line]


def test_of_a_replaced_module_the_replacement_counts(user: User) -> None:
    base = user.session.cwd / "base.mod"
    base.write_text(samples.BASELINE + "\nreplace example.com/low v1.1.0 => example.com/low v1.2.0\n", "utf-8")
    assert "GO-2099-0001" not in "".join(run(user, "audit", "-osv=osv", "-baseline=base.mod", "b"))
    # Another module's packages are built under the paths of the one that they replace.
    fork = json.loads(read(user, "osv/ID/GO-2099-0001.json").replace("example.com/low", "example.com/right"))
    fork["affected"][0]["ecosystem_specific"]["imports"] = [{"path": "example.com/right"}]
    (user.session.cwd / "osv" / "fork.json").write_text(json.dumps({**fork, "id": "GO-2099-0004"}), "utf-8")
    base.write_text(samples.BASELINE + "\nreplace example.com/left => example.com/right v1.0.0\n", "utf-8")
    lines = run(user, "audit", "-osv=osv", "-baseline=base.mod", "-platform=linux/amd64", "a", code=1)
    told = (
        "  example.com/a/cmd/left linux/amd64 (example.com/a) reaches example.com/left: the whole package is affected"
    )
    assert told in lines


def test_a_patch_clears_what_it_is_named_after(user: User) -> None:
    folder = user.session.cwd / "base.patches" / "example.com" / "low@v1.1.0"
    folder.mkdir(parents=True)
    (folder / "01-CVE-2099-1.patch").write_text(samples.PATCH, encoding="utf-8")
    lines = run(user, "audit", "-osv=osv", "-baseline=base.mod", "b")
    assert lines[1] == "  fixed by 01-CVE-2099-1.patch, according to its name"
    (folder / "01-CVE-2099-1.patch").rename(folder / "01-CVE-2099-11.patch")
    run(user, "audit", "-osv=osv", "-baseline=base.mod", "b", code=1)


def test_the_standard_library_is_looked_at_by_the_go_release(user: User) -> None:
    record = {
        "id": "GO-2099-0009",
        "affected": [
            {
                "package": {"name": "stdlib", "ecosystem": "Go"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "99.1.0"}]}],
                "ecosystem_specific": {"imports": [{"path": "runtime", "symbols": ["main"]}, {"path": "net/http"}]},
            }
        ],
    }
    (user.session.cwd / "std").mkdir()
    (user.session.cwd / "std" / "a.json").write_text(json.dumps(record), encoding="utf-8")
    lines = run(user, "audit", "-osv=std", "example.com/a@v1.0.0", code=1)
    assert len([line for line in lines if " reaches runtime: " in line]) == 3
    assert lines[-1] == "use go99.1.0: fixes GO-2099-0009"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "baseline needs a subcommand"),
        (["upgrade"], "unknown command 'baseline upgrade'"),
        (["update", "base.mod"], "missing arguments"),
        (["update", "base.txt", "a"], "the name of a baseline must end in .mod"),
        (["update", "-baseline=base.mod", "base.mod", "a"], "takes the baseline as its first argument"),
        (["impact", "example.com/low@v1.2.0", "a"], "no baseline given"),
        (["impact", "example.com/low@latest", "-baseline=base.mod", "a"], "expected MODULE@VERSION"),
        (["impact", "example.com/new@v1.0.0", "-baseline=base.mod", "a"], "base.mod does not have example.com/new"),
        (["impact", "-osv=osv", "example.com/low@v1.2.0", "a"], "-osv is a flag of build and baseline audit"),
        (["audit", "a"], "no vulnerability records given"),
        (["audit", "-osv=osv"], "no modules to audit"),
        (["audit", "-osv=osv", "-built=none", "b"], "none/inner does not exist"),
    ],
)
def test_wrong_use(words: list[str], said: str, user: User) -> None:
    with pytest.raises(UsageError, match=said):
        run(user, *words)


def test_flags_of_audit_mean_nothing_elsewhere(user: User) -> None:
    with pytest.raises(UsageError, match="-built is a flag of baseline audit"):
        user.run("build", "-built=bin", "a")
    with pytest.raises(UsageError, match="-osv is a flag of build and baseline audit"):
        user.run("list", "-osv=osv", "a")


def test_waves_after_an_update(user: User) -> None:
    text = samples.BASELINE.replace("right v1.0.0", "right v1.1.0")
    (user.session.cwd / "base.mod").write_text(text, encoding="utf-8")
    assert run(user, "update", "-waves", "base.mod", "a", "b") == [
        "raise example.com/low v1.1.0 => v1.2.0 (example.com/b)",
        "wave 1: example.com/low",
        "wave 2: example.com/left example.com/right",
        "wave 3: example.com/a example.com/b",
    ]
    assert run(user, "update", "-waves", "base.mod", "a", "b") == [], "nothing is raised any more"


def test_update_as_json(user: User) -> None:
    text = samples.BASELINE.replace("right v1.0.0", "right v1.1.0")
    (user.session.cwd / "base.mod").write_text(text, encoding="utf-8")
    value = checked("baseline-update", "\n".join(run(user, "update", "-waves", "-json", "base.mod", "b")))
    unused = next(message for message in value.pop("messages") if message["what"].startswith("example.com/left "))
    assert (unused["level"], unused["file"], unused["line"]) == ("warning", "base.mod", 5)
    assert value == {
        "schema_version": 1,
        "modules": [{"path": "example.com/low", "from": "v1.1.0", "to": "v1.2.0", "leaf": "example.com/b"}],
        "waves": [["example.com/low"], ["example.com/right"], ["example.com/b"]],
        "cycles": [],
    }


def test_waves_of_an_impact(user: User) -> None:
    words = ("impact", "-waves", "example.com/low@v1.2.0", "-baseline=base.mod", "a", "b")
    assert run(user, *words)[-3:] == [
        "wave 1: example.com/low",
        "wave 2: example.com/left example.com/right",
        "wave 3: example.com/a example.com/b",
    ]
    found = checked("baseline-impact", "\n".join(run(user, *words, "-json")))
    assert found["waves"][0] == ["example.com/low"]
    assert found["cycles"] == []


def test_audit_has_no_waves(user: User) -> None:
    with pytest.raises(UsageError, match="-waves is a flag of baseline update and baseline impact"):
        run_command(["baseline", "audit", "-waves", "-osv", "x"], user.session)
