# A build system for debhelper: dh $@ --buildsystem=gomod2bazel. docs/how-to/debian.md of gomod2bazel describes it.
#
# It belongs into Debian/Debhelper/Buildsystem of Perl's vendor folder, /usr/share/perl5.

package Debian::Debhelper::Buildsystem::gomod2bazel;

use strict;
use warnings;
use Cwd qw(getcwd);
use Debian::Debhelper::Dh_Lib qw(doit error getpackages);
use parent qw(Debian::Debhelper::Buildsystem);

use constant { DESTINATION => '/usr/bin', VARIABLE => 'gomod2bazel:Static-Built-Using' };

sub DESCRIPTION {
    "Go modules, with Bazel (go.mod)";
}

sub check_auto_buildable {
    my ($this, $step) = @_;
    return (-e $this->get_sourcepath('go.mod')) ? 1 : 0;
}

sub new {
    my $class = shift;
    my $this = $class->SUPER::new(@_);
    $this->enforce_in_source_building();
    return $this;
}

# Where the files are until they are installed.
sub _folder {
    return getcwd() . '/debian/.gomod2bazel';
}

# The words of a variable, as a shell reads them.
sub _words {
    my ($name) = @_;
    require Text::ParseWords;
    return grep { defined && length } Text::ParseWords::shellwords($ENV{$name} // '');
}

# Modules come from a goproxy in the source package, or are vendored: there is no network.
sub _sources {
    my $here = getcwd();
    return ('-goproxy', $ENV{DH_GOMOD2BAZEL_GOPROXY}) if $ENV{DH_GOMOD2BAZEL_GOPROXY};
    return ('-goproxy', "file://$here/debian/goproxy") if -d 'debian/goproxy';
    return ('-goproxy', 'off');
}

sub _build {
    my ($this, @flags) = @_;
    my @input = _words('DH_GOMOD2BAZEL_INPUT');
    @input = ('.') if !@input;
    push @flags, '-p', $this->get_parallel() if $this->get_parallel() > 0;
    my $sums = getcwd() . '/debian/goproxy/sums';
    push @flags, '-sumfile', $sums if -e $sums;
    push @flags, _words('DH_GOMOD2BAZEL_FLAGS');
    $this->doit_in_sourcedir(
        { update_env => $this->_environment() },
        'gomod2bazel', 'build', '-offline', '-hardening', '-gnu-build-id', '-docs', 'debian', '-progress', 'plain',
        '-destination', DESTINATION, '-prefix', _folder() . '/root', _sources(), @flags, @input
    );
}

# C code gets the flags of dpkg-buildflags, but for those that name the folder of the source package: no compiler sees it.
sub _environment {
    my %set = ( CGO_CPPFLAGS => 'CPPFLAGS', CGO_CFLAGS => 'CFLAGS', CGO_CXXFLAGS => 'CXXFLAGS', CGO_LDFLAGS => 'LDFLAGS' );
    my %environment;
    for my $name (keys %set) {
        next if defined $ENV{$name} || !defined $ENV{ $set{$name} };
        $environment{$name} = join ' ', grep { !/^-f(?:file|debug|macro)-prefix-map=/ } split ' ', $ENV{ $set{$name} };
    }
    # debhelper removes the variable of the caches.
    $environment{XDG_CACHE_HOME} = $ENV{DH_GOMOD2BAZEL_CACHE} if $ENV{DH_GOMOD2BAZEL_CACHE};
    return \%environment;
}

sub configure { }

sub build {
    my $this = shift;
    my $substvars = _folder() . '/substvars';
    $this->_build(@_, '-result-file', $substvars, '-result-format', 'deb-built-using');
    # No server of Bazel is left behind.
    $this->doit_in_sourcedir({ update_env => $this->_environment() }, 'gomod2bazel', 'shutdown');
}

sub test { }

sub install {
    my ($this, $destination) = @_;
    my $folder = _folder();
    doit('mkdir', '-p', $destination);
    doit('cp', '--archive', '--no-target-directory', "$folder/root", $destination);
    open(my $file, '<', "$folder/substvars") or error("cannot read $folder/substvars: $!");
    my $line = <$file>;
    close($file);
    # ?= allows that debian/control does not use it.
    $line =~ s/^\Q${\VARIABLE}\E=/${\VARIABLE}?=/;
    for my $package (getpackages('arch')) {
        my $substvars = "debian/$package.substvars";
        open(my $out, '>>', $substvars) or error("cannot write $substvars: $!");
        print {$out} $line;
        close($out) or error("cannot write $substvars: $!");
    }
}

sub clean {
    my $this = shift;
    doit('rm', '-rf', 'debian/.gomod2bazel');
}

1;
