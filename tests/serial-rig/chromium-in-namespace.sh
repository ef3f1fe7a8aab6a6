#!/bin/sh
# Starts Chromium where /sys and /proc/tty/drivers are the fake tree in $SERIAL_RIG, and where the managed policy is
# $SERIAL_RIG/policy.json. Needs root: the mounts live in a namespace of its own and vanish with it. The machine's real
# serial ports, its console among them, can't be seen from inside.
set -eu
: "${SERIAL_RIG:?}" "${CHROMIUM:?}"
export SYSTEMD_DEVICE_VERIFY_SYSFS=0
exec unshare --mount --propagation private sh -ec '
  mkdir -p "$SERIAL_RIG/sys/devices/system" "$SERIAL_RIG/sys/fs" "$SERIAL_RIG/sys/kernel" "$SERIAL_RIG/etc"
  for part in devices/system fs kernel; do mount --rbind "/sys/$part" "$SERIAL_RIG/sys/$part"; done
  mount --rbind "$SERIAL_RIG/sys" /sys
  mount --bind "$SERIAL_RIG/proc/tty/drivers" /proc/tty/drivers
  mkdir -p /etc/chromium "$SERIAL_RIG/etc/chromium"
  cp -a /etc/chromium/. "$SERIAL_RIG/etc/chromium/"
  mkdir -p "$SERIAL_RIG/etc/chromium/policies/managed"
  cp "$SERIAL_RIG/policy.json" "$SERIAL_RIG/etc/chromium/policies/managed/serial-rig.json"
  mount --bind "$SERIAL_RIG/etc/chromium" /etc/chromium
  exec "$CHROMIUM" "$@"' sh "$@"
