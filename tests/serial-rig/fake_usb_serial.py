#!/usr/bin/env python3
"""A USB serial adapter that Chromium believes in, made of the standard library.

Builds a small sysfs tree in the folder given as first argument: its dev/ttyUSBn is a symlink to a fresh pty, whose other
end is relayed here. chromium-in-namespace.sh mounts the tree over Chromium's own /sys. Hot-plug is announced the way udev
does, by netlink.

One JSON object a line on stdin, one a line on stdout; bytes travel as hex:
  {"op": "plug", "name": "ttyUSB0", "vid": "0403", "pid": "6001", "serial": "A1", "product": "Adapter"}
  {"op": "unplug", "name": "ttyUSB0"}    the adapter is pulled: the line hangs up and udev says so
  {"op": "hangup", "name": "ttyUSB0"}    the line hangs up and nobody says so
  {"op": "send", "name": "ttyUSB0", "hex": "244f4b0d"}
Answers {"ok": op} or {"error": text}; unasked {"event": "ready" | "opened" | "closed" | "bytes", ...}.
"""
import json
import os
import select
import shutil
import socket
import struct
import sys
import termios
import tty

ROOT = sys.argv[1]
MAJOR = 188  # of ttyUSB in the kernel's list of devices
UDEV_GROUP = 2
NETLINK_KOBJECT_UEVENT = 15
IDLE_POLL_MS = 5  # a pty nobody has open always polls as hung up, so it must be asked again and again


def say(message):
    sys.stdout.write(json.dumps(message) + '\n')
    sys.stdout.flush()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def link(target, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path):
        os.unlink(path)
    os.symlink(target, path)


def murmur2(text):
    """The hash by which libudev filters messages (MurmurHash2, seed 0)."""
    multiplier, mask = 0x5BD1E995, 0xFFFFFFFF
    data = text.encode()
    value = len(data)
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = struct.unpack_from('<I', data, at)[0] * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        value = (value * multiplier & mask) ^ word
    rest = data[whole:]
    if rest:
        value = (value ^ int.from_bytes(rest, 'little')) * multiplier & mask
    value = (value ^ value >> 13) * multiplier & mask
    return value ^ value >> 15


class Announcer:
    """Sends what udevd would send to its listeners (systemd's device-monitor format)."""

    sequence = 1

    def announce(self, action, devpath, properties):
        pairs = {'ACTION': action, 'DEVPATH': devpath, 'SUBSYSTEM': 'tty', 'SEQNUM': str(self.sequence), **properties}
        self.sequence += 1
        body = b''.join(f'{key}={value}'.encode() + b'\0' for key, value in pairs.items())
        header = (b'libudev\0' + struct.pack('>I', 0xFEEDCAFE) + struct.pack('=III', 40, 40, len(body))
                  + struct.pack('>II', murmur2('tty'), 0) + struct.pack('>II', 0, 0))
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT) as netlink:
            netlink.bind((0, 0))
            netlink.sendto(header + body, (0, UDEV_GROUP))


class Adapter:
    def __init__(self, name, vid, pid, serial, product):
        self.name = name
        self.minor = int(name.removeprefix('ttyUSB'))
        self.opened = False
        self.waiting = b''  # device to host, not yet taken by the pty
        self.master, host_end = os.openpty()
        tty.setraw(host_end, termios.TCSANOW)
        self.pts = os.ttyname(host_end)
        os.close(host_end)
        os.set_blocking(self.master, False)
        self.usb = f'/devices/pci0000:00/0000:00:14.0/usb1/1-{self.minor + 1}'
        interface = f'{self.usb}/1-{self.minor + 1}:1.0'
        self.devpath = f'{interface}/{name}/tty/{name}'
        model = product.replace(' ', '_')
        self.properties = {
            'DEVNAME': f'{ROOT}/dev/{name}', 'MAJOR': str(MAJOR), 'MINOR': str(self.minor), 'ID_BUS': 'usb',
            'ID_VENDOR_ID': vid, 'ID_MODEL_ID': pid, 'ID_SERIAL_SHORT': serial, 'ID_MODEL': model,
            'ID_MODEL_ENC': product.replace(' ', '\\x20'), 'ID_VENDOR_ENC': 'Test', 'ID_USB_DRIVER': 'ftdi_sio',
        }
        self.build_tree(interface, vid, pid, serial, product)

    def build_tree(self, interface, vid, pid, serial, product):
        sys_root = ROOT + '/sys'
        number = f'{MAJOR}:{self.minor}'
        write(f'{sys_root}{self.usb}/uevent', f'DEVTYPE=usb_device\nDRIVER=usb\nPRODUCT={vid}/{pid}/600\n')
        for key, value in (('idVendor', vid), ('idProduct', pid), ('serial', serial), ('product', product)):
            write(f'{sys_root}{self.usb}/{key}', value + '\n')
        link('../' * self.usb.count('/') + 'bus/usb', f'{sys_root}{self.usb}/subsystem')
        write(f'{sys_root}{interface}/uevent', 'DEVTYPE=usb_interface\nDRIVER=ftdi_sio\n')
        link('../' * interface.count('/') + 'bus/usb', f'{sys_root}{interface}/subsystem')
        device = sys_root + self.devpath
        write(f'{device}/uevent', ''.join(f'{key}={value}\n' for key, value in self.properties.items()))
        write(f'{device}/dev', number + '\n')
        link('../' * self.devpath.count('/') + 'class/tty', f'{device}/subsystem')
        link('../../' + self.devpath[1:], f'{sys_root}/class/tty/{self.name}')
        link('../../' + self.devpath[1:], f'{sys_root}/dev/char/{number}')
        link(self.pts, f'{ROOT}/dev/{self.name}')
        known = ''.join(f'E:{key}={value}\n' for key, value in self.properties.items() if key.startswith('ID_'))
        write(f'{ROOT}/run/udev/data/c{number}', 'I:1\n' + known)

    def remove_tree(self):
        number = f'{MAJOR}:{self.minor}'
        for path in (f'sys/class/tty/{self.name}', f'sys/dev/char/{number}', f'dev/{self.name}', f'run/udev/data/c{number}'):
            if os.path.lexists(f'{ROOT}/{path}'):
                os.unlink(f'{ROOT}/{path}')
        shutil.rmtree(ROOT + '/sys' + self.usb, ignore_errors=True)

    def hang_up(self):
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def is_open(self):
        """Whether the host has the line open: a pty without a host polls as hung up and has nothing to read."""
        poll = select.poll()
        poll.register(self.master, select.POLLIN)
        found = poll.poll(0)
        return not (found and found[0][1] & select.POLLHUP and not found[0][1] & select.POLLIN)

    def notice(self):
        """Tells when the host opened or closed the line since the last look; returns whether it is open"""
        now_open = self.master is not None and self.is_open()
        if now_open != self.opened:
            self.opened = now_open
            self.waiting = b''
            say({'event': 'opened' if now_open else 'closed', 'name': self.name})
        return now_open

    def receive(self):
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return
        if data:
            say({'event': 'bytes', 'name': self.name, 'hex': data.hex()})

    def flush(self):
        while self.waiting and self.master is not None:
            try:
                self.waiting = self.waiting[os.write(self.master, self.waiting):]
            except BlockingIOError:
                return
            except OSError:
                self.waiting = b''


class Rig:
    def __init__(self):
        self.adapters = {}
        self.announcer = Announcer()
        for folder in ('sys/class/tty', 'sys/bus/usb/devices', 'sys/devices', 'dev', 'run/udev/data'):
            os.makedirs(f'{ROOT}/{folder}', exist_ok=True)
        write(f'{ROOT}/proc/tty/drivers', f'{"usbserial":<20} /dev/ttyUSB    {MAJOR} 0-511 serial\n')

    def obey(self, order):
        operation = order.pop('op')
        if operation == 'plug':
            adapter = Adapter(**order)
            self.adapters[adapter.name] = adapter
            self.announcer.announce('add', adapter.devpath, adapter.properties)
        elif operation == 'unplug':
            adapter = self.adapters.pop(order['name'])
            adapter.hang_up()
            self.announcer.announce('remove', adapter.devpath, adapter.properties)
            adapter.remove_tree()
        elif operation == 'hangup':
            self.adapters[order['name']].hang_up()
        elif operation == 'send':
            adapter = self.adapters.get(order['name'])
            if adapter is not None and adapter.notice():  # bytes to a closed port are lost, as on a real wire
                adapter.waiting += bytes.fromhex(order['hex'])
                adapter.flush()
            return
        else:
            raise ValueError(f'unknown op {operation}')
        say({'ok': operation})

    def take_orders(self, text):
        for line in text.splitlines():
            if not line.strip():
                continue
            try:
                self.obey(json.loads(line))
            except Exception as problem:  # whatever is wrong with an order belongs to whoever gave it
                say({'error': repr(problem)})

    def run(self):
        say({'event': 'ready'})
        orders = b''
        while True:
            poll = select.poll()
            poll.register(0, select.POLLIN)
            lines, idle = {}, False
            for adapter in self.adapters.values():
                if adapter.master is None:
                    continue
                if not adapter.notice():
                    idle = True
                    continue
                poll.register(adapter.master, select.POLLIN | (select.POLLOUT if adapter.waiting else 0))
                lines[adapter.master] = adapter
            for descriptor, event in poll.poll(IDLE_POLL_MS if idle else 1000):
                if descriptor == 0:
                    piece = os.read(0, 65536)
                    if not piece:
                        return  # whoever started this is gone
                    *complete, orders = (orders + piece).split(b'\n')
                    self.take_orders(b'\n'.join(complete).decode())
                elif lines[descriptor].master == descriptor:
                    if event & select.POLLIN:
                        lines[descriptor].receive()
                    lines[descriptor].flush()


Rig().run()
