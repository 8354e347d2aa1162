# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./run and ./test: installs what is missing on Debian 12, and only that.

# What building the app and its windows needs.
build_packages=(
    g++ cmake ninja-build ccache file pkg-config
    qt6-base-dev qt6-declarative-dev qt6-declarative-dev-tools libgl1-mesa-dev libvulkan-dev
    nlohmann-json3-dev libexpected-dev libsqlite3-dev libboost1.81-dev
    libssl-dev libtomlplusplus-dev qt6-networkauth-dev qtkeychain-qt6-dev libsimdjson-dev
)

# What it needs to run: Debian's QML modules do not depend on each other.
run_packages=(
    qml6-module-qtquick qml6-module-qtquick-controls qml6-module-qtquick-layouts
    qml6-module-qtquick-templates qml6-module-qtquick-window qml6-module-qtqml
    qml6-module-qtqml-models qml6-module-qtqml-workerscript
    fonts-inter fonts-jetbrains-mono libsecret-1-0
)

test_packages=(
    qml6-module-qttest xvfb xauth xdotool openbox chromium x11-utils imagemagick dbus gnome-keyring
    python3 sqlite3 ca-certificates clang-format clang libclang-rt-14-dev
)

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# install_missing PACKAGE...: nothing to do is said in no words and costs a few milliseconds.
install_missing() {
    local missing=() package
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || {
            echo "These packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo)
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# install_npm FOLDER...: each one's npm packages, exactly as its lock says, unless they are there.
install_npm() {
    local folder seen
    for folder in "$@"; do
        seen=build/${folder##*/}.lock
        cmp -s "$folder/package-lock.json" "$seen" && [[ -d $folder/node_modules ]] && continue
        say "Installing the npm packages of $folder"
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
        cp "$folder/package-lock.json" "$seen"
    done
}

# build_release [TARGET...]: configures once, then builds what has changed.
build_release() {
    if [[ ! -f build/release/build.ninja ]]; then
        say "Configuring into build/release"
        cmake --preset release >build/configure.log 2>&1 || {
            cat build/configure.log >&2
            return 1
        }
    fi
    say "Building"
    cmake --build --preset release "${@:+--target}" "$@"
}
