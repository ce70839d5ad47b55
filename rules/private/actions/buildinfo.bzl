"""The module information inside a binary, as runtime/debug.BuildInfo has it and `go version -m` prints it."""

visibility(["//rules/...", "//tests/..."])

# Marks around the information (cmd/go/internal/modload, infoStart and infoEnd), already in Go's quoted form.
_START = "0w\\xaf\\f\\x92t\\b\\x02A\\xe1\\xc1\\a\\xe6\\xd6\\x18\\xe6"
_END = "\\xf92C1\\x86\\x18 r\\x00\\x82B\\x10A\\x16\\xd8\\xf2"

# What -buildvcs stamps, in order.
_VCS = ["vcs", "vcs.revision", "vcs.time", "vcs.modified"]

def build_settings(*, config, godebug, flags):
    """Returns the `build` lines, in the go command's order (cmd/go/internal/load, setBuildInfo).

    Args:
        config: GoConfigInfo.
        godebug: string, DefaultGODEBUG; empty for none.
        flags: dict of string to string, values of -asmflags, -cover, -gccgoflags and -gcflags where they were given,
            and of vcs and the like where version control is stamped.

    Returns:
        list of strings `build\\tKEY=VALUE`.
    """
    parts = settings_around_godebug(config = config, flags = flags)
    settings = parts.before + (["DefaultGODEBUG=" + _setting(godebug)] if godebug else []) + parts.after
    if parts.sorted:
        settings = sorted(settings, key = lambda setting: setting.split("=")[0])
    return ["build\t" + setting for setting in settings]

def settings_around_godebug(*, config, flags):
    """Returns the build settings but for DefaultGODEBUG.

    Args:
        config: GoConfigInfo.
        flags: as `build_settings` takes them.

    Returns:
        struct of `before` and `after`, lists of strings `KEY=VALUE` before and after DefaultGODEBUG, and `sorted`, bool,
        whether all are sorted by name in the end.
    """
    before = [("-asan", "true")] if config.instrument == "asan" else []
    before += [("-asmflags", flags["-asmflags"])] if "-asmflags" in flags else []
    before.append(("-buildmode", "exe" if config.buildmode == "default" else config.buildmode))
    before.append(("-compiler", config.compiler))
    if flags.get("-gccgoflags"):
        before.append(("-gccgoflags", flags["-gccgoflags"]))
    if flags.get("-gcflags"):
        before.append(("-gcflags", flags["-gcflags"]))
    if "-cover" in flags:
        before.append(("-cover", flags["-cover"]))
    if config.instrument in ["msan", "race"]:
        before.append(("-" + config.instrument, "true"))
    if config.tags:
        before.append(("-tags", ",".join(config.tags)))
    before.append(("-trimpath", "true"))
    after = [("CGO_ENABLED", "1" if config.cgo else "0"), ("GOARCH", config.goarch)]
    if config.experiment:
        after.append(("GOEXPERIMENT", config.experiment))
    if config.fips140:
        after.append(("GOFIPS140", config.fips140))
    after.append(("GOOS", config.goos))
    if config.arch:
        after.append(tuple(config.arch.split("=", 1)))
    after += [(name, flags[name]) for name in _VCS if name in flags]

    # The go command adds -pgo after the others and sorts again, by name alone.
    after += [("-pgo", config.pgo_name)] if config.pgo_name else []
    return struct(
        before = ["%s=%s" % (key, _setting(value)) for key, value in before],
        after = ["%s=%s" % (key, _setting(value)) for key, value in after],
        sorted = bool(config.pgo_name),
    )

def _setting(value):
    """Quotes a value that holds blanks or quotes, as debug.BuildInfo.String does."""
    if any([mark in value for mark in [" ", "\t", "\r", "\n", "\"", "`"]]):
        return _quote(value)
    return value

def _quote(text):
    return "\"%s\"" % text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")

def modinfo_line(modules, settings):
    """Returns the `modinfo` line of the linker's import configuration.

    Args:
        modules: list of strings, the path, mod, dep and => lines.
        settings: list of strings, the build lines.

    Returns:
        string, one line.
    """
    text = "".join([line + "\n" for line in modules + settings])
    return "modinfo \"%s%s%s\"" % (_START, _quote(text)[1:-1], _END)
