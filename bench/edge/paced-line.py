"""RTU units behind one serial line that is as slow as a real one: arguments are the path, the baud rate and how many units.

Register a of a unit holds 100 * unit + a. A reply begins 3.5 characters after the last character of the request would
have been heard, and its characters leave one after another at the baud rate (11 bits each).
"""

import os
import struct
import sys
import time
import tty

from pymodbus.utilities import computeCRC

path, baud, units = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
character = 11 / baud
line = os.open(path, os.O_RDWR | os.O_NOCTTY)
tty.setraw(line)
print("ready", flush=True)


def until(moment):
    rest = moment - time.monotonic()
    if rest > 0.0005:
        time.sleep(rest - 0.0003)
    while time.monotonic() < moment:
        pass


def reply_to(request):
    unit, function, address, count = struct.unpack(">BBHH", request[:6])
    if not 1 <= unit <= units:
        return b""
    words = [(100 * unit + address + i) & 0xFFFF for i in range(count)]
    body = struct.pack(f">BBB{count}H", unit, function, 2 * count, *words)
    return body + struct.pack(">H", computeCRC(body))


while True:
    request = b""
    while len(request) < 8:
        request += os.read(line, 8 - len(request))
        heard = time.monotonic() + character * 8
    reply = reply_to(request)
    start = heard + 3.5 * character
    for at in range(0, len(reply), 8):
        piece = reply[at:at + 8]
        # What a UART hands over at once, at the moment when its last character is in.
        until(start + (at + len(piece)) * character)
        os.write(line, piece)
