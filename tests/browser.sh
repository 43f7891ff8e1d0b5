#!/bin/sh
# The browser tests drive the system's Chromium. Installs it where that is allowed, else says how; without it they are skipped
# on systems that are not Linux.
set -eu
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi
if [ "$(uname)" != Linux ]; then
    echo "No Chromium was found: the browser tests will be skipped." >&2
    exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium
else
    echo "Chromium is missing. On Debian or Ubuntu: sudo apt-get install chromium" >&2
    exit 1
fi
