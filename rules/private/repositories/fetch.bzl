"""What repository rules do in each Bazel release: download from goproxies, write files, return metadata."""

visibility(["//rules/...", "//tests/..."])

_HELP = "see https://github.com/gomod2bazel/gomod2bazel/blob/main/docs/how-to/private-goproxy.md where it needs a password"

# What stands for the root of the main repository in a URL.
WORKSPACE = "%workspace%"

# What stands for each goproxy of the variable GOPROXY, at the beginning of a URL.
_GOPROXY = "%GOPROXY%/"

def fetch_zip(rctx, urls, *, source, sha256, output, prefix = ""):
    """Fetches a zip from the first goproxy that has it, and unpacks it.

    Args:
        rctx: context of a repository rule.
        urls: list of strings, as `placed_urls` takes them.
        source: string, PATH@VERSION, for errors.
        sha256: string, the zip's.
        output: string, the folder to unpack into.
        prefix: string, the folder of the zip to unpack.
    """
    urls = placed_urls(urls, str(rctx.workspace_root), rctx.os.environ.get("GOPROXY", ""))
    if not urls:
        fail("no goproxy to fetch %s from: name one in go_modules.from_file(goproxy = [...]), or in the variable GOPROXY" % source)

    # By position: Bazel 8 renamed stripPrefix.
    done = rctx.download_and_extract(
        urls,
        output,
        sha256,
        "zip",
        prefix,
        allow_fail = True,
        auth = netrc_auth(_netrc(rctx), urls),
    )
    if not done.success:
        fail("cannot fetch %s: Bazel's warnings say why, for each goproxy of go_modules.from_file; %s" % (source, _HELP))

def placed_urls(urls, workspace, goproxy):
    """Returns URLs with what their placeholders stand for.

    Args:
        urls: list of strings. `%workspace%` stands for the root of the main repository; `%GOPROXY%` at the beginning
            for each goproxy of the variable GOPROXY.
        workspace: string, that root.
        goproxy: string, that variable; what is not a URL in it (direct, off) is passed over.

    Returns:
        list of strings.
    """
    roots = [entry.strip() for entry in goproxy.replace("|", ",").split(",") if "://" in entry]
    placed = []
    for url in urls:
        if not url.startswith(_GOPROXY):
            placed.append(url.replace(WORKSPACE, workspace))
            continue
        for root in roots:
            problem = goproxy_problem(root)
            if problem:
                fail("GOPROXY: " + problem)
            placed.append(root.rstrip("/") + "/" + url.removeprefix(_GOPROXY))
    return placed

def _netrc(rctx):
    """Returns the text of the file that the go command reads credentials from; empty where there is none."""
    path = rctx.os.environ.get("NETRC") or rctx.os.environ.get("HOME", "") + "/.netrc"

    # Not watched: other credentials make no other repository, and failed fetches are tried again in any case.
    return rctx.read(path, watch = "no") if path.startswith("/") and rctx.path(path).exists else ""

def netrc_auth(netrc, urls):
    """Returns the credentials for some URLs, as the go command reads them (cmd/go/internal/auth, parseNetrc).

    They are sent only over https, or to loopback. A machine is named with its port where the URL has one.

    Args:
        netrc: string, the content of a .netrc file.
        urls: list of strings.

    Returns:
        dict, the `auth` of downloads.
    """
    known = {}
    entry = {}
    in_macro = False
    for line in netrc.split("\n"):
        words = [word for word in line.replace("\t", " ").replace("\r", " ").split(" ") if word]
        if in_macro or "macdef" in words[:1]:
            in_macro = bool(words)
            continue
        for at in range(0, len(words) - 1, 2):
            entry = {words[at]: words[at + 1]} if words[at] == "machine" else entry | {words[at]: words[at + 1]}
            if not [name for name in ["machine", "login", "password"] if name not in entry]:
                known.setdefault(entry["machine"], {"login": entry["login"], "password": entry["password"], "type": "basic"})
                entry = {}
    auth = {}
    for url in urls:
        host = _host(url)
        credentials = known.get(host)
        if credentials and (url.startswith("https://") or (url.startswith("http://") and _without_port(host) in ["127.0.0.1", "localhost", "[::1]"])):
            auth[url] = credentials
    return auth

def goproxy_problem(url):
    """Tells what is wrong with the URL of a goproxy: one with a user or password shows it in Bazel's messages.

    Args:
        url: string.

    Returns:
        string, or None.
    """
    if "@" not in _authority(url):
        return None
    return "the URL of the goproxy %s has a user or a password: leave them out, and put them into .netrc; %s" % (_host(url), _HELP)

def _authority(url):
    return url.partition("://")[2].partition("/")[0].partition("?")[0]

def _host(url):
    return _authority(url).rpartition("@")[2]

def _without_port(host):
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host

def write_text(rctx, path, text):
    """Writes a text file.

    Args:
        rctx: context of a repository rule.
        path: string, or path.
        text: string.
    """

    # Bazel 7 holds text as bytes and would encode names beyond ASCII a second time. Since Bazel 8 the parameter is a
    # no-op that will be removed.
    as_it_is = {} if hasattr(rctx, "repo_metadata") else {"legacy_utf8": False}
    rctx.file(path, text, executable = False, **as_it_is)

def repository_metadata(rctx, reproducible, release = getattr(native, "bazel_version", "")):
    """Returns what the implementation of a repository rule returns.

    A reproducible repository may be kept in Bazel's repo contents cache, for other workspaces too. Links in it are
    absolute. Bazel 8.3 to 8.7 and 9.0.0 keep them so, and they lead nowhere once the workspace that made them is gone
    (https://github.com/bazelbuild/bazel/pull/28582): these releases fetch for each workspace, as Bazel 7 does.

    Args:
        rctx: context of a repository rule.
        reproducible: bool, whether its attributes decide all that is in the repository.
        release: string, that of Bazel; empty for one that was built without a version.

    Returns:
        the metadata, or None.
    """
    if not hasattr(rctx, "repo_metadata"):
        return None
    return rctx.repo_metadata(reproducible = reproducible and _makes_links_relative(release))

def _makes_links_relative(release):
    """Tells whether Bazel makes the links of a repository relative before it caches it: from 8.8.0 and 9.0.1 on."""
    parts = release.split("-")[0].split("rc")[0].split(".")
    if not parts[0].isdigit():
        return True
    version = tuple([int(part) for part in parts if part.isdigit()])
    return version >= ((8, 8) if version[0] == 8 else (9, 0, 1))

def zip_url(root, source):
    """Returns where a goproxy has a module's zip (Go Modules Reference, "GOPROXY protocol").

    Args:
        root: string, the goproxy's URL.
        source: string, PATH@VERSION.

    Returns:
        string, a URL.
    """
    path, _, version = source.partition("@")
    return "%s/%s/@v/%s.zip" % (root.rstrip("/"), _escape(path), _escape(version))

def _escape(text):
    return text if text == text.lower() else "".join(["!" + c.lower() if c.isupper() else c for c in text.elems()])
