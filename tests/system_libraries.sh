#!/bin/sh
# MediaPipe and OpenCV link to graphics libraries that a bare Debian lacks. Installs them where that is allowed, else says how.
# Usage: system_libraries.sh PYTHON
set -eu
probe='import ctypes
for name in ("libGL.so.1", "libEGL.so.1", "libGLESv2.so.2", "libglib-2.0.so.0", "libxcb.so.1"):
    ctypes.CDLL(name)'
if "$1" -c "$probe" 2>/dev/null; then exit 0; fi
packages="libgl1 libegl1 libgles2 libglib2.0-0 libxcb1"
if [ "$(uname)" != Linux ]; then exit 0; fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
else
    echo "Graphics libraries are missing. On Debian or Ubuntu: sudo apt-get install $packages" >&2
    exit 1
fi
