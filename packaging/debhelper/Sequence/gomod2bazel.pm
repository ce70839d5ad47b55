# What dh does with --with=gomod2bazel, or with a build dependency on dh-sequence-gomod2bazel.

use strict;
use warnings;
use Debian::Debhelper::Dh_Lib;

# dwz reads neither compressed debug sections nor those that Go writes since 1.25 (.debug_addr).
remove_command('dh_dwz');

1;
